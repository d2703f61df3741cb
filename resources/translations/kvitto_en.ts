<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AskedText</name>
    <message numerus="yes">
        <source>%n message(s) here are unknown to iP.1: somebody may have your callback URL. Make a new key in the settings, under Receiving.</source>
        <translation>
            <numerusform>%n message here is unknown to iP.1: somebody may have your callback URL. Make a new key in the settings, under Receiving.</numerusform>
            <numerusform>%n messages here are unknown to iP.1: somebody may have your callback URL. Make a new key in the settings, under Receiving.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>iP.1 says another result, price, number of SMS parts, recipient or time of %n message(s):</source>
        <translation>
            <numerusform>iP.1 says another result, price, number of SMS parts, recipient or time of %n message:</numerusform>
            <numerusform>iP.1 says another result, price, number of SMS parts, recipient or time of %n messages:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n status(es) that were not reported here came from iP.1.</source>
        <translation>
            <numerusform>%n status that was not reported here came from iP.1.</numerusform>
            <numerusform>%n statuses that were not reported here came from iP.1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) have not been reported at all.</source>
        <translation>
            <numerusform>%n message has not been reported at all.</numerusform>
            <numerusform>%n messages have not been reported at all.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more operator(s)</source>
        <translation>
            <numerusform>%n more operator</numerusform>
            <numerusform>%n more operators</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>iP.1 agrees about %n batch(es).</source>
        <translation>
            <numerusform>iP.1 agrees about %n batch.</numerusform>
            <numerusform>iP.1 agrees about %n batches.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Of %n batch(es), something differs.</source>
        <translation>
            <numerusform>Of %n batch, something differs.</numerusform>
            <numerusform>Of %n batches, something differs.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n missing status(es) fetched.</source>
        <translation>
            <numerusform>%n missing status fetched.</numerusform>
            <numerusform>%n missing statuses fetched.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Of %n batch(es), iP.1 can&apos;t say: {reason}.</source>
        <translation>
            <numerusform>Of %n batch, iP.1 can&apos;t say: {reason}.</numerusform>
            <numerusform>Of %n batches, iP.1 can&apos;t say: {reason}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BackupAction</name>
    <message numerus="yes">
        <source>%Ln report(s)</source>
        <translation>
            <numerusform>%Ln report</numerusform>
            <numerusform>%Ln reports</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BatchCommands</name>
    <message numerus="yes">
        <source>%Ln batch(es) are archived.</source>
        <translation>
            <numerusform>%Ln batch is archived.</numerusform>
            <numerusform>%Ln batches are archived.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es) are back.</source>
        <translation>
            <numerusform>%Ln batch is back.</numerusform>
            <numerusform>%Ln batches are back.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es) are in the bin for 30 days.</source>
        <translation>
            <numerusform>%Ln batch is in the bin for 30 days.</numerusform>
            <numerusform>%Ln batches are in the bin for 30 days.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es) were put back.</source>
        <translation>
            <numerusform>%Ln batch was put back.</numerusform>
            <numerusform>%Ln batches were put back.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BatchNameText</name>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln message</numerusform>
            <numerusform>%Ln messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BooksPage</name>
    <message numerus="yes">
        <source>%n request(s) this month.</source>
        <translation>
            <numerusform>%n request this month.</numerusform>
            <numerusform>%n requests this month.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CloseDialog</name>
    <message numerus="yes">
        <source>%Ln batch(es) are waited for, {messages}. The SMS service may be deleting reports about them already, and deletes more while Kvitto is stopped. It can go on receiving without its window.</source>
        <translation>
            <numerusform>%Ln batch is waited for, {messages}. The SMS service may be deleting reports about it already, and deletes more while Kvitto is stopped. It can go on receiving without its window.</numerusform>
            <numerusform>%Ln batches are waited for, {messages}. The SMS service may be deleting reports about them already, and deletes more while Kvitto is stopped. It can go on receiving without its window.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es) are waited for, {messages}. If Kvitto stops now and is not started again by {clock}, the SMS service deletes reports about them. It can go on receiving without its window.</source>
        <translation>
            <numerusform>%Ln batch is waited for, {messages}. If Kvitto stops now and is not started again by {clock}, the SMS service deletes reports about it. It can go on receiving without its window.</numerusform>
            <numerusform>%Ln batches are waited for, {messages}. If Kvitto stops now and is not started again by {clock}, the SMS service deletes reports about them. It can go on receiving without its window.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) without a result</source>
        <translation>
            <numerusform>%Ln message without a result</numerusform>
            <numerusform>%Ln messages without a result</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DeleteDialog</name>
    <message numerus="yes">
        <source>Delete %Ln batch(es) for good?</source>
        <translation>
            <numerusform>Delete %Ln batch for good?</numerusform>
            <numerusform>Delete %Ln batches for good?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%Ln message</numerusform>
            <numerusform>%Ln messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n report(s)</source>
        <translation>
            <numerusform>%Ln report</numerusform>
            <numerusform>%Ln reports</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Demo</name>
    <message numerus="yes">
        <source>%n demo batch(es) removed.</source>
        <translation>
            <numerusform>%Ln demo batch removed.</numerusform>
            <numerusform>%Ln demo batches removed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EraseDialog</name>
    <message numerus="yes">
        <source>Of %n message(s), the number, the reference and the reports as they came are replaced by words that lead nowhere, and your notes on them are deleted. It can&apos;t be undone.</source>
        <translation>
            <numerusform>Of %Ln message, the number, the reference and the reports as they came are replaced by words that lead nowhere, and your notes on it are deleted. It can&apos;t be undone.</numerusform>
            <numerusform>Of %Ln messages, the number, the reference and the reports as they came are replaced by words that lead nowhere, and your notes on them are deleted. It can&apos;t be undone.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Exporter</name>
    <message numerus="yes">
        <source>%n number(s) written to {file}</source>
        <translation>
            <numerusform>%n number written to {file}</numerusform>
            <numerusform>%n numbers written to {file}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) written to {file}</source>
        <translation>
            <numerusform>%Ln row written to {file}</numerusform>
            <numerusform>%Ln rows written to {file}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FailingItems</name>
    <message numerus="yes">
        <source>Many messages of %Ln earlier batch(es) fail, too.</source>
        <translation>
            <numerusform>Many messages of %Ln earlier batch fail, too.</numerusform>
            <numerusform>Many messages of %Ln earlier batches fail, too.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} of %Ln finished message(s) of {batch} were not delivered: {share}.</source>
        <translation>
            <numerusform>{count} of %Ln finished message of {batch} was not delivered: {share}.</numerusform>
            <numerusform>{count} of %Ln finished messages of {batch} were not delivered: {share}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FollowUps</name>
    <message numerus="yes">
        <source>%n batch(es)</source>
        <translation>
            <numerusform>%n batch</numerusform>
            <numerusform>%n batches</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n batch(es), as the table shows them</source>
        <translation>
            <numerusform>%n batch, as the table shows it</numerusform>
            <numerusform>%n batches, as the table shows them</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GuideWindow</name>
    <message numerus="yes">
        <source>%Ln place(s) on this page</source>
        <translation>
            <numerusform>%Ln place on this page</numerusform>
            <numerusform>%Ln places on this page</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImpactText</name>
    <message numerus="yes">
        <source>%Ln report(s) of that time have come.</source>
        <translation>
            <numerusform>%Ln report of that time has come.</numerusform>
            <numerusform>%Ln reports of that time have come.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es) under way then: {names}.</source>
        <translation>
            <numerusform>%Ln batch under way then: {names}.</numerusform>
            <numerusform>%Ln batches under way then: {names}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es), {messages}, report to {address}, which did not lead here at {clock}. The SMS service gives each report up after about 90 minutes: restore that address, or archive them.</source>
        <translation>
            <numerusform>%Ln batch, {messages}, reports to {address}, which did not lead here at {clock}. The SMS service gives each report up after about 90 minutes: restore that address, or archive the batch.</numerusform>
            <numerusform>%Ln batches, {messages}, report to {address}, which did not lead here at {clock}. The SMS service gives each report up after about 90 minutes: restore that address, or archive them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln message</numerusform>
            <numerusform>%Ln messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %Ln more</source>
        <translation>
            <numerusform>{names} and %Ln more</numerusform>
            <numerusform>{names} and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>KeyText</name>
    <message numerus="yes">
        <source>kept for %Ln batch(es) that are not finished; ends {time}, or later if more is heard.</source>
        <translation>
            <numerusform>kept for %Ln batch that is not finished; ends {time}, or later if more is heard.</numerusform>
            <numerusform>kept for %Ln batches that are not finished; ends {time}, or later if more is heard.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es) that are not finished report by it.</source>
        <translation>
            <numerusform>%Ln batch that is not finished reports by it.</numerusform>
            <numerusform>%Ln batches that are not finished report by it.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ListOutput</name>
    <message numerus="yes">
        <source>%n number(s) copied.</source>
        <translation>
            <numerusform>%n number copied.</numerusform>
            <numerusform>%n numbers copied.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) written to {file}</source>
        <translation>
            <numerusform>%n row written to {file}</numerusform>
            <numerusform>%n rows written to {file}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MarkText</name>
    <message numerus="yes">
        <source>%Ln report(s) had a field that could not be read: {fields}</source>
        <translation>
            <numerusform>%Ln report had a field that could not be read: {fields}</numerusform>
            <numerusform>%Ln reports had a field that could not be read: {fields}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln report(s) came by a callback URL that is not spelled as Kvitto&apos;s</source>
        <translation>
            <numerusform>%Ln report came by a callback URL that is not spelled as Kvitto&apos;s</numerusform>
            <numerusform>%Ln reports came by a callback URL that is not spelled as Kvitto&apos;s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln report(s) came with far more than a report&apos;s fields, of which only a part is kept</source>
        <translation>
            <numerusform>%Ln report came with far more than a report&apos;s fields, of which only a part is kept</numerusform>
            <numerusform>%Ln reports came with far more than a report&apos;s fields, of which only a part is kept</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MonthText</name>
    <message numerus="yes">
        <source>%Ln message(s) were sent in this month without a known price.</source>
        <translation>
            <numerusform>%Ln message was sent in this month without a known price.</numerusform>
            <numerusform>%Ln messages were sent in this month without a known price.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>And %Ln more batch(es): save them to see all.</source>
        <translation>
            <numerusform>And %Ln more batch: save them to see all.</numerusform>
            <numerusform>And %Ln more batches: save them to see all.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln message</numerusform>
            <numerusform>%Ln messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Notifications</name>
    <message numerus="yes">
        <source>%Ln batch(es) finished</source>
        <translation>
            <numerusform>%Ln batch finished</numerusform>
            <numerusform>%Ln batches finished</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %Ln message(s) were delivered.</source>
        <translation>
            <numerusform>%Ln message was delivered.</numerusform>
            <numerusform>All %Ln messages were delivered.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{delivered} of %Ln message(s) delivered.</source>
        <translation>
            <numerusform>{delivered} of %Ln message delivered.</numerusform>
            <numerusform>{delivered} of %Ln messages delivered.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{delivered} of %Ln message(s) delivered, {others} did not arrive.</source>
        <translation>
            <numerusform>{delivered} of %Ln message delivered, {others} did not arrive.</numerusform>
            <numerusform>{delivered} of %Ln delivered, {others} did not arrive.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Many messages of %Ln batch(es) fail</source>
        <translation>
            <numerusform>Many messages of %Ln batch fail</numerusform>
            <numerusform>Many messages of %Ln batches fail</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) are not finished. Check that the tunnel is up and leads to this computer: the SMS service gives up on a report after about 90 minutes.</source>
        <translation>
            <numerusform>%Ln message is not finished. Check that the tunnel is up and leads to this computer: the SMS service gives up on a report after about 90 minutes.</numerusform>
            <numerusform>%Ln messages are not finished. Check that the tunnel is up and leads to this computer: the SMS service gives up on a report after about 90 minutes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %Ln more</source>
        <translation>
            <numerusform>{names} and %Ln more</numerusform>
            <numerusform>{names} and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NotificationsPage</name>
    <message numerus="yes">
        <source>message(s)</source>
        <translation>
            <numerusform>message</numerusform>
            <numerusform>messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>minute(s)</source>
        <translation>
            <numerusform>minute</numerusform>
            <numerusform>minutes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonWindow</name>
    <message numerus="yes">
        <source>The newest %n are listed.</source>
        <translation>
            <numerusform>The newest %Ln is listed.</numerusform>
            <numerusform>The newest %Ln are listed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonWords</name>
    <message numerus="yes">
        <source>%n message(s) lie in the bin.</source>
        <translation>
            <numerusform>%n message lies in the bin.</numerusform>
            <numerusform>%n messages lie in the bin.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) since {since}; the last, {when}, {what}.</source>
        <translation>
            <numerusform>%Ln message since {since}; the last, {when}, {what}.</numerusform>
            <numerusform>%Ln messages since {since}; the last, {when}, {what}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Erased: %n message(s) and all reports about them.</source>
        <translation>
            <numerusform>Erased: %Ln message and all reports about it.</numerusform>
            <numerusform>Erased: %Ln messages and all reports about them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The number was taken out of %n message(s) to others, too.</source>
        <translation>
            <numerusform>The number was taken out of %Ln message to others, too.</numerusform>
            <numerusform>The number was taken out of %Ln messages to others, too.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n refused request(s) that told of it were deleted.</source>
        <translation>
            <numerusform>%Ln refused request that told of it was deleted.</numerusform>
            <numerusform>%Ln refused requests that told of it were deleted.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n id(s) of the SMS service have the number in them, and stay.</source>
        <translation>
            <numerusform>%Ln id of the SMS service has the number in it, and stays.</numerusform>
            <numerusform>%Ln ids of the SMS service have the number in them, and stay.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PurgeAnnouncement</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln message</numerusform>
            <numerusform>%Ln messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es)</source>
        <translation>
            <numerusform>%Ln batch</numerusform>
            <numerusform>%Ln batches</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RefusedItem</name>
    <message numerus="yes">
        <source>%Ln request(s) came with your key and were refused:</source>
        <translation>
            <numerusform>%Ln request came with your key and was refused:</numerusform>
            <numerusform>%Ln requests came with your key and were refused:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln request(s) refused</source>
        <translation>
            <numerusform>%Ln request refused</numerusform>
            <numerusform>%Ln requests refused</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RepeatsLine</name>
    <message numerus="yes">
        <source>%n message(s) went to numbers with a zero behind the country code, as in 46 0 70: these will fail.</source>
        <translation>
            <numerusform>%Ln message went to a number with a zero behind the country code, as in 46 0 70: it will fail.</numerusform>
            <numerusform>%Ln messages went to numbers with a zero behind the country code, as in 46 0 70: these will fail.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n number(s) are in this batch twice</source>
        <translation>
            <numerusform>%Ln number is in this batch twice</numerusform>
            <numerusform>%Ln numbers are in this batch twice</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n number(s) are in this batch twice or more</source>
        <translation>
            <numerusform>%Ln number is in this batch twice or more</numerusform>
            <numerusform>%Ln numbers are in this batch twice or more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%Ln message</numerusform>
            <numerusform>%Ln messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RestorationBanners</name>
    <message numerus="yes">
        <source>A backup was restored. %Ln report(s) received from {begin} to {end} are not here but in {file}, and the SMS service does not send them again. To add them, quit Kvitto, and run kvitto merge with that file.</source>
        <translation>
            <numerusform>A backup was restored. %Ln report received from {begin} to {end} is not here but in {file}, and the SMS service does not send it again. To add it, quit Kvitto, and run kvitto merge with that file.</numerusform>
            <numerusform>A backup was restored. %Ln reports received from {begin} to {end} are not here but in {file}, and the SMS service does not send them again. To add them, quit Kvitto, and run kvitto merge with that file.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RestoreAction</name>
    <message numerus="yes">
        <source>%Ln report(s)</source>
        <translation>
            <numerusform>%Ln report</numerusform>
            <numerusform>%Ln reports</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es)</source>
        <translation>
            <numerusform>%Ln batch</numerusform>
            <numerusform>%Ln batches</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RetentionPanel</name>
    <message numerus="yes">
        <source>Now this would delete %n refused request(s).</source>
        <translation>
            <numerusform>Now this would forget %Ln refused request.</numerusform>
            <numerusform>Now this would forget %Ln refused requests.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es)</source>
        <translation>
            <numerusform>%Ln batch</numerusform>
            <numerusform>%Ln batches</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln message</numerusform>
            <numerusform>%Ln messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln report(s)</source>
        <translation>
            <numerusform>%Ln report</numerusform>
            <numerusform>%Ln reports</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln refused request(s) as well.</source>
        <translation>
            <numerusform>%Ln refused request as well.</numerusform>
            <numerusform>%Ln refused requests as well.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <translation>
            <numerusform>day</numerusform>
            <numerusform>days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ShownWords</name>
    <message numerus="yes">
        <source>Shown: {shown} of %Ln batch(es)</source>
        <translation>
            <numerusform>Shown: {shown} of %Ln batch</numerusform>
            <numerusform>Shown: {shown} of %Ln batches</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es)</source>
        <translation>
            <numerusform>%Ln batch</numerusform>
            <numerusform>%Ln batches</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln message</numerusform>
            <numerusform>%Ln messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message numerus="yes">
        <source>%Ln report(s)</source>
        <translation>
            <numerusform>%Ln report</numerusform>
            <numerusform>%Ln reports</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es)</source>
        <translation>
            <numerusform>%Ln batch</numerusform>
            <numerusform>%Ln batches</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StorePlacePanel</name>
    <message numerus="yes">
        <source>%Ln report(s)</source>
        <translation>
            <numerusform>%Ln report</numerusform>
            <numerusform>%Ln reports</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es)</source>
        <translation>
            <numerusform>%Ln batch</numerusform>
            <numerusform>%Ln batches</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message numerus="yes">
        <source>%Ln report(s)</source>
        <translation>
            <numerusform>%Ln report</numerusform>
            <numerusform>%Ln reports</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TodoButton</name>
    <message numerus="yes">
        <source>To do (%Ln)</source>
        <translation>
            <numerusform>To do (%Ln)</numerusform>
            <numerusform>To do (%Ln)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TodoLine</name>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>%Ln more</numerusform>
            <numerusform>%Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TodoPanel</name>
    <message numerus="yes">
        <source>To do, %Ln thing(s)</source>
        <translation>
            <numerusform>To do, %Ln thing</numerusform>
            <numerusform>To do, %Ln things</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UnauthorizedChart</name>
    <message numerus="yes">
        <source>%Ln request(s) in the last two hours</source>
        <translation>
            <numerusform>%Ln request in the last two hours</numerusform>
            <numerusform>%Ln requests in the last two hours</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UsualPane</name>
    <message numerus="yes">
        <source>What is usual is known once %Ln batch(es) of at least {least} messages were sent before; so far there are {count}.</source>
        <translation>
            <numerusform>What is usual is known once %Ln batch of at least {least} messages was sent before; so far there are {count}.</numerusform>
            <numerusform>What is usual is known once %Ln batches of at least {least} messages were sent before; so far there are {count}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The band: what the last %Ln batch(es) before it had delivered at that age.</source>
        <translation>
            <numerusform>The band: what the last %Ln batch before it had delivered at that age.</numerusform>
            <numerusform>The band: what the last %Ln batches before it had delivered at that age.</numerusform>
        </translation>
    </message>
</context>
</TS>
