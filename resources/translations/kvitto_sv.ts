<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="sv" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Kvitto</source>
        <translation>Om Kvitto</translation>
    </message>
    <message>
        <source>Receives the delivery reports of your SMS, loses none of them, and shows what became of your messages.</source>
        <translation>Tar emot leveransrapporterna för dina SMS, tappar inte bort någon och visar vad som hände med varje meddelande.</translation>
    </message>
    <message>
        <source>This computer&apos;s SQLite {version} has a rare fault in its log that SQLite 3.51.3 mends. Kvitto works so that it is all but impossible to meet; update Python or the system when you can.</source>
        <translation>Datorns SQLite {version} har ett sällsynt fel i sin logg som är rättat i SQLite 3.51.3. Kvitto arbetar så att det knappast kan inträffa; uppdatera Python eller systemet när du kan.</translation>
    </message>
    <message>
        <source>MIT, © the Kvitto authors. Qt and Qt for Python are used under the GNU LGPL, version 3. The licences of all that Kvitto is shipped with lie beside it, in the folder licences.</source>
        <translation>MIT, © Kvittos författare (the Kvitto authors). Qt och Qt for Python används enligt GNU LGPL, version 3. Licenserna för allt som följer med Kvitto ligger bredvid programmet, i mappen licences.</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Licens</translation>
    </message>
    <message>
        <source>Runs on</source>
        <translation>Körs på</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>Datamapp</translation>
    </message>
</context>
<context>
    <name>AccountItems</name>
    <message>
        <source>iP.1 refuses its API key: nothing is asked there any more.</source>
        <translation>iP.1 nekar API-nyckeln: inget frågas där längre.</translation>
    </message>
    <message>
        <source>The API key can&apos;t be read from where it is kept: iP.1 is not asked.</source>
        <translation>API-nyckeln går inte att läsa där den är sparad: iP.1 tillfrågas inte.</translation>
    </message>
    <message>
        <source>What became of messages whose reports are lost stays unknown, and what is left on the account is not seen. Enter a key that works.</source>
        <translation>Vad det blev av meddelanden vars rapporter gått förlorade förblir okänt, och vad som är kvar på kontot syns inte. Ange en nyckel som fungerar.</translation>
    </message>
    <message>
        <source>Show the key</source>
        <translation>Visa nyckeln</translation>
    </message>
    <message>
        <source>{balance}. What is sent then is turned down (402): pay money in at iP.1.</source>
        <translation>{balance}. Det som skickas då avvisas (402): betala in pengar hos iP.1.</translation>
    </message>
</context>
<context>
    <name>AppearancePage</name>
    <message>
        <source>Appearance</source>
        <translation>Utseende</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Tema</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Som systemet</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Ljust</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Mörkt</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Språk</translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation>Vad som visas</translation>
    </message>
    <message>
        <source>Mask phone numbers</source>
        <translation>Dölj telefonnummer</translation>
    </message>
    <message>
        <source>Only their last two figures are shown: for a screen that others see.</source>
        <translation>Bara de två sista siffrorna visas – bra när andra ser skärmen.</translation>
    </message>
    <message>
        <source>Show archived batches</source>
        <translation>Visa arkiverade utskick</translation>
    </message>
    <message>
        <source>Show demo batches</source>
        <translation>Visa demoutskick</translation>
    </message>
</context>
<context>
    <name>AskAction</name>
    <message>
        <source>Asking iP.1 …</source>
        <translation>Frågar iP.1 …</translation>
    </message>
    <message>
        <source>Ask iP.1</source>
        <translation>Fråga iP.1</translation>
    </message>
    <message>
        <source>iP.1 refuses the key: see the settings.</source>
        <translation>iP.1 avvisar nyckeln: se inställningarna.</translation>
    </message>
    <message>
        <source>Asks iP.1 what became of each message, and fetches what is missing.</source>
        <translation>Frågar iP.1 hur det gick för varje meddelande och hämtar det som saknas.</translation>
    </message>
</context>
<context>
    <name>AskedMenu</name>
    <message>
        <source>More about iP.1</source>
        <translation>Mer om iP.1</translation>
    </message>
    <message>
        <source>Open iP.1&apos;s portal</source>
        <translation>Öppna iP.1:s portal</translation>
    </message>
    <message>
        <source>Forget what iP.1 said of this batch</source>
        <translation>Glöm vad iP.1 har sagt om utskicket</translation>
    </message>
</context>
<context>
    <name>AskedText</name>
    <message>
        <source>Can&apos;t say: {reason}.</source>
        <translation>Går inte att säga: {reason}.</translation>
    </message>
    <message>
        <source>Reports have come since iP.1 was asked.</source>
        <translation>Rapporter har kommit sedan iP.1 tillfrågades.</translation>
    </message>
    <message>
        <source>Asked {time}.</source>
        <translation>Frågat {time}.</translation>
    </message>
    <message>
        <source>iP.1 agrees: {seen} of {there} messages, {sum}.</source>
        <translation>iP.1 bekräftar: {seen} av {there} meddelanden, {sum}.</translation>
    </message>
    <message>
        <source>iP.1 agrees: {seen} of {there} messages.</source>
        <translation>iP.1 bekräftar: {seen} av {there} meddelanden.</translation>
    </message>
    <message>
        <source>iP.1&apos;s sum is {there}, ours {here}.</source>
        <translation>Summan är {there} hos iP.1, {here} hos oss.</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) here are unknown to iP.1: somebody may have your callback URL. Make a new key in the settings, under Receiving.</source>
        <translation>
            <numerusform>%n meddelande här är okänt för iP.1: någon kan ha din rapportadress. Skapa en ny nyckel i inställningarna, under Mottagning.</numerusform>
            <numerusform>%n meddelanden här är okända för iP.1: någon kan ha din rapportadress. Skapa en ny nyckel i inställningarna, under Mottagning.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>iP.1 says another result, price, number of SMS parts, recipient or time of %n message(s):</source>
        <translation>
            <numerusform>iP.1 anger ett annat resultat, pris, antal SMS-delar, en annan mottagare eller en annan tid för %n meddelande:</numerusform>
            <numerusform>iP.1 anger ett annat resultat, pris, antal SMS-delar, en annan mottagare eller en annan tid för %n meddelanden:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n status(es) that were not reported here came from iP.1.</source>
        <translation>
            <numerusform>%n status som inte rapporterats hit har hämtats från iP.1.</numerusform>
            <numerusform>%n statusar som inte rapporterats hit har hämtats från iP.1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) have not been reported at all.</source>
        <translation>
            <numerusform>%n meddelande har inte rapporterats alls.</numerusform>
            <numerusform>%n meddelanden har inte rapporterats alls.</numerusform>
        </translation>
    </message>
    <message>
        <source>What is missing may be on its way until {time}.</source>
        <translation>Det som saknas kan fortfarande komma, som längst till {time}.</translation>
    </message>
    <message>
        <source>No interruption is known of that time: check the tunnel, it may lose reports.</source>
        <translation>Inget avbrott är känt från den tiden: kontrollera tunneln, den kan tappa rapporter.</translation>
    </message>
    <message>
        <source>{operator}: {delivered} of {messages} delivered</source>
        <translation>{operator}: {delivered} av {messages} levererade</translation>
    </message>
    <message numerus="yes">
        <source>%n more operator(s)</source>
        <translation>
            <numerusform>%n operatör till</numerusform>
            <numerusform>%n operatörer till</numerusform>
        </translation>
    </message>
    <message>
        <source>iP.1&apos;s books have not caught up with the reports</source>
        <translation>iP.1:s uppgifter har inte hunnit ikapp rapporterna</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n till</numerusform>
            <numerusform>%n till</numerusform>
        </translation>
    </message>
    <message>
        <source>price</source>
        <translation>pris</translation>
    </message>
    <message>
        <source>SMS parts</source>
        <translation>SMS-delar</translation>
    </message>
    <message>
        <source>recipient</source>
        <translation>mottagare</translation>
    </message>
    <message>
        <source>result</source>
        <translation>resultat</translation>
    </message>
    <message>
        <source>time, by whole hours</source>
        <translation>tid, med hela timmar</translation>
    </message>
    <message>
        <source>not everything has been asked yet</source>
        <translation>allt har inte frågats ännu</translation>
    </message>
    <message>
        <source>iP.1 did not answer, or had no time</source>
        <translation>iP.1 svarade inte, eller hann inte med</translation>
    </message>
    <message>
        <source>what answers as iP.1 has a certificate that can&apos;t be trusted</source>
        <translation>det som svarar i iP.1:s ställe har ett certifikat som inte går att lita på</translation>
    </message>
    <message>
        <source>Kvitto asks no more in this hour, to be no burden</source>
        <translation>Kvitto frågar inte mer den här timmen, för att inte belasta iP.1</translation>
    </message>
    <message>
        <source>iP.1 refuses the key</source>
        <translation>iP.1 avvisar nyckeln</translation>
    </message>
    <message>
        <source>iP.1 does not know this batch</source>
        <translation>iP.1 känner inte till utskicket</translation>
    </message>
    <message>
        <source>an answer of iP.1 can&apos;t be read</source>
        <translation>ett svar från iP.1 går inte att läsa</translation>
    </message>
    <message>
        <source>the list changed while it was read</source>
        <translation>listan ändrades medan den lästes</translation>
    </message>
    <message>
        <source>iP.1 lists fewer messages than it says there are</source>
        <translation>iP.1 listar färre meddelanden än det säger sig ha</translation>
    </message>
    <message>
        <source>iP.1 does not say how many messages there are</source>
        <translation>iP.1 säger inte hur många meddelanden det är</translation>
    </message>
    <message>
        <source>it takes more questions than Kvitto asks at once by itself: Ask iP.1 asks them all</source>
        <translation>det tar fler frågor än Kvitto ställer på en gång av sig självt: Fråga iP.1 ställer dem alla</translation>
    </message>
    <message>
        <source>It can be asked again at {time}.</source>
        <translation>Det går att fråga igen {time}.</translation>
    </message>
    <message>
        <source>of some messages iP.1 does not say what became of them</source>
        <translation>för några meddelanden säger iP.1 inte hur det gick</translation>
    </message>
    <message>
        <source>a batch that is archived, deleted or a demo is not asked about</source>
        <translation>om utskick som är arkiverade, raderade eller demo frågas inte</translation>
    </message>
    <message>
        <source>the reason is not known</source>
        <translation>orsaken är inte känd</translation>
    </message>
    <message numerus="yes">
        <source>iP.1 agrees about %n batch(es).</source>
        <translation>
            <numerusform>iP.1 bekräftar %n utskick.</numerusform>
            <numerusform>iP.1 bekräftar %n utskick.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Of %n batch(es), something differs.</source>
        <translation>
            <numerusform>I %n utskick skiljer sig något.</numerusform>
            <numerusform>I %n utskick skiljer sig något.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n missing status(es) fetched.</source>
        <translation>
            <numerusform>%n status som saknades har hämtats.</numerusform>
            <numerusform>%n statusar som saknades har hämtats.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Of %n batch(es), iP.1 can&apos;t say: {reason}.</source>
        <translation>
            <numerusform>För %n utskick går det inte att säga: {reason}.</numerusform>
            <numerusform>För %n utskick går det inte att säga: {reason}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Awake</name>
    <message>
        <source>Nothing is waited for now: the computer may sleep.</source>
        <translation>Just nu väntas inga rapporter: datorn får gå i viloläge.</translation>
    </message>
    <message>
        <source>The computer is kept awake now, until all batches are finished.</source>
        <translation>Datorn hålls vaken nu, tills alla utskick är klara.</translation>
    </message>
    <message>
        <source>This system does not let itself be kept awake. Switch its automatic sleep off in its own settings while you wait for reports.</source>
        <translation>Det här systemet låter sig inte hållas vaket. Stäng av automatiskt viloläge i systemets egna inställningar medan du väntar på rapporter.</translation>
    </message>
</context>
<context>
    <name>BackupAction</name>
    <message>
        <source>The reports are on the server at {place}. Whoever looks after it backs them up there, with pg_dump.</source>
        <translation>Rapporterna finns på servern på {place}. Den som sköter servern säkerhetskopierar dem där, med pg_dump.</translation>
    </message>
    <message>
        <source>Back up</source>
        <translation>Säkerhetskopiera</translation>
    </message>
    <message>
        <source>Backup of Kvitto (*.db)</source>
        <translation>Säkerhetskopia av Kvitto (*.db)</translation>
    </message>
    <message>
        <source>{reports} backed up to {file}, and checked. Tools → Restore… puts it back, here or on another computer.</source>
        <translation>{reports} säkerhetskopierade till {file}, och kontrollerade. Verktyg → Återställ… lägger tillbaka dem, här eller på en annan dator.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln report(s)</source>
        <translation>
            <numerusform>%Ln rapport</numerusform>
            <numerusform>%Ln rapporter</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Balance</name>
    <message>
        <source>{sum} left</source>
        <translation>{sum} kvar</translation>
    </message>
    <message>
        <source>{sum} left on {time}</source>
        <translation>{sum} kvar {time}</translation>
    </message>
</context>
<context>
    <name>BalanceWatch</name>
    <message>
        <source>that is enough for no message</source>
        <translation>det räcker inte till något meddelande</translation>
    </message>
    <message>
        <source>the next batch like the last costs {sum}</source>
        <translation>ett utskick till som det senaste kostar {sum}</translation>
    </message>
</context>
<context>
    <name>Banners</name>
    <message>
        <source>Close</source>
        <translation>Stäng</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Ångra</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öppna</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Visa i mappen</translation>
    </message>
</context>
<context>
    <name>BatchCommands</name>
    <message>
        <source>{name} is archived.</source>
        <translation>{name} är arkiverat.</translation>
    </message>
    <message>
        <source>{name} is back.</source>
        <translation>{name} är tillbaka.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es) are archived.</source>
        <translation>
            <numerusform>%Ln utskick är arkiverat.</numerusform>
            <numerusform>%Ln utskick är arkiverade.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es) are back.</source>
        <translation>
            <numerusform>%Ln utskick är tillbaka.</numerusform>
            <numerusform>%Ln utskick är tillbaka.</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} is in the bin for 30 days.</source>
        <translation>{name} ligger i papperskorgen i 30 dagar.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es) are in the bin for 30 days.</source>
        <translation>
            <numerusform>%Ln utskick ligger i papperskorgen i 30 dagar.</numerusform>
            <numerusform>%Ln utskick ligger i papperskorgen i 30 dagar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es) were put back.</source>
        <translation>
            <numerusform>%Ln utskick lades tillbaka.</numerusform>
            <numerusform>%Ln utskick lades tillbaka.</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} has another name.</source>
        <translation>{name} har bytt namn.</translation>
    </message>
    <message>
        <source>Another number is expected of {name}.</source>
        <translation>Ett annat antal väntas av {name}.</translation>
    </message>
    <message>
        <source>The notes on {name} were changed.</source>
        <translation>Anteckningen till {name} ändrades.</translation>
    </message>
</context>
<context>
    <name>BatchForm</name>
    <message>
        <source>{progress}; of more, reports may be lost</source>
        <translation>{progress}; rapporter om fler kan ha gått förlorade</translation>
    </message>
    <message>
        <source>Label of the batch</source>
        <translation>Utskickets namn</translation>
    </message>
    <message>
        <source>Click to rename. Return keeps it, Esc does not.</source>
        <translation>Klicka för att byta namn. Retur sparar, Esc ångrar.</translation>
    </message>
    <message>
        <source>Copy the batch id</source>
        <translation>Kopiera utskickets id</translation>
    </message>
    <message>
        <source>Messages by result and code</source>
        <translation>Meddelanden efter resultat och kod</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Klara</translation>
    </message>
    <message>
        <source>Delivered</source>
        <translation>Levererade</translation>
    </message>
    <message>
        <source>Forecast</source>
        <translation>Prognos</translation>
    </message>
    <message>
        <source>Rate now</source>
        <translation>Takt just nu</translation>
    </message>
    <message>
        <source>SMS parts</source>
        <translation>SMS-delar</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kostnad</translation>
    </message>
    <message>
        <source>Each delivered</source>
        <translation>Per levererat</translation>
    </message>
    <message>
        <source>Complete?</source>
        <translation>Allt med?</translation>
    </message>
    <message>
        <source>By iP.1&apos;s books</source>
        <translation>Enligt iP.1</translation>
    </message>
    <message>
        <source>By operator</source>
        <translation>Per operatör</translation>
    </message>
    <message>
        <source>iP.1 calls it</source>
        <translation>iP.1 kallar det</translation>
    </message>
    <message>
        <source>Its text</source>
        <translation>Texten</translation>
    </message>
    <message>
        <source>Paid back</source>
        <translation>Återbetalt</translation>
    </message>
    <message>
        <source>Undelivered</source>
        <translation>Ej levererat</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>Rapporter</translation>
    </message>
    <message>
        <source>Not read</source>
        <translation>Gick inte att läsa</translation>
    </message>
    <message>
        <source>Interruptions</source>
        <translation>Avbrott</translation>
    </message>
    <message>
        <source>First report</source>
        <translation>Första rapport</translation>
    </message>
    <message>
        <source>Last report</source>
        <translation>Senaste rapport</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>Förväntat antal</translation>
    </message>
    <message>
        <source>not known: click to set</source>
        <translation>okänt: klicka för att ange</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>inte känt</translation>
    </message>
    <message>
        <source>Time to finish</source>
        <translation>Tid till klart</translation>
    </message>
    <message>
        <source>Delay</source>
        <translation>Fördröjning</translation>
    </message>
    <message>
        <source>Delayed</source>
        <translation>Försenade</translation>
    </message>
    <message>
        <source>How many messages the batch has. The reports do not tell.</source>
        <translation>Hur många meddelanden utskicket har. Det framgår inte av rapporterna.</translation>
    </message>
    <message>
        <source>What did not arrive</source>
        <translation>Det som inte kom fram</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Anteckningar</translation>
    </message>
    <message>
        <source>Write here what you want to remember.</source>
        <translation>Skriv det du vill komma ihåg.</translation>
    </message>
    <message>
        <source>Export this batch…</source>
        <translation>Exportera utskicket…</translation>
    </message>
    <message>
        <source>Reports over time</source>
        <translation>Rapporter över tid</translation>
    </message>
</context>
<context>
    <name>BatchNameText</name>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln meddelande</numerusform>
            <numerusform>%Ln meddelanden</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BatchWords</name>
    <message>
        <source>{finished} of {expected} expected ({share}); {seen} seen</source>
        <translation>{finished} av {expected} förväntade ({share}); {seen} kända</translation>
    </message>
    <message>
        <source>{finished} of {seen} seen ({share}); only {expected} expected</source>
        <translation>{finished} av {seen} kända ({share}); bara {expected} förväntade</translation>
    </message>
    <message>
        <source>{finished} of {seen} seen ({share})</source>
        <translation>{finished} av {seen} kända ({share})</translation>
    </message>
    <message>
        <source>none is finished yet</source>
        <translation>inget är klart än</translation>
    </message>
    <message>
        <source>{of_finished} of the finished, {of_seen} of all seen</source>
        <translation>{of_finished} av de klara, {of_seen} av alla kända</translation>
    </message>
    <message>
        <source>{cost} for what was not delivered</source>
        <translation>{cost} för det som inte levererades</translation>
    </message>
    <message>
        <source>half within {median}, 95 % within {slow}</source>
        <translation>hälften inom {median}, 95 % inom {slow}</translation>
    </message>
    <message>
        <source>{rate} reports/min</source>
        <translation>{rate} rapporter/min</translation>
    </message>
    <message>
        <source>{share} are finished; the last can take days</source>
        <translation>{share} är klara; de sista kan ta dagar</translation>
    </message>
    <message>
        <source>all by {when}</source>
        <translation>alla till {when}</translation>
    </message>
    <message>
        <source>{share} by {when}; the last can take days</source>
        <translation>{share} till {when}; de sista kan ta dagar</translation>
    </message>
    <message>
        <source>{time} ± {off}, in {left}</source>
        <translation>{time} ± {off}, om {left}</translation>
    </message>
    <message>
        <source>Demo: not counted with the real batches.</source>
        <translation>Demo: räknas inte ihop med de riktiga utskicken.</translation>
    </message>
    <message>
        <source>No report of it has come. What is known was asked from iP.1.</source>
        <translation>Ingen rapport om det har kommit. Det som är känt har iP.1 svarat.</translation>
    </message>
    <message>
        <source>Archived.</source>
        <translation>Arkiverat.</translation>
    </message>
    <message>
        <source>Old data was deleted {time}: its messages and reports are gone, the sums are kept. What each result cost is not known any more.</source>
        <translation>Rensat {time}: de meddelanden och rapporter som fanns är borta, summorna finns kvar. Vad varje resultat kostade vet ingen längre.</translation>
    </message>
</context>
<context>
    <name>BatchesPanel</name>
    <message>
        <source>That batch was deleted meanwhile.</source>
        <translation>Utskicket har tagits bort under tiden.</translation>
    </message>
    <message>
        <source>Archived batches are shown now: this is one of them.</source>
        <translation>Arkiverade utskick visas nu: det här är ett av dem.</translation>
    </message>
    <message>
        <source>Demo batches are shown now: this is one of them.</source>
        <translation>Demoutskick visas nu: det här är ett av dem.</translation>
    </message>
    <message>
        <source>The search and the filters were cleared to show this batch.</source>
        <translation>Sökningen och filtren rensades för att visa utskicket.</translation>
    </message>
    <message>
        <source>No reports have come yet.</source>
        <translation>Inga rapporter har kommit än.</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Ta bort filtren</translation>
    </message>
    <message>
        <source>All batches are archived or belong to the demo, and are not shown.</source>
        <translation>Alla utskick är arkiverade eller hör till demon och visas därför inte.</translation>
    </message>
    <message>
        <source>Show them</source>
        <translation>Visa dem</translation>
    </message>
    <message>
        <source>Batches and messages</source>
        <translation>Utskick och meddelanden</translation>
    </message>
</context>
<context>
    <name>Bin</name>
    <message>
        <source>Batch</source>
        <translation>Utskick</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Meddelanden</translation>
    </message>
    <message>
        <source>Deleted</source>
        <translation>Borttaget</translation>
    </message>
    <message>
        <source>Kept until</source>
        <translation>Finns kvar till</translation>
    </message>
</context>
<context>
    <name>BinWindow</name>
    <message>
        <source>The bin is empty.</source>
        <translation>Papperskorgen är tom.</translation>
    </message>
    <message>
        <source>Bin</source>
        <translation>Papperskorg</translation>
    </message>
    <message>
        <source>Deleted batches</source>
        <translation>Borttagna utskick</translation>
    </message>
    <message>
        <source>Batches that were deleted are kept here for at least 30 days, and deleted for good when Kvitto&apos;s window is next open after that. They are in no table, sum, chart or export; reports that still come are kept with them.</source>
        <translation>Borttagna utskick finns kvar här i minst 30 dagar och tas bort för gott när Kvittos fönster är öppet nästa gång efter det. De är inte med i någon tabell, summa, export eller något diagram; rapporter som ändå kommer sparas med dem.</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>Lägg tillbaka</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>Ta bort för alltid…</translation>
    </message>
</context>
<context>
    <name>BodiesModel</name>
    <message>
        <source>First seen</source>
        <translation>Första gången</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>Senaste gången</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Orsak</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Antal</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Byte</translation>
    </message>
</context>
<context>
    <name>BodyPane</name>
    <message>
        <source>Select a body to see what came.</source>
        <translation>Välj ett anrop för att se vad som kom.</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>The body as text</source>
        <translation>Innehållet som text</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Byte</translation>
    </message>
    <message>
        <source>The bytes as they came</source>
        <translation>Innehållet precis som det kom, byte för byte</translation>
    </message>
    <message>
        <source>Headers</source>
        <translation>HTTP-huvuden</translation>
    </message>
    <message>
        <source>The headers of the request that brought it first</source>
        <translation>HTTP-huvudena i det första anropet</translation>
    </message>
    <message>
        <source>The refused request</source>
        <translation>Det nekade anropets innehåll</translation>
    </message>
</context>
<context>
    <name>BodyView</name>
    <message>
        <source>{count} more characters are not shown. The copy has them.</source>
        <translation>Ytterligare {count} tecken visas inte, men de följer med när du kopierar.</translation>
    </message>
    <message>
        <source>Copy the body as it is shown</source>
        <translation>Kopiera innehållet som det visas</translation>
    </message>
</context>
<context>
    <name>BodyWords</name>
    <message>
        <source>It came once, {time}.</source>
        <translation>Det kom en gång, {time}.</translation>
    </message>
    <message>
        <source>It came {count} ×, first {first}, last {last}.</source>
        <translation>Det kom {count} gånger, först {first} och senast {last}.</translation>
    </message>
    <message>
        <source>Only the first {kept} of its {size} bytes are here.</source>
        <translation>Bara de första {kept} av {size} byte finns här.</translation>
    </message>
    <message>
        <source>It is no request: iP.1 said this when it was asked. The message&apos;s text, sender and owner are not kept.</source>
        <translation>Det är ingen begäran: iP.1 svarade detta på en fråga. Meddelandets text, avsändare och ägare sparas inte.</translation>
    </message>
    <message>
        <source>If it is the SMS service&apos;s, it is tried again until about {time}.</source>
        <translation>Om det kom från SMS-tjänsten skickas det igen till ungefär {time}.</translation>
    </message>
    <message>
        <source>The SMS service does not try it again any more: what is here is all that there is.</source>
        <translation>SMS-tjänsten skickar det inte igen: det som finns här är allt som finns.</translation>
    </message>
    <message>
        <source>iP.1 tries a refused report again for about 90 minutes, 10 times, and then deletes it. Its bytes are here until you delete them.</source>
        <translation>iP.1 försöker med en nekad rapport på nytt i ungefär 90 minuter, 10 gånger, och raderar den sedan. Innehållet finns här tills du raderar det.</translation>
    </message>
    <message>
        <source>iP.1 gives up the first of these at {time}.</source>
        <translation>iP.1 ger upp de första av dem {time}.</translation>
    </message>
    <message>
        <source>What could not be read from iP.1&apos;s books is no request: it is read anew whenever iP.1 is asked about its batch.</source>
        <translation>Det som inte gick att läsa i iP.1:s uppgifter är ingen begäran: det läses på nytt varje gång iP.1 frågas om utskicket.</translation>
    </message>
    <message>
        <source>Of bodies that were too large only the beginning is here.</source>
        <translation>Av anrop som var för stora finns bara början här.</translation>
    </message>
    <message>
        <source>The quarantine was full: {count} more were refused, and their bytes are not here. Delete what you don&apos;t need to make room.</source>
        <translation>Karantänen var full: ytterligare {count} nekades och finns inte här. Ta bort det du inte behöver för att få plats.</translation>
    </message>
</context>
<context>
    <name>BooksPage</name>
    <message>
        <source>Asking iP.1 …</source>
        <translation>Frågar iP.1 …</translation>
    </message>
    <message>
        <source>iP.1 refuses the key: nothing is asked before there is another key or network.</source>
        <translation>iP.1 avvisar nyckeln: inget frågas förrän det finns en annan nyckel eller ett annat nät.</translation>
    </message>
    <message>
        <source>There is a key. Kvitto only reads.</source>
        <translation>Det finns en nyckel. Kvitto läser bara.</translation>
    </message>
    <message>
        <source>{account}. Kvitto only reads.</source>
        <translation>{account}. Kvitto läser bara.</translation>
    </message>
    <message>
        <source>The key was given to Kvitto at its start, by a variable.</source>
        <translation>Kvitto fick nyckeln vid starten, genom en variabel.</translation>
    </message>
    <message>
        <source>The key is in this computer&apos;s keyring.</source>
        <translation>Nyckeln finns i datorns nyckelring.</translation>
    </message>
    <message>
        <source>The key is in a file of the data folder, not encrypted. Only you can read it, and the administrator of this computer.</source>
        <translation>Nyckeln finns okrypterad i en fil i datamappen. Bara du och datorns administratör kan läsa den.</translation>
    </message>
    <message>
        <source>The key is used until Kvitto ends: this computer has no keyring that keeps it. It can be kept in a file of the data folder instead, not encrypted, that only you can read.</source>
        <translation>Nyckeln används tills Kvitto avslutas: datorn har ingen nyckelring som kan spara den. Den kan i stället sparas okrypterad i en fil i datamappen som bara du kan läsa.</translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) this month.</source>
        <translation>
            <numerusform>%n fråga den här månaden.</numerusform>
            <numerusform>%n frågor den här månaden.</numerusform>
        </translation>
    </message>
    <message>
        <source>That is not a key: it is too long, or has spaces or odd signs.</source>
        <translation>Det är ingen nyckel: den är för lång, eller innehåller mellanslag eller främmande tecken.</translation>
    </message>
    <message>
        <source>iP.1 refuses this key: it is wrong, was ended, or may not be used from here. It is not kept.</source>
        <translation>iP.1 avvisar nyckeln: den är fel, har avslutats eller får inte användas härifrån. Den sparas inte.</translation>
    </message>
    <message>
        <source>iP.1 does not answer now. The key is not kept: paste it again.</source>
        <translation>iP.1 svarar inte just nu. Nyckeln sparas inte: klistra in den igen.</translation>
    </message>
    <message>
        <source>iP.1&apos;s answer can&apos;t be read. The key is not kept.</source>
        <translation>Svaret från iP.1 går inte att läsa. Nyckeln sparas inte.</translation>
    </message>
    <message>
        <source>The file for the key could not be written.</source>
        <translation>Filen för nyckeln kunde inte skrivas.</translation>
    </message>
    <message>
        <source>The key can&apos;t be read from where it is kept, so nothing is asked. Paste it again, or remove it.</source>
        <translation>Nyckeln går inte att läsa där den är sparad, så inget frågas. Klistra in den igen, eller ta bort den.</translation>
    </message>
    <message>
        <source>The key could not be deleted from where it was kept. Try again.</source>
        <translation>Nyckeln kunde inte raderas där den var sparad. Försök igen.</translation>
    </message>
    <message>
        <source>Key of iP.1&apos;s API</source>
        <translation>Nyckel till iP.1:s API</translation>
    </message>
    <message>
        <source>With a key, Kvitto asks iP.1 whether each batch is complete, and fetches what was never reported. Make one at portal.ip1.net, under API keys.</source>
        <translation>Med en nyckel frågar Kvitto iP.1 om varje utskick är fullständigt, och hämtar det som aldrig rapporterades. Skapa en på portal.ip1.net, under API-nycklar.</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Nyckel</translation>
    </message>
    <message>
        <source>Paste the key here</source>
        <translation>Klistra in nyckeln här</translation>
    </message>
    <message>
        <source>Use this key</source>
        <translation>Använd nyckeln</translation>
    </message>
    <message>
        <source>Keep it in a file</source>
        <translation>Spara den i en fil</translation>
    </message>
    <message>
        <source>Remove the key</source>
        <translation>Ta bort nyckeln</translation>
    </message>
    <message>
        <source>Watch without a tunnel</source>
        <translation>Bevaka utan tunnel</translation>
    </message>
    <message>
        <source>For those who can&apos;t have one: new batches are found in iP.1&apos;s list, and asked about every minute, after an hour every five minutes, until they are finished.</source>
        <translation>För den som inte kan ha någon: nya utskick hittas i iP.1:s lista, och frågas om varje minut, efter en timme var femte minut, tills de är klara.</translation>
    </message>
    <message>
        <source>Keep the texts of batches</source>
        <translation>Behåll utskickens texter</translation>
    </message>
    <message>
        <source>Off, a batch&apos;s text is shown until Kvitto ends, and then forgotten. A text may tell of somebody&apos;s health.</source>
        <translation>Är det av visas ett utskicks text tills Kvitto avslutas, och glöms sedan. En text kan säga något om någons hälsa.</translation>
    </message>
</context>
<context>
    <name>BreakdownModel</name>
    <message>
        <source>Result</source>
        <translation>Resultat</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Antal</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Andel</translation>
    </message>
    <message>
        <source>SMS parts</source>
        <translation>SMS-delar</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kostnad</translation>
    </message>
</context>
<context>
    <name>BudgetWatch</name>
    <message>
        <source>What the month cost</source>
        <translation>Vad månaden kostade</translation>
    </message>
    <message>
        <source>The budget of {month} is spent</source>
        <translation>Budgeten för {month} är förbrukad</translation>
    </message>
    <message>
        <source>{share} % of the budget of {month} is spent</source>
        <translation>{share} % av budgeten för {month} är förbrukad</translation>
    </message>
    <message>
        <source>{spent} of {budget}, by the time of sending.</source>
        <translation>{spent} av {budget}, efter när det skickades.</translation>
    </message>
</context>
<context>
    <name>BusyBar</name>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} av {total}</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppa</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Förlopp</translation>
    </message>
</context>
<context>
    <name>CallbackUrlPanel</name>
    <message>
        <source>Hello from Kvitto</source>
        <translation>Hej från Kvitto</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopierat</translation>
    </message>
    <message>
        <source>Callback URL</source>
        <translation>Rapportadress</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopiera</translation>
    </message>
    <message>
        <source>Copy as JSON</source>
        <translation>Som JSON</translation>
    </message>
    <message>
        <source>The line “deliveryReportUrl” of a batch request</source>
        <translation>Kopierar raden ”deliveryReportUrl” i ett anrop som skickar ett utskick</translation>
    </message>
    <message>
        <source>Copy as curl</source>
        <translation>Som curl</translation>
    </message>
    <message>
        <source>A command that sends one SMS with this callback URL. Put your API key and a number into it first.</source>
        <translation>Kopierar ett kommando som skickar ett SMS med den här rapportadressen. Sätt först in din API-nyckel och ett nummer.</translation>
    </message>
    <message>
        <source>QR code</source>
        <translation>QR-kod</translation>
    </message>
    <message>
        <source>The callback URL as a QR code</source>
        <translation>Rapportadressen som QR-kod</translation>
    </message>
    <message>
        <source>Nothing is received on this computer now, so there is no callback URL.</source>
        <translation>Inget tas emot på den här datorn nu, så det finns ingen rapportadress.</translation>
    </message>
    <message>
        <source>It contains a key: whoever has it can send reports. Keep it private.</source>
        <translation>Den innehåller en nyckel: den som har adressen kan skicka rapporter. Håll den för dig själv.</translation>
    </message>
    <message>
        <source>This address works on this computer only: the SMS service can&apos;t reach it. Connect to a public address below.</source>
        <translation>Den här adressen fungerar bara på den här datorn: SMS-tjänsten når den inte. Anslut till en publik adress nedan.</translation>
    </message>
</context>
<context>
    <name>ChangeFeed</name>
    <message>
        <source>Reading …</source>
        <translation>Läser …</translation>
    </message>
    <message>
        <source>Not read yet</source>
        <translation>Inte läst än</translation>
    </message>
</context>
<context>
    <name>ChartBar</name>
    <message>
        <source>Cost</source>
        <translation>Kostnad</translation>
    </message>
    <message>
        <source>Reports received</source>
        <translation>Mottagna rapporter</translation>
    </message>
    <message>
        <source>The running cost</source>
        <translation>Kostnaden över tid</translation>
    </message>
    <message>
        <source>How many reports came, by result</source>
        <translation>Hur många rapporter som kom, efter resultat</translation>
    </message>
    <message>
        <source>As usual?</source>
        <translation>Som vanligt?</translation>
    </message>
    <message>
        <source>How much of the selected batch was delivered, against what is usual</source>
        <translation>Hur stor del av det valda utskicket som har levererats, mot det vanliga</translation>
    </message>
    <message>
        <source>Hour</source>
        <translation>Timme</translation>
    </message>
    <message>
        <source>The last 60 minutes</source>
        <translation>De senaste 60 minuterna</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Dygn</translation>
    </message>
    <message>
        <source>The last 24 hours</source>
        <translation>Det senaste dygnet</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>Vecka</translation>
    </message>
    <message>
        <source>The last 7 days</source>
        <translation>De senaste 7 dagarna</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Allt</translation>
    </message>
    <message>
        <source>From the first report</source>
        <translation>Från första rapporten</translation>
    </message>
    <message>
        <source>Copy the chart as a picture</source>
        <translation>Kopiera diagrammet som bild</translation>
    </message>
    <message>
        <source>Save the chart as a picture…</source>
        <translation>Spara diagrammet som bild…</translation>
    </message>
</context>
<context>
    <name>Charts</name>
    <message>
        <source>No currency</source>
        <translation>Ingen valuta</translation>
    </message>
    <message>
        <source>No reports in this time</source>
        <translation>Inga rapporter under den här tiden</translation>
    </message>
    <message>
        <source>1 report</source>
        <translation>1 rapport</translation>
    </message>
    <message>
        <source>{count} reports</source>
        <translation>{count} rapporter</translation>
    </message>
    <message>
        <source>Reports received per week</source>
        <translation>Mottagna rapporter per vecka</translation>
    </message>
    <message>
        <source>Reports received per minute</source>
        <translation>Mottagna rapporter per minut</translation>
    </message>
    <message>
        <source>Reports received per hour</source>
        <translation>Mottagna rapporter per timme</translation>
    </message>
    <message>
        <source>Reports received per day</source>
        <translation>Mottagna rapporter per dag</translation>
    </message>
    <message>
        <source>Reports received per month</source>
        <translation>Mottagna rapporter per månad</translation>
    </message>
    <message>
        <source>Reports received per year</source>
        <translation>Mottagna rapporter per år</translation>
    </message>
    <message>
        <source>Reports received per {count} minutes</source>
        <translation>Mottagna rapporter per {count} minuter</translation>
    </message>
    <message>
        <source>Reports received per {count} hours</source>
        <translation>Mottagna rapporter per {count} timmar</translation>
    </message>
    <message>
        <source>Reports received per {count} days</source>
        <translation>Mottagna rapporter per {count} dagar</translation>
    </message>
    <message>
        <source>Reports received per {count} months</source>
        <translation>Mottagna rapporter per {count} månader</translation>
    </message>
    <message>
        <source>Reports received per {count} years</source>
        <translation>Mottagna rapporter per {count} år</translation>
    </message>
</context>
<context>
    <name>ChartsPanel</name>
    <message>
        <source>No reports yet. They appear here as they come.</source>
        <translation>Inga rapporter än. De visas här när de kommer.</translation>
    </message>
    <message>
        <source>No costs yet. They appear here with the first report that has a price.</source>
        <translation>Inga kostnader än. De visas här med den första rapporten som har ett pris.</translation>
    </message>
    <message>
        <source>Nothing in this batch has cost anything yet.</source>
        <translation>Inget i utskicket har kostat något än.</translation>
    </message>
    <message>
        <source>Not drawn: {amounts}</source>
        <translation>Utanför diagrammet: {amounts}</translation>
    </message>
    <message>
        <source>drawn by Kvitto {now}</source>
        <translation>skapat i Kvitto {now}</translation>
    </message>
    <message>
        <source>Delivered, against what is usual</source>
        <translation>Levererat, jämfört med det vanliga</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kostnad</translation>
    </message>
    <message>
        <source>Reports received</source>
        <translation>Mottagna rapporter</translation>
    </message>
    <message>
        <source>{begin} – {end} · drawn by Kvitto {now}</source>
        <translation>{begin} – {end} · skapat i Kvitto {now}</translation>
    </message>
    <message>
        <source>All batches</source>
        <translation>Alla utskick</translation>
    </message>
    <message>
        <source>The batches shown</source>
        <translation>De utskick som visas</translation>
    </message>
    <message>
        <source>Cost of {what}</source>
        <translation>Kostnad: {what}</translation>
    </message>
    <message>
        <source>Reports of {what}</source>
        <translation>Rapporter: {what}</translation>
    </message>
</context>
<context>
    <name>Chips</name>
    <message>
        <source>Result</source>
        <translation>Resultat</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Kod</translation>
    </message>
    <message>
        <source>Currency</source>
        <translation>Valuta</translation>
    </message>
    <message>
        <source>Not finished</source>
        <translation>Ej klara</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Nollställ</translation>
    </message>
    <message>
        <source>Show everything again</source>
        <translation>Visa allt igen</translation>
    </message>
</context>
<context>
    <name>ChoiceChip</name>
    <message>
        <source>Nothing to choose from yet</source>
        <translation>Inget att välja bland än</translation>
    </message>
    <message>
        <source>{title}: {count}</source>
        <translation>{title}: {count}</translation>
    </message>
</context>
<context>
    <name>CloseDialog</name>
    <message>
        <source>Close Kvitto?</source>
        <translation>Stänga Kvitto?</translation>
    </message>
    <message>
        <source>This desktop has no tray: start Kvitto again to see what it has received.</source>
        <translation>Det här skrivbordet har inget systemfält: starta Kvitto igen för att se vad som har kommit in.</translation>
    </message>
    <message>
        <source>Keep receiving in the background</source>
        <translation>Fortsätt ta emot i bakgrunden</translation>
    </message>
    <message>
        <source>Don&apos;t ask again</source>
        <translation>Fråga inte igen</translation>
    </message>
    <message>
        <source>Stop receiving</source>
        <translation>Sluta ta emot</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Avbryt</translation>
    </message>
    <message>
        <source>Nothing is waited for now. Of what is sent while Kvitto is stopped, the SMS service tries each report again for about 90 minutes, and then deletes it.</source>
        <translation>Inget väntas just nu. Skickas något medan Kvitto är stoppat försöker SMS-tjänsten med varje rapport i ungefär 90 minuter och raderar den sedan.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es) are waited for, {messages}. The SMS service may be deleting reports about them already, and deletes more while Kvitto is stopped. It can go on receiving without its window.</source>
        <translation>
            <numerusform>Rapporter om %Ln utskick väntas, {messages}. SMS-tjänsten kan redan hålla på att radera rapporter om det, och raderar fler medan Kvitto är stoppat. Kvitto kan fortsätta ta emot utan att fönstret är öppet.</numerusform>
            <numerusform>Rapporter om %Ln utskick väntas, {messages}. SMS-tjänsten kan redan hålla på att radera rapporter om dem, och raderar fler medan Kvitto är stoppat. Kvitto kan fortsätta ta emot utan att fönstret är öppet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es) are waited for, {messages}. If Kvitto stops now and is not started again by {clock}, the SMS service deletes reports about them. It can go on receiving without its window.</source>
        <translation>
            <numerusform>Rapporter om %Ln utskick väntas, {messages}. Om Kvitto stoppas nu och inte är igång igen före {clock} raderar SMS-tjänsten rapporter om det. Kvitto kan fortsätta ta emot utan att fönstret är öppet.</numerusform>
            <numerusform>Rapporter om %Ln utskick väntas, {messages}. Om Kvitto stoppas nu och inte är igång igen före {clock} raderar SMS-tjänsten rapporter om dem. Kvitto kan fortsätta ta emot utan att fönstret är öppet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) without a result</source>
        <translation>
            <numerusform>%Ln meddelande utan resultat</numerusform>
            <numerusform>%Ln meddelanden utan resultat</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ClosingPage</name>
    <message>
        <source>Closing and starting</source>
        <translation>Start och stängning</translation>
    </message>
    <message>
        <source>Kvitto can&apos;t change what starts with the computer: {reason}. Reports are not affected. Your desktop&apos;s own settings may be able to.</source>
        <translation>Kvitto kan inte ändra vad som startar med datorn: {reason}. Rapporterna påverkas inte. Det kan gå att ändra i datorns egna inställningar.</translation>
    </message>
    <message>
        <source>As long as reports are not received on this computer, nothing starts. The switch for that is under Storage.</source>
        <translation>Så länge rapporter inte tas emot på den här datorn startar inget. Reglaget för det finns under Lagring.</translation>
    </message>
    <message>
        <source>At log-in, reports are received into {place} now, not into what this window shows. If you switch this on, it takes the place of that.</source>
        <translation>Vid inloggning tas rapporter nu emot till {place}, inte till det som det här fönstret visar. Slår du på det här ersätter det detta.</translation>
    </message>
    <message>
        <source>When the window is closed</source>
        <translation>När fönstret stängs</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Fråga</translation>
    </message>
    <message>
        <source>Stop receiving and quit</source>
        <translation>Sluta ta emot och avsluta</translation>
    </message>
    <message>
        <source>Start receiving when I log in</source>
        <translation>Börja ta emot när jag loggar in</translation>
    </message>
    <message>
        <source>Reports are then received in the background, without a window. Start Kvitto to see them.</source>
        <translation>Rapporter tas då emot i bakgrunden, utan fönster. Starta Kvitto för att se dem.</translation>
    </message>
    <message>
        <source>Keep receiving in the background</source>
        <translation>Fortsätt ta emot i bakgrunden</translation>
    </message>
    <message>
        <source>This desktop has no tray. What is received in the background is seen when Kvitto is started again.</source>
        <translation>Det här skrivbordet har inget systemfält. Det som tas emot i bakgrunden syns när Kvitto startas igen.</translation>
    </message>
    <message>
        <source>While Kvitto is not running, the SMS service tries each report again for about 90 minutes, and then deletes it.</source>
        <translation>När Kvitto inte är igång försöker SMS-tjänsten skicka varje rapport igen i ungefär 90 minuter och raderar den sedan.</translation>
    </message>
    <message>
        <source>When the computer starts</source>
        <translation>När datorn startar</translation>
    </message>
    <message>
        <source>Kvitto does not know how on this system.</source>
        <translation>Kvitto vet inte hur det går till på det här systemet.</translation>
    </message>
    <message>
        <source>While reports are waited for</source>
        <translation>När rapporter väntas</translation>
    </message>
    <message>
        <source>Keep this computer awake</source>
        <translation>Håll datorn vaken</translation>
    </message>
    <message>
        <source>As long as a batch is not finished and was heard of in the last three days. The screen may go dark, and closing the lid can still send a laptop to sleep.</source>
        <translation>Så länge ett utskick inte är klart och har hörts av de senaste tre dygnen. Skärmen kan slockna, och en bärbar dator kan ändå somna när locket stängs.</translation>
    </message>
</context>
<context>
    <name>Closures</name>
    <message>
        <source>not running</source>
        <translation>inte igång</translation>
    </message>
    <message>
        <source>crashed</source>
        <translation>kraschade</translation>
    </message>
    <message>
        <source>not heard of</source>
        <translation>hörs inte av</translation>
    </message>
    <message>
        <source>asleep</source>
        <translation>viloläge</translation>
    </message>
    <message>
        <source>store</source>
        <translation>lagret</translation>
    </message>
    <message>
        <source>tunnel</source>
        <translation>tunneln</translation>
    </message>
    <message>
        <source>Kvitto was not running.</source>
        <translation>Kvitto var inte igång.</translation>
    </message>
    <message>
        <source>Kvitto crashed, or the computer lost power.</source>
        <translation>Kvitto slutade utan förvarning: en krasch, eller ett strömavbrott.</translation>
    </message>
    <message>
        <source>The store hears nothing of this receiver, which keeps reports on its own disk meanwhile if it runs.</source>
        <translation>Lagret hör inget av den här mottagaren, som under tiden sparar rapporter på sin egen disk om den är igång.</translation>
    </message>
    <message>
        <source>This computer was asleep.</source>
        <translation>Datorn var i viloläge.</translation>
    </message>
    <message>
        <source>No report could be stored.</source>
        <translation>Inga rapporter kunde sparas.</translation>
    </message>
    <message>
        <source>The store hears nothing of the receiver. If it runs, it keeps reports on its own disk, and passes them on later.</source>
        <translation>Lagret hör inget av mottagaren. Om den är igång sparar den rapporter på sin egen disk, och lämnar dem vidare senare.</translation>
    </message>
    <message>
        <source>No report can be stored.</source>
        <translation>Inga rapporter kan sparas.</translation>
    </message>
    <message>
        <source>The public address did not lead here.</source>
        <translation>Den publika adressen ledde inte hit.</translation>
    </message>
    <message>
        <source>Nothing receives reports now.</source>
        <translation>Inget tar emot rapporter nu.</translation>
    </message>
    <message>
        <source>The public address does not lead here.</source>
        <translation>Den publika adressen leder inte hit.</translation>
    </message>
</context>
<context>
    <name>Columns</name>
    <message>
        <source>gaps?</source>
        <translation>luckor?</translation>
    </message>
    <message>
        <source>more than expected</source>
        <translation>fler än väntat</translation>
    </message>
    <message>
        <source>never reported</source>
        <translation>aldrig rapporterat</translation>
    </message>
    <message>
        <source>archived</source>
        <translation>arkiverat</translation>
    </message>
    <message>
        <source>only sums</source>
        <translation>bara summor</translation>
    </message>
    <message>
        <source>Message {id}</source>
        <translation>Meddelande {id}</translation>
    </message>
    <message>
        <source>Batch {id}</source>
        <translation>Utskick {id}</translation>
    </message>
    <message>
        <source>Its messages were deleted on {time}: only the sums were kept.</source>
        <translation>Meddelandena rensades {time}: bara summorna finns kvar.</translation>
    </message>
    <message>
        <source>Expected {expected}, seen {seen}: more came than was expected.</source>
        <translation>Väntat {expected}, sett {seen}: det kom fler än väntat.</translation>
    </message>
    <message>
        <source>Expected {expected}, seen {seen}.</source>
        <translation>Väntat {expected}, sett {seen}.</translation>
    </message>
    <message>
        <source>{delivered} of {whole} delivered</source>
        <translation>{delivered} av {whole} levererade</translation>
    </message>
    <message>
        <source>{count} ended without a word on delivery: not known</source>
        <translation>{count} slutade utan besked om leverans: vet ej</translation>
    </message>
    <message>
        <source>{count} cancelled: counted apart</source>
        <translation>Avbrutna: {count}, räknas för sig</translation>
    </message>
    <message>
        <source>{count} on the way</source>
        <translation>{count} på väg</translation>
    </message>
    <message>
        <source>{count} expected, of which no report has come</source>
        <translation>Förväntade som ingen rapport har kommit om: {count}</translation>
    </message>
    <message>
        <source>After {time} no more is heard of any.</source>
        <translation>Efter {time} hörs inget mer om något av dem.</translation>
    </message>
    <message>
        <source>How many there will be is not known: reports do not tell. You can set it.</source>
        <translation>Hur många det blir framgår inte av rapporterna. Du kan ange antalet själv.</translation>
    </message>
    <message>
        <source>{amount} was paid back: not in the cost.</source>
        <translation>{amount} har betalats tillbaka och ingår inte i kostnaden.</translation>
    </message>
    <message>
        <source>Earliest status {time}</source>
        <translation>Tidigaste status {time}</translation>
    </message>
    <message>
        <source>No report has come. What is known was asked from iP.1.</source>
        <translation>Ingen rapport har kommit. Det som är känt har iP.1 svarat.</translation>
    </message>
    <message>
        <source>Last report {time}</source>
        <translation>Senaste rapport {time}</translation>
    </message>
    <message>
        <source>Asked from iP.1 {arrival}; changed {time}</source>
        <translation>Från iP.1 på fråga {arrival}; ändrad {time}</translation>
    </message>
    <message>
        <source>Reported {arrival}; changed {time}</source>
        <translation>Rapporterad {arrival}; ändrad {time}</translation>
    </message>
    <message>
        <source>Batch / recipient</source>
        <translation>Utskick / mottagare</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Resultat</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Skickat</translation>
    </message>
    <message>
        <source>Delivered</source>
        <translation>Levererade</translation>
    </message>
    <message>
        <source>Not delivered</source>
        <translation>Ej levererat</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Väntar</translation>
    </message>
    <message>
        <source>SMS parts</source>
        <translation>SMS-delar</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kostnad</translation>
    </message>
    <message>
        <source>Last report</source>
        <translation>Senaste rapport</translation>
    </message>
    <message>
        <source>Marks</source>
        <translation>Märken</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>Referens</translation>
    </message>
    <message>
        <source>has a note</source>
        <translation>har en anteckning</translation>
    </message>
</context>
<context>
    <name>ColumnsHeader</name>
    <message>
        <source>Columns as at first</source>
        <translation>Återställ kolumnerna</translation>
    </message>
</context>
<context>
    <name>DaysDialog</name>
    <message>
        <source>Sent from … to …</source>
        <translation>Skickat från … till …</translation>
    </message>
    <message>
        <source>Both days count. By the time of sending, of this computer&apos;s days.</source>
        <translation>Båda dagarna räknas. Efter när det skickades, enligt den här datorns dagar.</translation>
    </message>
    <message>
        <source>&amp;From:</source>
        <translation>&amp;Från:</translation>
    </message>
    <message>
        <source>&amp;To:</source>
        <translation>&amp;Till:</translation>
    </message>
</context>
<context>
    <name>DeadNumbersWindow</name>
    <message>
        <source>numbers-that-dont-work</source>
        <translation>nummer-som-inte-fungerar</translation>
    </message>
    <message>
        <source>There is no number whose last three messages failed.</source>
        <translation>Det finns inget nummer vars tre senaste meddelanden misslyckades.</translation>
    </message>
    <message>
        <source>The last three messages to these numbers failed, and none was delivered since. Mostly the number is wrong or has ended: ask for a new one. Over what is kept (since {day}).</source>
        <translation>De tre senaste meddelandena till de här numren misslyckades, och inget har levererats sedan dess. Oftast är numret fel eller avslutat: be om ett nytt. Det gäller det som finns sparat (sedan {day}).</translation>
    </message>
    <message>
        <source>Numbers that don&apos;t work</source>
        <translation>Nummer som inte fungerar</translation>
    </message>
</context>
<context>
    <name>Delay</name>
    <message>
        <source>network</source>
        <translation>nätverket</translation>
    </message>
    <message>
        <source>The network took that time.</source>
        <translation>Så länge tog nätverket.</translation>
    </message>
    <message>
        <source>an interruption, try {number} of {tries}</source>
        <translation>ett avbrott, försök {number} av {tries}</translation>
    </message>
    <message>
        <source>waited at the SMS service</source>
        <translation>väntade hos SMS-tjänsten</translation>
    </message>
    <message>
        <source>why is not known</source>
        <translation>okänt varför</translation>
    </message>
    <message>
        <source>Kvitto could not be reached before: it came by try {number} of {tries}.</source>
        <translation>Kvitto kunde inte nås dessförinnan: den kom med försök {number} av {tries}.</translation>
    </message>
    <message>
        <source>Other reports came by the same address meanwhile: it waited at the SMS service.</source>
        <translation>Andra rapporter kom under tiden till samma adress: den här väntade hos SMS-tjänsten.</translation>
    </message>
    <message>
        <source>Why is not known: it waited at the SMS service, or the address did not lead here.</source>
        <translation>Varför är inte känt: den väntade hos SMS-tjänsten, eller så ledde adressen inte hit.</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>genast</translation>
    </message>
    <message>
        <source>half within {median}, 95 % within {most}, all within {longest}</source>
        <translation>hälften inom {median}, 95 % inom {most}, alla inom {longest}</translation>
    </message>
    <message>
        <source>{count} by interruptions</source>
        <translation>{count} av avbrott</translation>
    </message>
    <message>
        <source>{count} waited at the SMS service</source>
        <translation>{count} väntade hos SMS-tjänsten</translation>
    </message>
    <message>
        <source>{count} not known why</source>
        <translation>{count} av okänd orsak</translation>
    </message>
    <message>
        <source>{count} by the network</source>
        <translation>{count} av nätverket</translation>
    </message>
    <message>
        <source>{count} at once</source>
        <translation>{count} genast</translation>
    </message>
</context>
<context>
    <name>DeleteDialog</name>
    <message>
        <source>Delete for good</source>
        <translation>Ta bort för alltid</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Ta bort</translation>
    </message>
    <message>
        <source>Delete {name} for good?</source>
        <translation>Ta bort {name} för alltid?</translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln batch(es) for good?</source>
        <translation>
            <numerusform>Ta bort %Ln utskick för alltid?</numerusform>
            <numerusform>Ta bort %Ln utskick för alltid?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%Ln meddelande</numerusform>
            <numerusform>%Ln meddelanden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n report(s)</source>
        <translation>
            <numerusform>%Ln rapport</numerusform>
            <numerusform>%Ln rapporter</numerusform>
        </translation>
    </message>
    <message>
        <source>Gone for good: {messages}, {reports} and their raw bodies.</source>
        <translation>Det här försvinner för alltid: {messages} och {reports}, även i original.</translation>
    </message>
    <message>
        <source>Not all are finished: a report that still comes makes the batch anew, without these.</source>
        <translation>Alla är inte klara: kommer det en rapport till skapas utskicket på nytt, utan de här.</translation>
    </message>
</context>
<context>
    <name>Demo</name>
    <message>
        <source>Send a demo campaign</source>
        <translation>Skicka en demokampanj</translation>
    </message>
    <message>
        <source>Kvitto plays the SMS service: it posts the reports of invented messages to its own port. Nothing is sent to any phone. Demo batches are marked, and stay out of totals and charts unless you show them.</source>
        <translation>Kvitto låtsas vara SMS-tjänsten och skickar rapporter om påhittade meddelanden till sig självt. Inget skickas till någon telefon. Demoutskick är märkta och räknas inte med i summor och diagram om du inte väljer att visa dem.</translation>
    </message>
    <message>
        <source>Through the public address</source>
        <translation>Genom den publika adressen</translation>
    </message>
    <message>
        <source>Calm: everything goes well</source>
        <translation>Lugnt: allt går bra</translation>
    </message>
    <message>
        <source>Campaign: as on an ordinary day</source>
        <translation>Kampanj: som en vanlig dag</translation>
    </message>
    <message>
        <source>Hostile: everything that can go wrong</source>
        <translation>Stökigt: allt som kan gå fel</translation>
    </message>
    <message>
        <source>To:</source>
        <translation>Till:</translation>
    </message>
    <message>
        <source>Messages:</source>
        <translation>Meddelanden:</translation>
    </message>
    <message>
        <source>What happens:</source>
        <translation>Vad som händer:</translation>
    </message>
    <message>
        <source>Lose some reports on the way: Ask iP.1 fetches them</source>
        <translation>Tappa några rapporter på vägen: Fråga iP.1 hämtar dem</translation>
    </message>
    <message>
        <source>Kvitto plays iP.1&apos;s API, too, on this computer: the button Ask iP.1 of a demo batch asks that. Your key is not used.</source>
        <translation>Kvitto spelar också iP.1:s API, på den här datorn: knappen Fråga iP.1 på ett demoutskick frågar det. Din nyckel används inte.</translation>
    </message>
    <message>
        <source>Show demo batches in the table, and count them</source>
        <translation>Visa demoutskick i tabellen och räkna med dem</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Förlopp</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Skicka</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Avbryt</translation>
    </message>
    <message>
        <source>Remove all demo batches</source>
        <translation>Ta bort alla demoutskick</translation>
    </message>
    <message>
        <source>Nothing is received on this computer now.</source>
        <translation>Inget tas emot på den här datorn just nu.</translation>
    </message>
    <message>
        <source>The demo campaign broke off: its port could not be reached.</source>
        <translation>Demokampanjen avbröts: Kvittos port gick inte att nå.</translation>
    </message>
    <message>
        <source>{taken} of {reports} reports answered, {lost} lost.</source>
        <translation>{taken} av {reports} rapporter besvarade, {lost} förlorade.</translation>
    </message>
    <message>
        <source>{taken} reports answered, {waiting} wait for another try.</source>
        <translation>{taken} rapporter besvarade, {waiting} väntar på ett nytt försök.</translation>
    </message>
    <message numerus="yes">
        <source>%n demo batch(es) removed.</source>
        <translation>
            <numerusform>%Ln demoutskick är borttaget.</numerusform>
            <numerusform>%Ln demoutskick är borttagna.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DepartmentsDialog</name>
    <message>
        <source>Departments</source>
        <translation>Avdelningar</translation>
    </message>
    <message>
        <source>One rule a line: a reference, where * stands for anything, and whose it is. The first that fits counts. For example: REF-12* = Schools</source>
        <translation>En regel per rad: en referens, där * står för vad som helst, och vems den är. Den första som passar gäller. Till exempel: REF-12* = Skolor</translation>
    </message>
    <message>
        <source>Not understood, and left out: line {lines}</source>
        <translation>Förstås inte och räknas inte: rad {lines}</translation>
    </message>
    <message>
        <source>The departments could not be kept: {reason}.</source>
        <translation>Avdelningarna gick inte att spara: {reason}.</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>No reports yet</source>
        <translation>Inga rapporter än</translation>
    </message>
    <message>
        <source>Give that URL as “deliveryReportUrl” when you send a batch. Every status of every message then shows up here by itself.</source>
        <translation>Ange adressen som ”deliveryReportUrl” när du skickar ett utskick. Sedan visas varje status för varje meddelande här av sig själv.</translation>
    </message>
    <message>
        <source>Open Callback URL: let Kvitto start a tunnel there, or type the address of one that leads to Kvitto on this computer.</source>
        <translation>Öppna Rapportadress: låt Kvitto starta en tunnel där, eller skriv adressen till en som leder till Kvitto på den här datorn.</translation>
    </message>
    <message>
        <source>Open Callback URL: let Kvitto start a tunnel there, or type the address of one that leads to {origin}. Kvitto tests whether it leads here.</source>
        <translation>Öppna Rapportadress: låt Kvitto starta en tunnel där, eller skriv adressen till en som leder till {origin}. Kvitto testar om den leder hit.</translation>
    </message>
    <message>
        <source>Copy the callback URL. It contains a key: whoever has it can send reports.</source>
        <translation>Kopiera rapportadressen. Den innehåller en nyckel: den som har adressen kan skicka rapporter.</translation>
    </message>
    <message>
        <source>Callback URL…</source>
        <translation>Rapportadress…</translation>
    </message>
    <message>
        <source>The callback URL works on this computer only for now: the SMS service can&apos;t reach it, and what it reports there is lost. Connect a public address before you give it away.</source>
        <translation>Rapportadressen fungerar än så länge bara på den här datorn: SMS-tjänsten når den inte, och det som rapporteras dit går förlorat. Anslut en publik adress innan du lämnar ut den.</translation>
    </message>
    <message>
        <source>Copy callback URL</source>
        <translation>Kopiera rapportadressen</translation>
    </message>
    <message>
        <source>Send a test report to myself</source>
        <translation>Skicka mig en testrapport</translation>
    </message>
    <message>
        <source>It goes through the real port, is marked as a test, and counts nowhere.</source>
        <translation>Den går genom den riktiga porten, märks som test och räknas inte med någonstans.</translation>
    </message>
    <message>
        <source>Try a demo campaign…</source>
        <translation>Prova ett demoutskick…</translation>
    </message>
    <message>
        <source>Many invented reports. They never count as real, and one click removes them.</source>
        <translation>Många påhittade rapporter. De räknas aldrig som riktiga och försvinner med ett klick.</translation>
    </message>
</context>
<context>
    <name>EraseDialog</name>
    <message>
        <source>Erase this person</source>
        <translation>Radera den här personen</translation>
    </message>
    <message>
        <source>Erase {number}?</source>
        <translation>Radera {number}?</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Radera</translation>
    </message>
    <message numerus="yes">
        <source>Of %n message(s), the number, the reference and the reports as they came are replaced by words that lead nowhere, and your notes on them are deleted. It can&apos;t be undone.</source>
        <translation>
            <numerusform>I %Ln meddelande ersätts numret, referensen och rapporterna som de kom av ord som inte leder någonstans, och dina anteckningar om det tas bort. Det går inte att ångra.</numerusform>
            <numerusform>I %Ln meddelanden ersätts numret, referensen och rapporterna som de kom av ord som inte leder någonstans, och dina anteckningar om dem tas bort. Det går inte att ångra.</numerusform>
        </translation>
    </message>
    <message>
        <source>Results, SMS parts and costs stay, so that all sums are as before. A report that still comes about these messages is treated alike. New messages to the number are not.</source>
        <translation>Resultat, SMS-delar och kostnader står kvar, så att alla summor är som förut. En rapport som ännu kommer om dessa meddelanden behandlas likadant. Det gör inte nya meddelanden till numret.</translation>
    </message>
    <message>
        <source>Not reached: backups, lists that were saved or printed, and what the SMS service itself keeps.</source>
        <translation>Nås inte: säkerhetskopior, listor som har sparats eller skrivits ut, och det som SMS-tjänsten själv sparar.</translation>
    </message>
    <message>
        <source>The database is written anew: with many messages that takes a minute or two, in which reports wait at the SMS service.</source>
        <translation>Databasen skrivs om: med många meddelanden tar det en minut eller två, och under tiden väntar rapporter hos SMS-tjänsten.</translation>
    </message>
</context>
<context>
    <name>Errors</name>
    <message>
        <source>Another program keeps {file} locked. New reports are refused for now, and wait at the SMS service for about 90 minutes. Close programs that have the file open, such as a backup or a database viewer.</source>
        <translation>Ett annat program har låst {file}. Nya rapporter nekas så länge och väntar hos SMS-tjänsten i ungefär 90 minuter. Stäng program som har filen öppen, till exempel en säkerhetskopiering eller en databasvisare.</translation>
    </message>
    <message>
        <source>{file} can&apos;t be written: the file, its folder or its disk is read-only. New reports are refused for now, and wait at the SMS service for about 90 minutes. Give yourself the right to write there, or choose another folder with --data-dir.</source>
        <translation>{file} går inte att skriva till: filen, mappen eller disken är skrivskyddad. Nya rapporter nekas så länge och väntar hos SMS-tjänsten i ungefär 90 minuter. Ge dig själv rätt att skriva där, eller välj en annan mapp med --data-dir.</translation>
    </message>
    <message>
        <source>{file} is damaged, or is not a file of Kvitto. New reports are refused for now, and wait at the SMS service. Quit Kvitto and copy the whole folder to a safe place. Then kvitto salvage saves what can be read, and kvitto restore puts that, or a backup, in its place.</source>
        <translation>{file} är skadad, eller är inte en fil från Kvitto. Nya rapporter nekas så länge och väntar hos SMS-tjänsten. Avsluta Kvitto och kopiera hela mappen till ett säkert ställe. Sedan räddar kvitto salvage det som går att läsa, och kvitto restore lägger det, eller en säkerhetskopia, på dess plats.</translation>
    </message>
    <message>
        <source>{file} was moved, deleted or replaced while Kvitto was using it. New reports are refused for now, and wait at the SMS service for about 90 minutes. Put its folder back if you can: Kvitto saves what it still holds, so don&apos;t end it now.</source>
        <translation>{file} flyttades, raderades eller byttes ut medan Kvitto använde den. Nya rapporter nekas så länge och väntar hos SMS-tjänsten i ungefär 90 minuter. Lägg tillbaka mappen om du kan: Kvitto sparar det som det har kvar, så avsluta det inte nu.</translation>
    </message>
    <message>
        <source>A file beside {file} was deleted or replaced while Kvitto was using it. New reports are refused for now, and wait at the SMS service for about 90 minutes. Kvitto saves what it still holds: don&apos;t end it now.</source>
        <translation>En fil bredvid {file} raderades eller byttes ut medan Kvitto använde den. Nya rapporter nekas så länge och väntar hos SMS-tjänsten i ungefär 90 minuter. Kvitto sparar det som det har kvar: avsluta det inte nu.</translation>
    </message>
    <message>
        <source>{file}, or its log, was touched while Kvitto was using it: deleted, replaced or cut. Kvitto has saved all that it had received, and goes on. What was found in its place is {kept} now. For copies, use kvitto backup and kvitto restore.</source>
        <translation>Något ändrade {file} eller dess logg medan Kvitto använde dem: de raderades, byttes ut eller kortades. Kvitto har sparat allt som det hade tagit emot och fortsätter. Det som låg i deras ställe heter nu {kept}. Kopior gör du med kvitto backup och kvitto restore.</translation>
    </message>
    <message>
        <source>{file}, or its log, was touched while Kvitto was using it: deleted, replaced or cut. Kvitto has saved all that it had received, and goes on. For copies, use kvitto backup and kvitto restore.</source>
        <translation>Något ändrade {file} eller dess logg medan Kvitto använde dem: de raderades, byttes ut eller kortades. Kvitto har sparat allt som det hade tagit emot och fortsätter. Kopior gör du med kvitto backup och kvitto restore.</translation>
    </message>
    <message>
        <source>The computer&apos;s clock says {time}, which does not agree with what was received, or it was changed. Nothing old is deleted, and no key is revoked, until you confirm the date under Settings, Storage.</source>
        <translation>Datorns klocka säger {time}. Det stämmer inte med det som har tagits emot, eller så har klockan ändrats. Inget gammalt rensas och ingen nyckel återkallas förrän du bekräftar datumet under Inställningar, Lagring.</translation>
    </message>
    <message>
        <source>The backup can&apos;t be written to {file}: its disk is full, or may not be written. There is no backup of that name now. Make room, or choose another folder.</source>
        <translation>Säkerhetskopian går inte att skriva till {file}: disken är full, eller får inte skrivas. Det finns ingen säkerhetskopia med det namnet nu. Gör plats, eller välj en annan mapp.</translation>
    </message>
    <message>
        <source>A person is being erased: the database is written anew, so that no trace is left in it. With many messages that may take some minutes. New reports are refused for now, and wait at the SMS service for about 90 minutes. Kvitto goes on by itself.</source>
        <translation>En person raderas: databasen skrivs om, så att inga spår blir kvar i den. Med många meddelanden kan det ta några minuter. Nya rapporter nekas så länge, och väntar hos SMS-tjänsten i ungefär 90 minuter. Kvitto fortsätter av sig självt.</translation>
    </message>
    <message>
        <source>Another program has changed what is in {file} while Kvitto was using it. What Kvitto had received may be lost in part, and is not sent again by the SMS service. Kvitto goes on with what is left; kvitto check tells whether that agrees. For copies, use kvitto backup and kvitto restore.</source>
        <translation>Ett annat program har ändrat innehållet i {file} medan Kvitto använde den. En del av det som Kvitto har tagit emot kan vara förlorat, och SMS-tjänsten skickar det inte igen. Kvitto fortsätter med det som finns kvar; kvitto check säger om det stämmer. Använd kvitto backup och kvitto restore för kopior.</translation>
    </message>
    <message>
        <source>{file}, or another file that Kvitto&apos;s receiver was reading, was cut or overwritten, and the system ended the receiver. It has started again at once, and goes on: all reports that it had answered are kept. What came meanwhile is sent again by the SMS service. For copies, use kvitto backup and kvitto restore.</source>
        <translation>{file}, eller en annan fil som Kvittos mottagare läste, kortades av eller skrevs över, och systemet avslutade mottagaren. Den har startat igen genast och fortsätter: alla rapporter som den hade besvarat finns kvar. Det som kom under tiden skickas igen av SMS-tjänsten. Använd kvitto backup och kvitto restore för kopior.</translation>
    </message>
    <message>
        <source>{file} was emptied while Kvitto was using it: nothing in it can be saved. New reports are refused for now, and wait at the SMS service. What was received last ({count}) is saved. Quit Kvitto. If you have a backup, put it in its place with kvitto restore, then add what is saved: kvitto merge {kept}. If you have none: kvitto restore {kept}.</source>
        <translation>{file} tömdes medan Kvitto använde den: inget i den går att rädda. Nya rapporter nekas tills vidare och väntar hos SMS-tjänsten. Det som togs emot sist ({count}) är sparat. Avsluta Kvitto. Har du en säkerhetskopia, lägg tillbaka den med kvitto restore och lägg sedan till det som är sparat: kvitto merge {kept}. Har du ingen: kvitto restore {kept}.</translation>
    </message>
    <message>
        <source>{file} was overwritten while Kvitto was using it: it is damaged, or is not a file of this Kvitto any more. New reports are refused for now, and wait at the SMS service. What was received last ({count}) is saved in {kept}. Quit Kvitto and copy the whole folder to a safe place. Then kvitto restore puts a backup, or what kvitto salvage can read, in its place, and kvitto merge adds what is saved.</source>
        <translation>{file} skrevs över medan Kvitto använde den: den är skadad, eller är inte längre en fil från detta Kvitto. Nya rapporter nekas så länge och väntar hos SMS-tjänsten. Det som togs emot senast ({count}) är sparat i {kept}. Avsluta Kvitto och kopiera hela mappen till ett säkert ställe. Sedan lägger kvitto restore en säkerhetskopia, eller det som kvitto salvage kan läsa, på dess plats, och kvitto merge lägger till det som är sparat.</translation>
    </message>
    <message>
        <source>{file} belongs to another user of this computer, and you may not use it. Start Kvitto as that user, choose another folder with --data-dir, or have the file given to you.</source>
        <translation>{file} tillhör en annan användare på den här datorn, och du får inte använda den. Starta Kvitto som den användaren, välj en annan mapp med --data-dir eller be om att få filen.</translation>
    </message>
    <message>
        <source>The database has a text that can&apos;t be read, since it is not UTF-8: somebody has changed it with another program. A backup can be put in its place: kvitto restore.</source>
        <translation>I databasen finns en text som inte går att läsa, eftersom den inte är UTF-8: någon har ändrat den med ett annat program. En säkerhetskopia kan läggas tillbaka: kvitto restore.</translation>
    </message>
    <message>
        <source>The database has a value that can&apos;t be read, in {column} of the row with {row}: somebody has changed it with another program. kvitto check names all that are like it. A backup can be put in its place: kvitto restore.</source>
        <translation>I databasen finns ett värde som inte går att läsa, i {column} på raden med {row}: någon har ändrat det med ett annat program. kvitto check nämner alla sådana. En säkerhetskopia kan läggas tillbaka: kvitto restore.</translation>
    </message>
    <message>
        <source>{file} is a symbolic link: through one, the files of the database that belong together are not found. New reports are refused for now, and wait at the SMS service for about 90 minutes. Put the file that it leads to in its place, or choose another folder with --data-dir.</source>
        <translation>{file} är en symbolisk länk: genom en sådan går det inte att hitta de filer i databasen som hör ihop. Nya rapporter nekas så länge och väntar hos SMS-tjänsten i ungefär 90 minuter. Lägg filen som den leder till på dess plats, eller välj en annan mapp med --data-dir.</translation>
    </message>
    <message>
        <source>Another database and its log were written over {file} while Kvitto was using it, and {count} of the newest reports are lost: they were answered, and the SMS service does not send them again. What was changed in Kvitto since then may be lost, too. Kvitto goes on with that database, but not with its log: a part of the lost reports may be in that. It is kept as {kept}. For copies, use kvitto backup and kvitto restore.</source>
        <translation>En annan databas och dess logg skrevs över {file} medan Kvitto använde den, och {count} av de nyaste rapporterna är borta: de var besvarade, och SMS-tjänsten skickar dem inte igen. Även det som sedan dess har ändrats i Kvitto kan vara borta. Kvitto fortsätter med den databasen, men inte med dess logg: en del av de borttappade rapporterna kan finnas i den. Den är sparad som {kept}. Kopior gör du med kvitto backup och kvitto restore.</translation>
    </message>
    <message>
        <source>Kvitto is already running on {folder}, at {address} (process {pid}). Use that one, stop it first, or choose another folder with --data-dir.</source>
        <translation>Kvitto är redan igång med {folder}, på {address} (process {pid}). Använd det, stoppa det först, eller välj en annan mapp med --data-dir.</translation>
    </message>
    <message>
        <source>More reports came by one callback URL today than Kvitto stores in a day. Those that still come by it are refused until midnight UTC, and each waits at the SMS service for about 90 minutes. If they are yours, let it store more; if not, end that key.</source>
        <translation>Fler rapporter än Kvitto sparar på ett dygn har i dag kommit till en och samma rapportadress. De som ändå kommer dit nekas till midnatt UTC, och var och en väntar hos SMS-tjänsten i ungefär 90 minuter. Är de dina, så låt Kvitto spara fler; annars återkallar du den nyckeln.</translation>
    </message>
    <message>
        <source>{folder} is where Kvitto keeps what it receives: a backup there would be lost together with it. Choose another folder, best on another disk.</source>
        <translation>I {folder} förvarar Kvitto det som tas emot: en säkerhetskopia där skulle försvinna tillsammans med det. Välj en annan mapp, helst på en annan disk.</translation>
    </message>
    <message>
        <source>{file} is there already. It was not changed. Choose another name, or replace it with --force.</source>
        <translation>{file} finns redan. Den ändrades inte. Välj ett annat namn, eller ersätt den med --force.</translation>
    </message>
    <message>
        <source>{file} is there, and is not a file: it is not replaced. Choose another name for the backup.</source>
        <translation>{file} finns redan och är inte en fil: den ersätts inte. Välj ett annat namn på säkerhetskopian.</translation>
    </message>
    <message>
        <source>{file} is not a whole backup of Kvitto: {reason}. Nothing was changed. Choose another file; of a damaged one, kvitto salvage saves what can be read.</source>
        <translation>{file} är ingen hel säkerhetskopia av Kvitto: {reason}. Inget ändrades. Välj en annan fil; ur en skadad räddar kvitto salvage det som går att läsa.</translation>
    </message>
    <message>
        <source>{file} can&apos;t be put into {folder}: its disk is full, or may not be written. Everything is as it was. Make room, or give yourself the right to write there, then try again.</source>
        <translation>{file} kan inte läggas in i {folder}: disken är full eller får inte skrivas. Allt är som det var. Gör plats, eller ge dig själv rätt att skriva där, och försök igen.</translation>
    </message>
    <message>
        <source>The disk failed while a backup was put into {folder}. Nothing is lost: the next start of Kvitto finishes it. Check that the disk is connected and may be written.</source>
        <translation>Disken slutade fungera medan en säkerhetskopia lades in i {folder}. Inget är förlorat: nästa start av Kvitto slutför det. Kontrollera att disken är ansluten och får skrivas.</translation>
    </message>
    <message>
        <source>Not all reports of {file} could be added to {folder}: its disk is full, or may not be written. What is there is whole. Make room, or give yourself the right to write there, then do it again: nothing is added twice.</source>
        <translation>Alla rapporter i {file} kunde inte läggas till i {folder}: disken är full eller får inte skrivas. Det som finns där är helt. Gör plats, eller ge dig själv rätt att skriva där, och gör om det: inget läggs till två gånger.</translation>
    </message>
    <message>
        <source>Nothing of {file} can be saved: {reason}. It was not changed. Choose another file, or restore a backup.</source>
        <translation>Inget i {file} kan räddas: {reason}. Filen ändrades inte. Välj en annan fil, eller återställ en säkerhetskopia.</translation>
    </message>
    <message>
        <source>Another program has {file} open, such as Kvitto&apos;s window. Nothing was changed. Quit it, then try again.</source>
        <translation>Ett annat program har {file} öppen, till exempel Kvittos fönster. Inget ändrades. Avsluta det och försök igen.</translation>
    </message>
    <message>
        <source>{file} was made by a newer version of Kvitto. It was not changed. Install the newest version of Kvitto and start that.</source>
        <translation>{file} skapades av en nyare version av Kvitto. Den har inte ändrats. Installera den senaste versionen av Kvitto och starta den.</translation>
    </message>
    <message>
        <source>{file} was made by a trial version of Kvitto from before its first release, and this version can&apos;t read it. It was not changed. Move it out of its folder, or choose another folder with --data-dir.</source>
        <translation>{file} skapades av en provversion av Kvitto från tiden före första utgåvan, och den här versionen kan inte läsa den. Den har inte ändrats. Flytta den ut ur sin mapp, eller välj en annan mapp med --data-dir.</translation>
    </message>
    <message>
        <source>{file} was made by an older version of Kvitto that is still running. It was not changed, and that one goes on receiving. Quit it, then try again.</source>
        <translation>{file} skapades av en äldre version av Kvitto som fortfarande är igång. Den har inte ändrats, och den äldre versionen fortsätter att ta emot. Avsluta den och försök sedan igen.</translation>
    </message>
    <message>
        <source>{file} can&apos;t be read or written: the disk or the system reports an error. New reports are refused for now, and wait at the SMS service for about 90 minutes. Check that the disk is connected and healthy.</source>
        <translation>{file} går inte att läsa eller skriva till: disken eller systemet rapporterar ett fel. Nya rapporter nekas så länge och väntar hos SMS-tjänsten i ungefär 90 minuter. Kontrollera att disken är ansluten och hel.</translation>
    </message>
    <message>
        <source>The disk that holds {file.parent} is full. New reports are refused for now, and wait at the SMS service for about 90 minutes. Make room on it: Kvitto goes on by itself.</source>
        <translation>Disken med {file.parent} är full. Nya rapporter nekas så länge och väntar hos SMS-tjänsten i ungefär 90 minuter. Frigör plats på den, så fortsätter Kvitto av sig självt.</translation>
    </message>
    <message>
        <source>You may not use {file.parent}: the folder, or a file in it, belongs to another user of this computer. New reports are refused for now, and wait at the SMS service for about 90 minutes. Start Kvitto as that user, or choose another folder with --data-dir.</source>
        <translation>Du får inte använda {file.parent}: mappen, eller en fil i den, tillhör en annan användare av den här datorn. Nya rapporter nekas så länge och väntar hos SMS-tjänsten i ungefär 90 minuter. Starta Kvitto som den användaren, eller välj en annan mapp med --data-dir.</translation>
    </message>
    <message>
        <source>{folder} lies on a network drive. A database there can lose reports, so Kvitto does not use it. Choose a folder on a disk of this computer with --data-dir.</source>
        <translation>{folder} ligger på en nätverksdisk. Där kan rapporter gå förlorade, så Kvitto använder den inte. Välj en mapp på en disk i den här datorn med --data-dir.</translation>
    </message>
    <message>
        <source>The folder {folder} can&apos;t be made or used. Choose another with --data-dir, or give yourself the right to write there.</source>
        <translation>Mappen {folder} går inte att skapa eller använda. Välj en annan med --data-dir, eller ge dig själv rätt att skriva där.</translation>
    </message>
    <message>
        <source>Nothing has been received in {folder} yet: there is no database there. Start Kvitto first, or name the right folder with --data-dir.</source>
        <translation>Inget har tagits emot i {folder} än: där finns ingen databas. Starta Kvitto först, eller ange rätt mapp med --data-dir.</translation>
    </message>
    <message>
        <source>Kvitto is already running on {folder}. Use that one, stop it first, or choose another folder with --data-dir.</source>
        <translation>Kvitto är redan igång med {folder}. Använd det, stoppa det först, eller välj en annan mapp med --data-dir.</translation>
    </message>
    <message>
        <source>Reports come faster than the disk can store them: {waiting} are waiting. The rest are refused for now, and the SMS service tries them again in ten minutes.</source>
        <translation>Rapporterna kommer snabbare än disken hinner spara dem: {waiting} väntar. Resten nekas så länge, och SMS-tjänsten skickar dem igen om tio minuter.</translation>
    </message>
    <message>
        <source>The disk has not answered for half a minute. New reports are refused for now, and wait at the SMS service for about 90 minutes. Look at the disk: Kvitto goes on by itself once it answers.</source>
        <translation>Disken har inte svarat på en halv minut. Nya rapporter nekas så länge, och väntar hos SMS-tjänsten i ungefär 90 minuter. Se efter hur det är med disken: Kvitto fortsätter av sig självt när den svarar.</translation>
    </message>
    <message>
        <source>The log beside {file} has grown to {megabytes} MB, since a program goes on reading the database. Reports are stored, but the disk fills up. Close programs that have the file open, such as a backup or a database viewer.</source>
        <translation>Loggen bredvid {file} har vuxit till {megabytes} MB, eftersom ett program hela tiden läser databasen. Rapporter sparas, men disken fylls. Stäng program som har filen öppen, till exempel en säkerhetskopiering eller en databasvisare.</translation>
    </message>
    <message>
        <source>The log beside {file} has grown to {megabytes} MB, since a program goes on reading the database. These have it open: {readers}. Reports are stored, but the disk fills up. Close programs that have the file open, such as a backup or a database viewer.</source>
        <translation>Loggen bredvid {file} har vuxit till {megabytes} MB, eftersom ett program hela tiden läser databasen. De här har den öppen: {readers}. Rapporter sparas, men disken fylls. Stäng program som har filen öppen, till exempel en säkerhetskopiering eller en databasvisare.</translation>
    </message>
    <message>
        <source>Kvitto is stopping. New reports wait at the SMS service for about 90 minutes.</source>
        <translation>Kvitto håller på att avslutas. Nya rapporter väntar hos SMS-tjänsten i ungefär 90 minuter.</translation>
    </message>
    <message>
        <source>Kvitto made a mistake of its own. The reports that it concerns are refused for now, and are sent again for about 90 minutes. The log has the details.</source>
        <translation>Kvitto har gjort ett eget fel. De rapporter som felet gäller nekas tills vidare och skickas om i ungefär 90 minuter. Detaljerna finns i loggen.</translation>
    </message>
    <message>
        <source>A part of Kvitto&apos;s receiver made a mistake, and was started again. Reports are received and stored all the same. The log has the details: send it to whoever helps you.</source>
        <translation>En del av Kvittos mottagare gjorde fel och har startats om. Rapporter tas emot och lagras som vanligt. Detaljerna finns i loggen: skicka den till den som hjälper dig.</translation>
    </message>
    <message>
        <source>Kvitto&apos;s receiver is of another version than this window, and tells of something that this one does not know: {code}. Quit Kvitto, and start the newest version.</source>
        <translation>Kvittos mottagare har en annan version än det här fönstret och berättar om något som fönstret inte känner till: {code}. Avsluta Kvitto och starta den senaste versionen.</translation>
    </message>
    <message>
        <source>Kvitto can&apos;t listen on {host}: no computer has that name. Use an address of this computer with --host, such as 127.0.0.1.</source>
        <translation>Kvitto kan inte ta emot på {host}: ingen dator har det namnet. Ange en adress till den här datorn med --host, till exempel 127.0.0.1.</translation>
    </message>
    <message>
        <source>Port {port} on {host} is taken by another program, or by another Kvitto. Stop that program, or choose another port: in the settings, or with --port; 0 takes any free one.</source>
        <translation>Port {port} på {host} är upptagen av ett annat program eller ett annat Kvitto. Stoppa det programmet, eller välj en annan port: i inställningarna eller med --port; 0 tar en ledig port.</translation>
    </message>
    <message>
        <source>Kvitto can&apos;t listen on {host}: {port} is not a port. Choose one from 1024 to {last}, in the settings or with --port.</source>
        <translation>Kvitto kan inte ta emot på {host}: {port} är ingen port. Välj en mellan 1024 och {last}, i inställningarna eller med --port.</translation>
    </message>
    <message>
        <source>Kvitto can&apos;t listen on {host}: ports below {free} are kept for the system. Choose a higher one, in the settings or with --port.</source>
        <translation>Kvitto kan inte ta emot på {host}: portar under {free} är reserverade för systemet. Välj en högre, i inställningarna eller med --port.</translation>
    </message>
    <message>
        <source>Kvitto can&apos;t listen on {host}: that is not an address of this computer. Use one that is with --host, such as 127.0.0.1.</source>
        <translation>Kvitto kan inte ta emot på {host}: det är inte en adress till den här datorn. Ange en som är det med --host, till exempel 127.0.0.1.</translation>
    </message>
    <message>
        <source>Kvitto can&apos;t listen on {host}: the system does not allow it. Choose another address with --host, or another port.</source>
        <translation>Kvitto kan inte ta emot på {host}: systemet tillåter det inte. Välj en annan adress med --host, eller en annan port.</translation>
    </message>
    <message>
        <source>Kvitto&apos;s receiver can&apos;t be started: it ends at once. Nothing is received until it can; it is tried again by itself. Why it ends is in kvitto.log, in the data folder.</source>
        <translation>Kvittos mottagare kan inte startas: den avslutas genast. Inget tas emot förrän det går; nya försök görs av sig själva. Varför den avslutas står i kvitto.log i datamappen.</translation>
    </message>
    <message>
        <source>Kvitto&apos;s receiver does not answer, so it is not certain that this was done. It is started again by itself: look, and try again in a moment.</source>
        <translation>Kvittos mottagare svarar inte, så det är inte säkert att ändringen blev gjord. Den startas om av sig själv: se efter, och försök igen om en stund.</translation>
    </message>
    <message>
        <source>Kvitto&apos;s window on {folder} is open already, but does not answer. Look for it on the screen and in the tray. If it is stuck, end its process, then try again.</source>
        <translation>Kvittos fönster för {folder} är redan öppet men svarar inte. Leta efter det på skärmen och i systemfältet. Har det hängt sig: avsluta processen och försök igen.</translation>
    </message>
    <message>
        <source>The address is missing.</source>
        <translation>Adressen saknas.</translation>
    </message>
    <message>
        <source>The address is too long for a URL.</source>
        <translation>Adressen är för lång för en URL.</translation>
    </message>
    <message>
        <source>The address has a space or a line break in it.</source>
        <translation>Det finns ett mellanslag eller en radbrytning i adressen.</translation>
    </message>
    <message>
        <source>The address has characters in it that no URL has.</source>
        <translation>Det finns tecken i adressen som ingen URL har.</translation>
    </message>
    <message>
        <source>A public address begins with https:// or http://.</source>
        <translation>En publik adress börjar med https:// eller http://.</translation>
    </message>
    <message>
        <source>An address with a name or a password in it is not public.</source>
        <translation>En adress med namn eller lösenord i är inte publik.</translation>
    </message>
    <message>
        <source>The port is not a number from 1 to 65535.</source>
        <translation>Porten är inte ett tal från 1 till 65535.</translation>
    </message>
    <message>
        <source>The address has no host: it begins with https:// and a name.</source>
        <translation>Adressen saknar värdnamn: den börjar med https:// och ett namn.</translation>
    </message>
    <message>
        <source>That is this computer&apos;s own name for itself: nobody outside finds it by that. Give the address of a tunnel or a server that leads here.</source>
        <translation>Så kallar varje dator sig själv: ingen utanför hittar den med det namnet. Ange adressen till en tunnel eller en server som leder hit.</translation>
    </message>
    <message>
        <source>After https come a colon and two slashes, as in https://example.net.</source>
        <translation>Efter https kommer ett kolon och två snedstreck, som i https://example.net.</translation>
    </message>
    <message>
        <source>The address begins twice with https://.</source>
        <translation>Adressen börjar två gånger med https://.</translation>
    </message>
    <message>
        <source>There is a dot at the end of the host: leave it out.</source>
        <translation>Värdnamnet slutar med en punkt: ta bort den.</translation>
    </message>
    <message>
        <source>A part of the host&apos;s name is missing between two dots.</source>
        <translation>Det saknas en del av värdnamnet mellan två punkter.</translation>
    </message>
    <message>
        <source>The host&apos;s name is too long: 63 characters between two dots, 253 in all.</source>
        <translation>Värdnamnet är för långt: högst 63 tecken mellan två punkter och 253 i allt.</translation>
    </message>
    <message>
        <source>A host&apos;s name has letters, digits and hyphens only, and dots between its parts.</source>
        <translation>Ett värdnamn består av bokstäver, siffror och bindestreck, med punkter mellan delarna.</translation>
    </message>
    <message>
        <source>There are two slashes in a row in the address.</source>
        <translation>Det står två snedstreck i rad i adressen.</translation>
    </message>
    <message>
        <source>What follows the host has characters in it that don&apos;t belong there.</source>
        <translation>Det som följer efter värdnamnet innehåller tecken som inte hör hemma där.</translation>
    </message>
    <message>
        <source>There is a dot at the end of the address: leave it out.</source>
        <translation>Adressen slutar med en punkt: ta bort den.</translation>
    </message>
    <message>
        <source>That number is not the address of a computer.</source>
        <translation>Det talet är inte en dators adress.</translation>
    </message>
    <message>
        <source>The server to log in to is missing.</source>
        <translation>Servern att logga in på saknas.</translation>
    </message>
    <message>
        <source>{file} was touched while Kvitto was using it, and {count} of the newest reports in it are lost: they were answered, and the SMS service does not send them again. What was changed in Kvitto since then may be lost, too. Kvitto goes on with what is left. For copies, use kvitto backup and kvitto restore.</source>
        <translation>Något ändrade {file} medan Kvitto använde den, och {count} av de nyaste rapporterna i den är borta: de var besvarade, och SMS-tjänsten skickar dem inte igen. Även det som sedan dess har ändrats i Kvitto kan vara borta. Kvitto fortsätter med det som är kvar. Kopior gör du med kvitto backup och kvitto restore.</translation>
    </message>
    <message>
        <source>That is not a URL.</source>
        <translation>Det är ingen adress.</translation>
    </message>
    <message>
        <source>That is not the name of a host.</source>
        <translation>Det är inget värdnamn.</translation>
    </message>
    <message>
        <source>A public address has no ? and no # in it.</source>
        <translation>En publik adress har varken ? eller # i sig.</translation>
    </message>
    <message>
        <source>Write the server as me@server.example.net: without ssh:// and slashes.</source>
        <translation>Skriv servern som jag@server.example.net: utan ssh:// och snedstreck.</translation>
    </message>
    <message>
        <source>What stands before the @ is not a user&apos;s name.</source>
        <translation>Det som står före @ är inte ett användarnamn.</translation>
    </message>
    <message>
        <source>Write the server without a port. One other than 22 goes into your ssh settings, in ~/.ssh/config.</source>
        <translation>Skriv servern utan port. En annan port än 22 ställs in i ssh, i ~/.ssh/config.</translation>
    </message>
    <message>
        <source>That is not the name of a server.</source>
        <translation>Det är inte namnet på en server.</translation>
    </message>
    <message>
        <source>The port there is a number from 1 to 65535, or an address and a number.</source>
        <translation>Porten där är ett tal från 1 till 65535, eller en adress och ett tal.</translation>
    </message>
    <message>
        <source>A domain at ngrok is a name with dots in it, as in kvitto.ngrok.app.</source>
        <translation>En domän hos ngrok är ett namn med punkter i, som kvitto.ngrok.app.</translation>
    </message>
    <message>
        <source>An address that was typed has no program that could be started.</source>
        <translation>En adress som skrivits in har inget program som kan startas.</translation>
    </message>
    <message>
        <source>The tunnel&apos;s name and its public address are needed.</source>
        <translation>Tunnelns namn och dess publika adress behövs.</translation>
    </message>
    <message>
        <source>A tunnel&apos;s name has letters, digits, hyphens, dots and underscores only.</source>
        <translation>En tunnels namn består av bokstäver, siffror, bindestreck, punkter och understreck.</translation>
    </message>
    <message>
        <source>No report about a batch {batch} has come. Check the id: an export of the batches lists all of them.</source>
        <translation>Det har inte kommit någon rapport om utskick {batch}. Kontrollera id:t: en export av utskicken listar alla.</translation>
    </message>
    <message>
        <source>The export</source>
        <translation>Exporten</translation>
    </message>
    <message>
        <source>The disk that holds {file.parent} is full. Nothing was exported, and an older file of that name is unchanged. Make room on it, or choose another folder.</source>
        <translation>Disken med {file.parent} är full. Inget exporterades, och en äldre fil med samma namn är oförändrad. Frigör plats på den, eller välj en annan mapp.</translation>
    </message>
    <message>
        <source>{place} can&apos;t be written: the file, its folder or its disk is read-only, or another program such as Excel has it open. Close it there, give yourself the right to write, or choose another file.</source>
        <translation>{place} går inte att skriva till: filen, mappen eller disken är skrivskyddad, eller så har ett annat program, till exempel Excel, filen öppen. Stäng den där, ge dig själv rätt att skriva, eller välj en annan fil.</translation>
    </message>
    <message>
        <source>There is no folder {file.parent}. Make it, or choose another one.</source>
        <translation>Mappen {file.parent} finns inte. Skapa den, eller välj en annan.</translation>
    </message>
    <message>
        <source>{file} is a folder. Name a file in it.</source>
        <translation>{file} är en mapp. Ange en fil i den.</translation>
    </message>
    <message>
        <source>{file} is a database, and an export would replace it. Choose another file.</source>
        <translation>{file} är en databas, och en export skulle ersätta den. Välj en annan fil.</translation>
    </message>
    <message>
        <source>{folder} is where Kvitto keeps what it receives: nothing else is written there. Choose another folder.</source>
        <translation>I {folder} förvarar Kvitto det som tas emot: inget annat skrivs där. Välj en annan mapp.</translation>
    </message>
    <message>
        <source>{place} can&apos;t be written: the disk or the system reports an error. Check that the disk is connected and healthy, or choose another one.</source>
        <translation>{place} går inte att skriva till: disken eller systemet rapporterar ett fel. Kontrollera att disken är ansluten och hel, eller välj en annan.</translation>
    </message>
    <message>
        <source>an empty name</source>
        <translation>ett tomt namn</translation>
    </message>
    <message>
        <source>there is no such file</source>
        <translation>filen finns inte</translation>
    </message>
    <message>
        <source>it may not be read</source>
        <translation>den får inte läsas</translation>
    </message>
    <message>
        <source>it is a folder</source>
        <translation>det är en mapp</translation>
    </message>
    <message>
        <source>it is not a file</source>
        <translation>det är ingen fil</translation>
    </message>
    <message>
        <source>it is the database that is in use</source>
        <translation>det är databasen som används</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>den är tom</translation>
    </message>
    <message>
        <source>it is not a file of Kvitto</source>
        <translation>det är ingen fil från Kvitto</translation>
    </message>
    <message>
        <source>it is damaged</source>
        <translation>den är skadad</translation>
    </message>
    <message>
        <source>The store&apos;s URL can&apos;t be read. It is written like postgresql://kvitto@server.example/kvitto.</source>
        <translation>Lagrets adress kan inte läsas. Den skrivs som postgresql://kvitto@server.example/kvitto.</translation>
    </message>
    <message>
        <source>No store&apos;s URL can be read in {file}. It is one line, written like postgresql://kvitto@server.example/kvitto.</source>
        <translation>I {file} står ingen adress till ett lager som kan läsas. Det ska vara en rad, som postgresql://kvitto@server.example/kvitto.</translation>
    </message>
    <message>
        <source>On the command line everybody on this computer can read a password. Name the URL without it, and write the password into ~/.pgpass, or the whole URL into a file that KVITTO_STORE_FILE names.</source>
        <translation>Ett lösenord på kommandoraden kan läsas av alla på datorn. Ange adressen utan det, och skriv lösenordet i ~/.pgpass, eller hela adressen i en fil som KVITTO_STORE_FILE anger.</translation>
    </message>
    <message>
        <source>The store was named with its password, and others can read what starts at log-in. Write the URL into a file that only you can read, and start Kvitto with --store-file FILE.</source>
        <translation>Lagret angavs med sitt lösenord, och andra kan läsa det som startas vid inloggning. Skriv adressen i en fil som bara du kan läsa, och starta Kvitto med --store-file FIL.</translation>
    </message>
    <message>
        <source>Others on this computer can read {file}, which holds a password. Let only yourself read it: chmod 600.</source>
        <translation>Andra på den här datorn kan läsa {file}, som innehåller ett lösenord. Låt bara dig själv läsa den: chmod 600.</translation>
    </message>
    <message>
        <source>The store at {place} can&apos;t be reached. New reports are refused for now, and wait at the SMS service for about 90 minutes. Look at the server and the network: Kvitto goes on by itself once it answers.</source>
        <translation>Lagret på {place} kan inte nås. Nya rapporter nekas så länge, och väntar hos SMS-tjänsten i ungefär 90 minuter. Se efter hur det står till med servern och nätverket: Kvitto fortsätter av sig självt när den svarar.</translation>
    </message>
    <message>
        <source>The server of the store at {place} can&apos;t be trusted: its certificate has expired, is for another name, or is of an authority that this computer does not know, or it has none. New reports are refused for now, and wait at the SMS service for about 90 minutes. Ask whoever looks after the server; Kvitto goes on by itself once that is mended.</source>
        <translation>Servern för lagret på {place} går inte att lita på: dess certifikat har gått ut, är för ett annat namn eller från en utfärdare som den här datorn inte känner, eller så har den inget. Nya rapporter nekas så länge, och väntar hos SMS-tjänsten i ungefär 90 minuter. Fråga den som sköter servern; Kvitto fortsätter av sig självt när det är åtgärdat.</translation>
    </message>
    <message>
        <source>The server of the store at {place} refuses this user. New reports are refused for now, and wait at the SMS service for about 90 minutes. Check the user&apos;s name, password and rights there.</source>
        <translation>Servern för lagret på {place} nekar den här användaren. Nya rapporter nekas så länge, och väntar hos SMS-tjänsten i ungefär 90 minuter. Kontrollera användarens namn, lösenord och rättigheter där.</translation>
    </message>
    <message>
        <source>The server has no database at {place}. New reports are refused for now, and wait at the SMS service for about 90 minutes. Check the database&apos;s name, or ask whoever looks after the server.</source>
        <translation>Servern har ingen databas på {place}. Nya rapporter nekas så länge, och väntar hos SMS-tjänsten i ungefär 90 minuter. Kontrollera databasens namn, eller fråga den som sköter servern.</translation>
    </message>
    <message>
        <source>Another program keeps the store at {place} locked. New reports are refused for now, and wait at the SMS service for about 90 minutes. Look on the server for a transaction that does not end.</source>
        <translation>Ett annat program håller lagret på {place} låst. Nya rapporter nekas så länge, och väntar hos SMS-tjänsten i ungefär 90 minuter. Leta på servern efter en transaktion som inte tar slut.</translation>
    </message>
    <message>
        <source>The store at {place} can&apos;t be reached now. Kvitto goes on by itself once the server answers.</source>
        <translation>Lagret på {place} kan inte nås just nu. Kvitto fortsätter av sig självt när servern svarar.</translation>
    </message>
    <message>
        <source>The server of the store at {place} can&apos;t be trusted: its certificate has expired, is for another name, or is of an authority that this computer does not know, or it has none. Ask whoever looks after the server; Kvitto goes on by itself once that is mended.</source>
        <translation>Servern för lagret på {place} går inte att lita på: dess certifikat har gått ut, är för ett annat namn eller från en utfärdare som den här datorn inte känner, eller så har den inget. Fråga den som sköter servern; Kvitto fortsätter av sig självt när det är åtgärdat.</translation>
    </message>
    <message>
        <source>The server of the store at {place} refuses this user. Check the user&apos;s name, password and rights there.</source>
        <translation>Servern för lagret på {place} nekar den här användaren. Kontrollera användarens namn, lösenord och rättigheter där.</translation>
    </message>
    <message>
        <source>This computer&apos;s keyring does not keep the password. Write it into the file ~/.pgpass instead, as PostgreSQL&apos;s manual tells, and leave the field empty.</source>
        <translation>Den här datorns nyckelring behåller inte lösenordet. Skriv det i filen ~/.pgpass i stället, som PostgreSQL:s handbok beskriver, och lämna fältet tomt.</translation>
    </message>
    <message>
        <source>The change was not made: the store at {place} can&apos;t be reached now. Make it again once it can.</source>
        <translation>Ändringen gjordes inte: lagret på {place} kan inte nås just nu. Gör om den när det går igen.</translation>
    </message>
    <message>
        <source>The change was not made: the store at {place} does not let this user make it. A user with the role kvitto_editor may.</source>
        <translation>Ändringen gjordes inte: lagret på {place} låter inte den här användaren göra den. En användare med rollen kvitto_editor får.</translation>
    </message>
    <message>
        <source>This user does not see what was refused, since phone numbers may be in it. A user with the role kvitto_editor does.</source>
        <translation>Den här användaren ser inte vad som nekades, eftersom det kan innehålla telefonnummer. En användare med rollen kvitto_editor gör det.</translation>
    </message>
    <message>
        <source>This user does not see phone numbers, so nothing is found by one. A user with the role kvitto_editor finds it.</source>
        <translation>Den här användaren ser inte telefonnummer, så inget hittas med ett nummer. En användare med rollen kvitto_editor hittar det.</translation>
    </message>
    <message>
        <source>This user does not see the reports as they came, so can neither check nor copy them. A user with the role kvitto_editor can.</source>
        <translation>Den här användaren ser inte rapporterna som de kom, och kan därför varken kontrollera eller kopiera dem. En användare med rollen kvitto_editor kan det.</translation>
    </message>
    <message>
        <source>The server&apos;s disk of the store at {place} is full. New reports are refused for now, and wait at the SMS service for about 90 minutes. Make room on it: Kvitto goes on by itself.</source>
        <translation>Serverns disk för lagret på {place} är full. Nya rapporter nekas så länge, och väntar hos SMS-tjänsten i ungefär 90 minuter. Gör plats på den: Kvitto fortsätter av sig självt.</translation>
    </message>
    <message>
        <source>The server of the store at {place} reports an error, or lets nobody write. New reports are refused for now, and wait at the SMS service for about 90 minutes. Look into the server&apos;s log.</source>
        <translation>Servern för lagret på {place} rapporterar ett fel, eller låter ingen skriva. Nya rapporter nekas så länge, och väntar hos SMS-tjänsten i ungefär 90 minuter. Se i serverns logg.</translation>
    </message>
    <message>
        <source>There is no store at {place} yet. Make one there with kvitto store create, or name the right database.</source>
        <translation>Det finns inget lager på {place} än. Gör ett där med kvitto store create, eller ange rätt databas.</translation>
    </message>
    <message>
        <source>There is a store at {place} already. It was not changed.</source>
        <translation>Det finns redan ett lager på {place}. Det har inte ändrats.</translation>
    </message>
    <message>
        <source>The store at {place} was made by a newer version of Kvitto. This one does not change it. Update Kvitto here.</source>
        <translation>Lagret på {place} är gjort av en nyare version av Kvitto. Den här ändrar inget i det. Uppdatera Kvitto här.</translation>
    </message>
    <message>
        <source>A receiver&apos;s name has 1 to 60 characters that can be printed, in one line.</source>
        <translation>En mottagares namn har 1 till 60 skrivbara tecken på en rad.</translation>
    </message>
    <message>
        <source>Only a receiver of a store on a server has a name. Leave --name out.</source>
        <translation>Bara en mottagare till ett lager på en server har ett namn. Utelämna --name.</translation>
    </message>
    <message>
        <source>Another receiver of this store runs by the name {name}. Give this one another name with --name, or wait two minutes if the other one is gone.</source>
        <translation>En annan mottagare till det här lagret är igång med namnet {name}. Ge den här ett annat namn med --name, eller vänta två minuter om den andra är borta.</translation>
    </message>
    <message>
        <source>Another receiver of this store runs by the name {name}. This one is called {new} from now on: two of one name would hide each other&apos;s interruptions. Give each a name of its own with --name.</source>
        <translation>En annan mottagare till det här lagret är igång med namnet {name}. Den här heter {new} från och med nu: två med samma namn skulle dölja varandras avbrott. Ge var och en ett eget namn med --name.</translation>
    </message>
    <message>
        <source>The store at {place} was made by an earlier version of Kvitto. Start this version&apos;s kvitto receive with it, or have its owner run kvitto store upgrade; reports are refused until then, and wait at the SMS service for about 90 minutes.</source>
        <translation>Lagret på {place} är gjort av en tidigare version av Kvitto. Starta den här versionens kvitto receive med det, eller låt dess ägare köra kvitto store upgrade. Till dess nekas rapporter, som väntar hos SMS-tjänsten i ungefär 90 minuter.</translation>
    </message>
    <message>
        <source>Kvitto&apos;s driver for stores on a server, psycopg, is missing or can&apos;t be loaded. Install Kvitto again. A store on this computer needs no driver.</source>
        <translation>Kvittos drivrutin för lager på en server, psycopg, saknas eller kan inte laddas. Installera Kvitto igen. Ett lager på den här datorn behöver ingen drivrutin.</translation>
    </message>
    <message>
        <source>The change was not made.</source>
        <translation>Ändringen gjordes inte.</translation>
    </message>
    <message>
        <source>{editor} changed this at {time}, after it was shown here. Nothing was overwritten: look at what is there now, and change that.</source>
        <translation>{editor} ändrade det här {time}, efter att det visades här. Inget skrevs över: titta på vad som står där nu och ändra det.</translation>
    </message>
    <message>
        <source>Somebody else changed this after it was shown here. Nothing was overwritten: look at what is there now, and change that.</source>
        <translation>Någon annan ändrade det här efter att det visades här. Inget skrevs över: titta på vad som står där nu och ändra det.</translation>
    </message>
    <message>
        <source>Old data is deleted by another receiver of this store at the moment. Try again in a few minutes.</source>
        <translation>Gamla uppgifter rensas just nu av en annan mottagare till det här lagret. Försök igen om några minuter.</translation>
    </message>
    <message>
        <source>The store&apos;s server does not let this user delete. A user with the role kvitto_editor may.</source>
        <translation>Lagrets server låter inte den här användaren ta bort något. En användare med rollen kvitto_editor får.</translation>
    </message>
    <message>
        <source>There is something at {place} already, and it is not what is to be copied. Nothing was changed there. Name a database or a folder that is empty.</source>
        <translation>Det finns redan något på {place}, och det är inte det som ska kopieras. Inget ändrades där. Ange en databas eller en mapp som är tom.</translation>
    </message>
    <message>
        <source>An unfinished copy of {of} is at {place}: of another store, or of one that was put back to an earlier state. It was not changed. To delete it and begin anew, add --anew.</source>
        <translation>En ofullständig kopia av {of} ligger på {place}: av ett annat lager, eller av ett som har återställts till ett tidigare läge. Den ändrades inte. Lägg till --anew för att ta bort den och börja om.</translation>
    </message>
    <message>
        <source>An unfinished copy is at {place}, which another version of Kvitto began: this one can&apos;t go on with it. It was not changed. To delete it and begin anew, add --anew.</source>
        <translation>En ofullständig kopia ligger på {place}, som en annan version av Kvitto påbörjade: den här kan inte fortsätta med den. Den ändrades inte. Lägg till --anew för att ta bort den och börja om.</translation>
    </message>
    <message>
        <source>The store at {place} is not whole yet: it is being copied. Where that was interrupted, give the same kvitto store copy command once more: it goes on where it stopped.</source>
        <translation>Lagret på {place} är inte helt ännu: det håller på att kopieras. Om kopieringen avbröts, ge samma kommando kvitto store copy en gång till: det fortsätter där det slutade.</translation>
    </message>
    <message>
        <source>Another program is copying a store to {place} now. Wait until it is done.</source>
        <translation>Ett annat program kopierar just nu ett lager till {place}. Vänta tills det är klart.</translation>
    </message>
    <message>
        <source>The store at {place} is reached by a pooler, by which nobody sees who else stores into it. Nothing was copied. Name the server itself.</source>
        <translation>Lagret på {place} nås genom en pooler, och genom den syns inte vem mer som lagrar i det. Inget kopierades. Ange själva servern.</translation>
    </message>
    <message>
        <source>The copy at {place} differs from what was copied ({tables}), and is not used. Nothing is lost: all is where it was. Copy once more with --anew, and tell whoever looks after Kvitto.</source>
        <translation>Kopian på {place} skiljer sig från det som kopierades ({tables}) och används inte. Inget har gått förlorat: allt finns där det var. Kopiera en gång till med --anew, och säg till den som sköter Kvitto.</translation>
    </message>
    <message>
        <source>Two ids of batches or messages differ only by a character that the server at {place} can&apos;t keep, so the store can&apos;t be copied there. Nothing is lost: all is where it was.</source>
        <translation>Två id:n för utskick eller meddelanden skiljer sig bara genom ett tecken som servern på {place} inte kan spara, så lagret kan inte kopieras dit. Inget har gått förlorat: allt finns där det var.</translation>
    </message>
    <message>
        <source>The copy was interrupted: {place} can&apos;t be used ({detail}). Nothing is lost: all is where it was. Once that is mended, give the same command again: it goes on where it stopped.</source>
        <translation>Kopieringen avbröts: {place} kan inte användas ({detail}). Inget har gått förlorat: allt finns där det var. Ge samma kommando igen när felet är avhjälpt: det fortsätter där det slutade.</translation>
    </message>
    <message>
        <source>{count} reports wait on the receiver&apos;s own disk since {when} for the store at {place}. None of them is lost, and no batch shows them yet. They are stored as soon as it takes them.</source>
        <translation>{count} rapporter till lagret på {place} väntar på mottagarens egen disk sedan {when}. Ingen av dem är förlorad, och inget utskick visar dem ännu. De sparas så snart lagret tar emot dem.</translation>
    </message>
    <message>
        <source>A report waits on the receiver&apos;s own disk since {when} for the store at {place}. It is not lost, and no batch shows it yet. It is stored as soon as the store takes it.</source>
        <translation>En rapport till lagret på {place} väntar på mottagarens egen disk sedan {when}. Den är inte förlorad, och inget utskick visar den ännu. Den sparas så snart lagret tar emot den.</translation>
    </message>
    <message>
        <source>The store at {place} can&apos;t take reports now. Those that come are kept on the receiver&apos;s own disk until it can; none is lost.</source>
        <translation>Lagret på {place} kan inte ta emot rapporter nu. De som kommer sparas på mottagarens egen disk tills det kan; ingen går förlorad.</translation>
    </message>
    <message>
        <source>{count} reports wait in {file} since {when} for another store than the one that is used here now. They are kept there, and stored once Kvitto receives into their store again.</source>
        <translation>{count} rapporter väntar i {file} sedan {when} på ett annat lager än det som används här nu. De ligger kvar där, och sparas när Kvitto tar emot till deras lager igen.</translation>
    </message>
    <message>
        <source>A report waits in {file} since {when} for another store than the one that is used here now. It is kept there, and stored once Kvitto receives into its store again.</source>
        <translation>En rapport väntar i {file} sedan {when} på ett annat lager än det som används här nu. Den ligger kvar där, och sparas när Kvitto tar emot till dess lager igen.</translation>
    </message>
    <message>
        <source>The store can&apos;t be reached, and there is no more room in {file} for the reports that wait for it. New reports are refused for now, and wait at the SMS service for about 90 minutes. Look at the store&apos;s server, or make room on the disk.</source>
        <translation>Lagret kan inte nås, och i {file} finns inte plats för fler rapporter som väntar på det. Nya rapporter nekas så länge, och väntar hos SMS-tjänsten i ungefär 90 minuter. Se efter hur det står till med lagrets server, eller gör plats på disken.</translation>
    </message>
    <message>
        <source>The file in which reports waited for the store is damaged. It was put aside as {file}, and another was begun. There may be reports in it that are nowhere else: keep it, and look at the disk.</source>
        <translation>Filen där rapporter väntade på lagret är skadad. Den lades undan som {file}, och en ny påbörjades. I den kan finnas rapporter som inte finns någon annanstans: behåll den, och se över disken.</translation>
    </message>
    <message>
        <source>{file}, where reports wait while the store can&apos;t be reached, can&apos;t be read or written. Look at the disk and at the rights of the folder. Don&apos;t delete the file: there may be reports in it that are nowhere else.</source>
        <translation>{file}, där rapporter väntar när lagret inte kan nås, kan inte läsas eller skrivas. Se efter hur det står till med disken och mappens rättigheter. Ta inte bort filen: det kan finnas rapporter i den som inte finns någon annanstans.</translation>
    </message>
    <message>
        <source>Kvitto can&apos;t tell where {folder} is: the system knows no home folder of that user. Nothing was changed. Name another folder with --data-dir or KVITTO_DATA_DIR, or set HOME.</source>
        <translation>Kvitto vet inte var {folder} är: systemet känner inte till någon hemmapp för den användaren. Inget har ändrats. Ange en annan mapp med --data-dir eller KVITTO_DATA_DIR, eller ställ in HOME.</translation>
    </message>
</context>
<context>
    <name>ExpectedDialog</name>
    <message>
        <source>Expected messages</source>
        <translation>Förväntat antal</translation>
    </message>
    <message>
        <source>How many messages were sent in {name}? 0 where that is not known.</source>
        <translation>Hur många meddelanden skickades i {name}? Skriv 0 om du inte vet.</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>Exportera</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Spara som…</translation>
    </message>
    <message>
        <source>What is &amp;shown: {what}</source>
        <translation>Det som &amp;visas: {what}</translation>
    </message>
    <message>
        <source>What is &amp;shown</source>
        <translation>Det som &amp;visas</translation>
    </message>
    <message>
        <source>This &amp;batch</source>
        <translation>Det här &amp;utskicket</translation>
    </message>
    <message>
        <source>This &amp;batch: {name}</source>
        <translation>Det här &amp;utskicket: {name}</translation>
    </message>
    <message>
        <source>&amp;Everything, whatever is filtered</source>
        <translation>&amp;Allt, oavsett filter</translation>
    </message>
    <message>
        <source>Messages, as they are now</source>
        <translation>Meddelandena, som de är nu</translation>
    </message>
    <message>
        <source>Every single report</source>
        <translation>Varje enskild rapport</translation>
    </message>
    <message>
        <source>Batches and their sums</source>
        <translation>Utskicken och deras summor</translation>
    </message>
    <message>
        <source>Excel workbook, for people</source>
        <translation>Excel-arbetsbok, för människor</translation>
    </message>
    <message>
        <source>CSV, for programs</source>
        <translation>CSV, för program</translation>
    </message>
    <message>
        <source>JSON lines, for programs</source>
        <translation>JSON-rader, för program</translation>
    </message>
    <message>
        <source>Numbers only, for sending again</source>
        <translation>Bara nummer, för att skicka igen</translation>
    </message>
    <message>
        <source>&amp;Demo and test batches too, marked</source>
        <translation>Även de&amp;mo- och provutskick, märkta</translation>
    </message>
    <message>
        <source>&amp;What:</source>
        <translation>Va&amp;d:</translation>
    </message>
    <message>
        <source>&amp;As:</source>
        <translation>&amp;Som:</translation>
    </message>
    <message>
        <source>In your language, with local times, and a sheet that sums up.</source>
        <translation>På ditt språk, med lokala tider och ett blad som sammanfattar.</translation>
    </message>
    <message>
        <source>English headings, times in UTC, a point before decimals. For Excel, choose the workbook.</source>
        <translation>Engelska rubriker, tider i UTC, punkt före decimaler. För Excel: välj arbetsboken.</translation>
    </message>
    <message>
        <source>One object a line, English names, times in UTC, exact amounts.</source>
        <translation>Ett objekt per rad, engelska namn, tider i UTC, exakta belopp.</translation>
    </message>
    <message>
        <source>Each number once, one a line, such as +46701234567.</source>
        <translation>Varje nummer en gång, ett per rad, som +46701234567.</translation>
    </message>
    <message>
        <source>messages</source>
        <translation>meddelanden</translation>
    </message>
    <message>
        <source>reports</source>
        <translation>rapporter</translation>
    </message>
    <message>
        <source>batches</source>
        <translation>utskick</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alla</translation>
    </message>
    <message>
        <source>shown</source>
        <translation>visade</translation>
    </message>
    <message>
        <source>numbers</source>
        <translation>nummer</translation>
    </message>
    <message>
        <source>Everything that is kept</source>
        <translation>Allt som finns kvar</translation>
    </message>
    <message>
        <source>What was shown</source>
        <translation>Det som visades</translation>
    </message>
    <message>
        <source>Sent: {period}</source>
        <translation>Skickat: {period}</translation>
    </message>
    <message>
        <source>Not finished</source>
        <translation>Ej klara</translation>
    </message>
</context>
<context>
    <name>Exporter</name>
    <message>
        <source>refused requests</source>
        <translation>nekade anrop</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportera</translation>
    </message>
    <message>
        <source>Excel workbook (*.xlsx)</source>
        <translation>Excel-arbetsbok (*.xlsx)</translation>
    </message>
    <message>
        <source>CSV, text for any spreadsheet (*.csv)</source>
        <translation>CSV, text för alla kalkylprogram (*.csv)</translation>
    </message>
    <message>
        <source>JSON lines, for programs (*.jsonl)</source>
        <translation>JSON-rader, för program (*.jsonl)</translation>
    </message>
    <message>
        <source>Numbers only, one a line (*.txt)</source>
        <translation>Bara nummer, ett per rad (*.txt)</translation>
    </message>
    <message>
        <source>Exporting to {file} …</source>
        <translation>Exporterar till {file} …</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Avbryt</translation>
    </message>
    <message>
        <source>Stopped: {file} was not written.</source>
        <translation>Avbrutet: {file} skrevs inte.</translation>
    </message>
    <message numerus="yes">
        <source>%n number(s) written to {file}</source>
        <translation>
            <numerusform>%n nummer sparat i {file}</numerusform>
            <numerusform>%n nummer sparade i {file}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) written to {file}</source>
        <translation>
            <numerusform>%Ln rad sparad i {file}</numerusform>
            <numerusform>%Ln rader sparade i {file}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FailingItems</name>
    <message numerus="yes">
        <source>Many messages of %Ln earlier batch(es) fail, too.</source>
        <translation>
            <numerusform>Även i %Ln tidigare utskick kommer många meddelanden inte fram.</numerusform>
            <numerusform>Även i %Ln tidigare utskick kommer många meddelanden inte fram.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} of %Ln finished message(s) of {batch} were not delivered: {share}.</source>
        <translation>
            <numerusform>{count} av %Ln klart meddelande i {batch} levererades inte: {share}.</numerusform>
            <numerusform>{count} av %Ln klara meddelanden i {batch} levererades inte: {share}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Those who did not get it</source>
        <translation>De som inte fick det</translation>
    </message>
</context>
<context>
    <name>FailureList</name>
    <message>
        <source>Copy a text for the support</source>
        <translation>Kopiera en text till supporten</translation>
    </message>
</context>
<context>
    <name>FailureText</name>
    <message>
        <source>no network</source>
        <translation>inget nätverk</translation>
    </message>
    <message>
        <source>This computer has no network. Whether reports come in is not known.</source>
        <translation>Datorn har inget nätverk. Om rapporter kommer in är inte känt.</translation>
    </message>
    <message>
        <source>Connect it; Kvitto notices by itself.</source>
        <translation>Anslut den; Kvitto märker det av sig självt.</translation>
    </message>
    <message>
        <source>no names are found</source>
        <translation>inga namn hittas</translation>
    </message>
    <message>
        <source>Kvitto can&apos;t test from this computer: it finds no names at all, neither {host} nor others. Whether reports come in is not known.</source>
        <translation>Kvitto kan inte testa från den här datorn: den hittar inga namn alls, varken {host} eller andra. Om rapporter kommer in är inte känt.</translation>
    </message>
    <message>
        <source>Look at this computer&apos;s network and its DNS settings, or ask IT.</source>
        <translation>Se över datorns nätverk och dess DNS-inställningar, eller fråga IT.</translation>
    </message>
    <message>
        <source>our proxy stops the test</source>
        <translation>proxyn stoppar testet</translation>
    </message>
    <message>
        <source>Kvitto can&apos;t test from this computer: the proxy {place}, which it is set to use, does not let the test out. Whether reports come in is not known.</source>
        <translation>Kvitto kan inte testa från den här datorn: proxyn {place}, som datorn ska använda, släpper inte ut testet. Om rapporter kommer in är inte känt.</translation>
    </message>
    <message>
        <source>Ask IT to let POST requests to {host} pass, or look at this computer&apos;s proxy settings: http:// proxies can be used. The tunnel may work all the same.</source>
        <translation>Be IT släppa igenom POST-anrop till {host}, eller se över datorns proxyinställningar: proxyer med http:// går att använda. Tunneln kan fungera ändå.</translation>
    </message>
    <message>
        <source>no list of certificates</source>
        <translation>ingen certifikatlista</translation>
    </message>
    <message>
        <source>Kvitto can&apos;t test from this computer: its list of trusted certificates was not found, so that of {host} can&apos;t be checked. Whether reports come in is not known.</source>
        <translation>Kvitto kan inte testa från den här datorn: dess lista över betrodda certifikat hittades inte, så certifikatet för {host} kan inte kontrolleras. Om rapporter kommer in är inte känt.</translation>
    </message>
    <message>
        <source>Install the package ca-certificates, or let the variable SSL_CERT_FILE name the list. The tunnel may work all the same.</source>
        <translation>Installera paketet ca-certificates, eller låt variabeln SSL_CERT_FILE peka ut listan. Tunneln kan fungera ändå.</translation>
    </message>
    <message>
        <source>this network wants a login</source>
        <translation>nätverket kräver inloggning</translation>
    </message>
    <message>
        <source>Kvitto can&apos;t test from this computer: its network wants a login first. Whether reports come in is not known.</source>
        <translation>Kvitto kan inte testa från den här datorn: nätverket kräver inloggning först. Om rapporter kommer in är inte känt.</translation>
    </message>
    <message>
        <source>Open any page in a browser, and log in to the network.</source>
        <translation>Öppna en sida i webbläsaren och logga in i nätverket.</translation>
    </message>
    <message>
        <source>the test failed: see the log</source>
        <translation>testet misslyckades: se loggen</translation>
    </message>
    <message>
        <source>The test could not be made on this computer. Whether reports come in is not known.</source>
        <translation>Testet gick inte att göra på den här datorn. Om rapporter kommer in är inte känt.</translation>
    </message>
    <message>
        <source>Kvitto tries again by itself. If it goes on, the log tells more: a firewall on this computer, too many open files, or a mistake in Kvitto.</source>
        <translation>Kvitto försöker igen av sig självt. Om det fortsätter säger loggen mer: en brandvägg på datorn, för många öppna filer eller ett fel i Kvitto.</translation>
    </message>
    <message>
        <source>name not found</source>
        <translation>namnet finns inte</translation>
    </message>
    <message>
        <source>The name {host} can&apos;t be found.</source>
        <translation>Namnet {host} går inte att hitta.</translation>
    </message>
    <message>
        <source>Look for a typing mistake in the address. The name of a quick tunnel ends with the tunnel: start it again, and give the SMS service the new address.</source>
        <translation>Leta efter skrivfel i adressen. En snabbtunnels namn försvinner med tunneln: starta den igen och ge SMS-tjänsten den nya adressen.</translation>
    </message>
    <message>
        <source>no secure connection</source>
        <translation>ingen säker anslutning</translation>
    </message>
    <message>
        <source>There is no secure connection to {host}: its certificate is not valid, or it speaks no HTTPS.</source>
        <translation>Det går inte att ansluta säkert till {host}: certifikatet är inte giltigt, eller så talas inte HTTPS där.</translation>
    </message>
    <message>
        <source>Renew the certificate there, and look whether this computer&apos;s clock is right. The SMS service refuses such a certificate, too.</source>
        <translation>Förnya certifikatet där, och se efter att datorns klocka går rätt. Också SMS-tjänsten säger nej till ett sådant certifikat.</translation>
    </message>
    <message>
        <source>the tunnel is down</source>
        <translation>tunneln är nere</translation>
    </message>
    <message>
        <source>The tunnel is down: nothing is connected to {host}.</source>
        <translation>Tunneln är nere: inget är anslutet till {host}.</translation>
    </message>
    <message>
        <source>Start {program} again. If it gets another address, batches that were sent with this one don&apos;t find it.</source>
        <translation>Starta {program} igen. Blir det en annan adress, hittar utskick som skickats med den här inte fram.</translation>
    </message>
    <message>
        <source>the tunnel leads nowhere</source>
        <translation>tunneln leder ingenstans</translation>
    </message>
    <message>
        <source>The tunnel is up, but nothing listens where it leads.</source>
        <translation>Tunneln är uppe, men inget lyssnar där den slutar.</translation>
    </message>
    <message>
        <source>Let it lead to port {port} of this computer: Kvitto listens there.</source>
        <translation>Låt den leda till port {port} på den här datorn: där lyssnar Kvitto.</translation>
    </message>
    <message>
        <source>another program answers</source>
        <translation>ett annat program svarar</translation>
    </message>
    <message>
        <source>Another program answers at {host}, or another Kvitto.</source>
        <translation>Ett annat program svarar på {host}, eller ett annat Kvitto.</translation>
    </message>
    <message>
        <source>Let the tunnel lead to port {port} of this computer, or choose the address that does.</source>
        <translation>Låt tunneln leda till port {port} på den här datorn, eller välj adressen som gör det.</translation>
    </message>
    <message>
        <source>a page is in the way</source>
        <translation>en sida är i vägen</translation>
    </message>
    <message>
        <source>A page that wants a login or a click is in the way.</source>
        <translation>En sida som vill ha en inloggning eller ett klick står i vägen.</translation>
    </message>
    <message>
        <source>The SMS service can&apos;t click. Switch the page off in the tunnel&apos;s settings, at least for paths that begin with /r/. In a guest network, log in to it first.</source>
        <translation>SMS-tjänsten kan inte klicka. Stäng av sidan i tunnelns inställningar, åtminstone för sökvägar som börjar med /r/. I ett gästnätverk: logga in där först.</translation>
    </message>
    <message>
        <source>redirects elsewhere</source>
        <translation>hänvisar vidare</translation>
    </message>
    <message>
        <source>{host} redirects to {place}: use that address.</source>
        <translation>{host} hänvisar vidare till {place}: använd den adressen.</translation>
    </message>
    <message>
        <source>The SMS service does not follow a redirection. Choose the address that it leads to, or let the server take requests as they come.</source>
        <translation>SMS-tjänsten följer ingen hänvisning. Välj adressen som den leder till, eller låt servern ta emot anropen som de kommer.</translation>
    </message>
    <message>
        <source>the key is not valid</source>
        <translation>nyckeln gäller inte</translation>
    </message>
    <message>
        <source>The address leads here, but its key is not valid.</source>
        <translation>Adressen leder hit, men nyckeln i den gäller inte.</translation>
    </message>
    <message>
        <source>Copy the address again for the next batch. If a server passes requests on, let it leave their path as it is.</source>
        <translation>Kopiera adressen på nytt till nästa utskick. Om en server skickar anropen vidare, låt den inte ändra sökvägen.</translation>
    </message>
    <message>
        <source>the tunnel drops bodies</source>
        <translation>tunneln tappar innehållet</translation>
    </message>
    <message>
        <source>{host} leads here, but what passes requests on drops bodies: reports that come in empty can&apos;t be taken.</source>
        <translation>{host} leder hit, men det som skickar anrop vidare tappar deras innehåll: rapporter som kommer in tomma går inte att ta emot.</translation>
    </message>
    <message>
        <source>If cloudflared runs there, start it with --protocol http2, or let Kvitto start it. Otherwise let the tunnel or the server pass on requests without a Content-Length.</source>
        <translation>Om cloudflared körs där: starta det med --protocol http2, eller låt Kvitto starta det. Låt annars tunneln eller servern skicka vidare anrop utan Content-Length.</translation>
    </message>
    <message>
        <source>refused on the way</source>
        <translation>avvisas på vägen</translation>
    </message>
    <message>
        <source>{host} refuses requests before they get here.</source>
        <translation>{host} avvisar anrop innan de når hit.</translation>
    </message>
    <message>
        <source>Look for a rule, a limit or a blocked country in the settings of the tunnel or the server: POST requests to paths that begin with /r/ must pass.</source>
        <translation>Leta efter en regel, en gräns eller ett spärrat land i inställningarna för tunneln eller servern: POST till sökvägar som börjar med /r/ måste släppas igenom.</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>inget svar</translation>
    </message>
    <message>
        <source>No answer comes from {host}.</source>
        <translation>Det kommer inget svar från {host}.</translation>
    </message>
    <message>
        <source>Look whether the tunnel&apos;s program is still running, and whether a firewall is in between.</source>
        <translation>Se efter om tunnelns program fortfarande är igång, och om det finns en brandvägg emellan.</translation>
    </message>
    <message>
        <source>the tunnel&apos;s program</source>
        <translation>tunnelns program</translation>
    </message>
    <message>
        <source>(its address can&apos;t be read)</source>
        <translation>(vars adress inte går att läsa)</translation>
    </message>
    <message>
        <source>another address</source>
        <translation>en annan adress</translation>
    </message>
</context>
<context>
    <name>Failures</name>
    <message>
        <source>Nearly all of our messages to +{calling_code} in the batch {batch}, sent {sent}, ended with status {codes}. Please look at the route. Number of messages: {count}.</source>
        <translation>Nästan alla våra meddelanden till +{calling_code} i utskicket {batch}, skickat {sent}, slutade med status {codes}. Titta gärna på vägen dit. Antal meddelanden: {count}.</translation>
    </message>
    <message>
        <source>Messages in the batch {batch}, sent {sent}, were turned down with status {codes}. Please tell us why. Number of messages: {count}.</source>
        <translation>Meddelanden i utskicket {batch}, skickat {sent}, avvisades med status {codes}. Berätta gärna varför. Antal meddelanden: {count}.</translation>
    </message>
    <message>
        <source>Ids of messages:</source>
        <translation>Meddelandenas id:</translation>
    </message>
    <message>
        <source>The account was empty. Top it up at the SMS service, then send again.</source>
        <translation>Kontot var tomt. Fyll på hos SMS-tjänsten och skicka sedan igen.</translation>
    </message>
    <message>
        <source>The sender name was turned down. It must be registered: ask the SMS service.</source>
        <translation>Avsändarnamnet godkändes inte. Det måste vara registrerat: fråga SMS-tjänsten.</translation>
    </message>
    <message>
        <source>The recipient was turned down: mostly numbers that can&apos;t receive SMS. Check them.</source>
        <translation>Mottagaren godkändes inte: oftast nummer som inte kan ta emot SMS. Kontrollera dem.</translation>
    </message>
    <message>
        <source>The SMS service turned them down and does not say why. Write to its support with the code and the batch id.</source>
        <translation>SMS-tjänsten avvisade dem och säger inte varför. Skriv till dess support med koden och utskickets id.</translation>
    </message>
    <message>
        <source>{part} of {count} could not be reached in time: mostly phones that are off or abroad. Try again later, or call.</source>
        <translation>{part} av {count} nåddes inte i tid: oftast telefoner som är avstängda eller utomlands. Försök senare eller ring.</translation>
    </message>
    <message>
        <source>{part} of {count} went to numbers in +{calling_code}, where nearly all fail with {code}: mostly the route, not the numbers. Write to the SMS service&apos;s support.</source>
        <translation>{part} av {count} gick till nummer i +{calling_code}, där nästan alla misslyckas med {code}: oftast vägen dit, inte numren. Skriv till SMS-tjänstens support.</translation>
    </message>
    <message>
        <source>{part} of {count} failed within a minute: mostly wrong or ended numbers. Ask for a new number.</source>
        <translation>{part} av {count} misslyckades inom en minut: oftast fel eller avslutade nummer. Be om ett nytt nummer.</translation>
    </message>
    <message>
        <source>The reason is not known. Try again later, or call.</source>
        <translation>Orsaken är inte känd. Försök igen senare, eller ring.</translation>
    </message>
    <message>
        <source>Mixed reasons.</source>
        <translation>Blandade orsaker.</translation>
    </message>
    <message>
        <source>Your note on {code}: {note}</source>
        <translation>Din anteckning om {code}: {note}</translation>
    </message>
    <message>
        <source>The SMS service&apos;s own name of code {code}: {name}.</source>
        <translation>SMS-tjänstens eget namn på kod {code}: {name}.</translation>
    </message>
    <message>
        <source>Codes that begin with 4 say that something is wrong with the message.</source>
        <translation>Koder som börjar på 4 säger att något är fel med meddelandet.</translation>
    </message>
    <message>
        <source>The SMS service does not say what code {code} means. Looked at are the time from the first report to the failure and the countries. A cause is told where it holds for four of five.</source>
        <translation>SMS-tjänsten säger inte vad kod {code} betyder. Vi ser på tiden från första rapporten till felet och på länderna. En orsak nämns där den gäller för fyra av fem.</translation>
    </message>
</context>
<context>
    <name>FollowUp</name>
    <message>
        <source>Number</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <source>Last delivered</source>
        <translation>Senast levererat</translation>
    </message>
    <message>
        <source>Failed since</source>
        <translation>Misslyckat sedan dess</translation>
    </message>
    <message>
        <source>Last reason</source>
        <translation>Senaste orsak</translation>
    </message>
    <message>
        <source>Last failed</source>
        <translation>Misslyckades senast</translation>
    </message>
    <message>
        <source>Nothing: the number was erased.</source>
        <translation>Inget: numret är raderat.</translation>
    </message>
    <message>
        <source>{status} (your note: {note})</source>
        <translation>{status} (din anteckning: {note})</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Resultat</translation>
    </message>
    <message>
        <source>When</source>
        <translation>När</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Vad du kan göra</translation>
    </message>
    <message>
        <source>Done about it</source>
        <translation>Åtgärd</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Anteckning</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>Referens</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>Utskick</translation>
    </message>
    <message>
        <source>Did not arrive</source>
        <translation>Kom inte fram</translation>
    </message>
    <message>
        <source>Not known yet</source>
        <translation>Inte känt än</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Avbrutna</translation>
    </message>
    <message>
        <source>No message has failed, as far as is known.</source>
        <translation>Inget meddelande har misslyckats, såvitt det är känt.</translation>
    </message>
    <message>
        <source>No message is still on its way.</source>
        <translation>Inget meddelande är på väg.</translation>
    </message>
    <message>
        <source>No message was cancelled.</source>
        <translation>Inget meddelande har avbrutits.</translation>
    </message>
    <message>
        <source>Expected, but never heard of: {count}. Nobody can be named: ask iP.1 about them.</source>
        <translation>Förväntade, men inget har hörts om dem: {count}. Ingen kan nämnas: fråga iP.1 om dem.</translation>
    </message>
    <message>
        <source>Called</source>
        <translation>Ringt</translation>
    </message>
    <message>
        <source>Wrong number</source>
        <translation>Fel nummer</translation>
    </message>
    <message>
        <source>Sent again</source>
        <translation>Skickat igen</translation>
    </message>
    <message>
        <source>Nothing: it was delivered.</source>
        <translation>Ingenting: det levererades.</translation>
    </message>
    <message>
        <source>Mostly a phone that was off or abroad: phone, or send it again later.</source>
        <translation>Oftast en telefon som var avstängd eller utomlands: ring, eller skicka igen senare.</translation>
    </message>
    <message>
        <source>Expected, but not heard of yet: {count}. Nobody can be named: their reports may still come.</source>
        <translation>Förväntade, men inget har hörts om dem än: {count}. Ingen kan nämnas: deras rapporter kan fortfarande komma.</translation>
    </message>
    <message>
        <source>Messages of it were deleted on {time}: who did not get those is not known any more.</source>
        <translation>Meddelanden i det rensades {time}: vilka som inte fick dem är inte längre känt.</translation>
    </message>
    <message>
        <source>Batches of which messages were deleted: {count}. Who did not get those is not known any more.</source>
        <translation>Utskick vars meddelanden har rensats: {count}. Vilka som inte fick dem är inte längre känt.</translation>
    </message>
    <message>
        <source>Mostly the route to +{calling_code}, not the number: write to iP.1&apos;s support.</source>
        <translation>Oftast vägen till +{calling_code}, inte numret: skriv till iP.1:s support.</translation>
    </message>
    <message>
        <source>Mostly a wrong or ended number: phone, and ask for the right one.</source>
        <translation>Oftast ett felaktigt eller avslutat nummer: ring och fråga efter rätt nummer.</translation>
    </message>
    <message>
        <source>The reason is not known: phone, or send it again later.</source>
        <translation>Orsaken är inte känd: ring, eller skicka igen senare.</translation>
    </message>
    <message>
        <source>Mixed reasons: phone if it matters.</source>
        <translation>Blandade orsaker: ring om det är viktigt.</translation>
    </message>
    <message>
        <source>Phone if it matters.</source>
        <translation>Ring om det är viktigt.</translation>
    </message>
    <message>
        <source>Send it again if it is still needed.</source>
        <translation>Skicka det igen om det fortfarande behövs.</translation>
    </message>
    <message>
        <source>The SMS service says no more about it: phone if it matters.</source>
        <translation>SMS-tjänsten säger inget mer om det: ring om det är viktigt.</translation>
    </message>
    <message>
        <source>The account was empty: pay money in at iP.1, and send it again.</source>
        <translation>Kontot var tomt: fyll på hos iP.1 och skicka igen.</translation>
    </message>
    <message>
        <source>The sender name must be registered at iP.1: then send it again.</source>
        <translation>Avsändarnamnet måste registreras hos iP.1: skicka igen sedan.</translation>
    </message>
    <message>
        <source>The number was not accepted: phone, and ask for the right one.</source>
        <translation>Numret godtogs inte: ring och fråga efter rätt nummer.</translation>
    </message>
    <message>
        <source>It was not accepted: write to iP.1&apos;s support, with its id.</source>
        <translation>Det godtogs inte: skriv till iP.1:s support och uppge dess id.</translation>
    </message>
    <message>
        <source>No more is heard of it: phone if it matters, or ask iP.1&apos;s support.</source>
        <translation>Inget mer hörs om det: ring om det är viktigt, eller fråga iP.1:s support.</translation>
    </message>
    <message>
        <source>Wait: known by {time} at the latest.</source>
        <translation>Vänta: känt senast {time}.</translation>
    </message>
    <message>
        <source>now: {status}, {time}</source>
        <translation>nu: {status}, {time}</translation>
    </message>
</context>
<context>
    <name>FollowUpActions</name>
    <message>
        <source>Name code {code}</source>
        <translation>Namnge kod {code}</translation>
    </message>
    <message>
        <source>iP.1 does not say what code {code} means. What do you call it? It is shown as your note, in all batches.</source>
        <translation>iP.1 säger inte vad kod {code} betyder. Vad kallar du den? Det visas som din anteckning, i alla utskick.</translation>
    </message>
    <message>
        <source>not-delivered</source>
        <translation>kom-inte-fram</translation>
    </message>
    <message>
        <source>Mark as</source>
        <translation>Markera som</translation>
    </message>
    <message>
        <source>Choose rows first: what was done about them</source>
        <translation>Markera rader först: vad som har gjorts åt dem</translation>
    </message>
    <message>
        <source>Name this code…</source>
        <translation>Namnge koden…</translation>
    </message>
    <message>
        <source>Choose rows of one code first that iP.1 does not document</source>
        <translation>Välj först rader med en och samma kod som iP.1 inte beskriver</translation>
    </message>
    <message>
        <source>Nothing done</source>
        <translation>Inget gjort</translation>
    </message>
</context>
<context>
    <name>FollowUpTables</name>
    <message>
        <source>Groups</source>
        <translation>Grupper</translation>
    </message>
</context>
<context>
    <name>FollowUpWindow</name>
    <message>
        <source>{scope} · as of {time}</source>
        <translation>{scope} · läget {time}</translation>
    </message>
    <message>
        <source>Those who did not get it</source>
        <translation>De som inte fick det</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>Läs om</translation>
    </message>
</context>
<context>
    <name>FollowUps</name>
    <message numerus="yes">
        <source>%n batch(es)</source>
        <translation>
            <numerusform>%n utskick</numerusform>
            <numerusform>%n utskick</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n batch(es), as the table shows them</source>
        <translation>
            <numerusform>%n utskick, så som tabellen visar det</numerusform>
            <numerusform>%n utskick, så som tabellen visar dem</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GroupsModel</name>
    <message>
        <source>Everything that was refused</source>
        <translation>Allt som nekats</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Orsak</translation>
    </message>
    <message>
        <source>First seen</source>
        <translation>Första gången</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>Senaste gången</translation>
    </message>
    <message>
        <source>Bodies</source>
        <translation>Anrop</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Antal</translation>
    </message>
</context>
<context>
    <name>GuideWindow</name>
    <message numerus="yes">
        <source>%Ln place(s) on this page</source>
        <translation>
            <numerusform>%Ln ställe på sidan</numerusform>
            <numerusform>%Ln ställen på sidan</numerusform>
        </translation>
    </message>
    <message>
        <source>Not on this page</source>
        <translation>Finns inte på sidan</translation>
    </message>
    <message>
        <source>User guide</source>
        <translation>Användarhandbok</translation>
    </message>
    <message>
        <source>Contents</source>
        <translation>Innehåll</translation>
    </message>
    <message>
        <source>Page of the guide</source>
        <translation>Handbokens sida</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Bakåt</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>Framåt</translation>
    </message>
    <message>
        <source>Search this page …</source>
        <translation>Sök på sidan …</translation>
    </message>
    <message>
        <source>Search this page</source>
        <translation>Sök på sidan</translation>
    </message>
</context>
<context>
    <name>History</name>
    <message>
        <source>from iP.1&apos;s books, asked {time}</source>
        <translation>hämtad från iP.1, frågat {time}</translation>
    </message>
    <message>
        <source>time is ours</source>
        <translation>vår tid</translation>
    </message>
    <message>
        <source>{way}, no key</source>
        <translation>{way}, utan nyckel</translation>
    </message>
    <message>
        <source>{way}, key {key}</source>
        <translation>{way}, nyckel {key}</translation>
    </message>
    <message>
        <source>It was never reported here: iP.1 told it when asked, {arrived}.</source>
        <translation>Någon rapport kom aldrig hit: iP.1 uppgav det på vår fråga, {arrived}.</translation>
    </message>
    <message>
        <source>It came {arrived}. The SMS service gave no time that can be read: this one is ours.</source>
        <translation>Rapporten kom {arrived}. SMS-tjänsten angav ingen läsbar tid: den här är vår.</translation>
    </message>
    <message>
        <source>It came {arrived}, {lag} before the SMS service says that it happened: the two clocks differ.</source>
        <translation>Rapporten kom {arrived}, {lag} innan det hände enligt SMS-tjänsten: klockorna går olika.</translation>
    </message>
    <message>
        <source>It came {arrived}, {lag} after it happened.</source>
        <translation>Rapporten kom {arrived}, {lag} efter att det hände.</translation>
    </message>
    <message>
        <source>Its body had {size} bytes. Kept of it are the fields of a report, and the beginnings of what was besides.</source>
        <translation>Innehållet hade {size} byte. Av det sparas rapportens fält och början på det övriga.</translation>
    </message>
    <message>
        <source>The same report came again {count} ×.</source>
        <translation>Samma rapport kom {count} gånger till.</translation>
    </message>
    <message>
        <source>It is the message&apos;s current state.</source>
        <translation>Det är meddelandets nuvarande läge.</translation>
    </message>
</context>
<context>
    <name>Identifiers</name>
    <message>
        <source>erased</source>
        <translation>raderad</translation>
    </message>
</context>
<context>
    <name>ImpactText</name>
    <message numerus="yes">
        <source>%Ln report(s) of that time have come.</source>
        <translation>
            <numerusform>%Ln rapport från den tiden har kommit.</numerusform>
            <numerusform>%Ln rapporter från den tiden har kommit.</numerusform>
        </translation>
    </message>
    <message>
        <source>Not reachable for {time}; what was sent then comes again by {clock}.</source>
        <translation>Nåddes inte på {time}; det som skickades då kommer igen senast {clock}.</translation>
    </message>
    <message>
        <source>No report is waited for now.</source>
        <translation>Ingen rapport väntas nu.</translation>
    </message>
    <message>
        <source>Reports are safe at the SMS service for another {time}; the first may be lost from {clock}.</source>
        <translation>Rapporterna är trygga hos SMS-tjänsten i {time} till; den första kan gå förlorad från {clock}.</translation>
    </message>
    <message>
        <source>Reports may be lost since {clock}: the SMS service gives up on more every minute.</source>
        <translation>Rapporter kan ha gått förlorade sedan {clock}: SMS-tjänsten ger upp fler för varje minut.</translation>
    </message>
    <message>
        <source>{count} requests with a wrong key or path came in ten minutes. They were turned away, and nothing of them is kept. If your own batches are among them, they were given an old address.</source>
        <translation>{count} anrop med fel nyckel eller sökväg kom på tio minuter. De avvisades, och inget av dem sparas. Om dina egna utskick är bland dem har de fått en gammal adress.</translation>
    </message>
    <message>
        <source>{day} {clock}</source>
        <translation>{day} {clock}</translation>
    </message>
    <message>
        <source>{times} and earlier</source>
        <translation>{times} och tidigare</translation>
    </message>
    <message>
        <source>Some reports about this batch may be lost: Kvitto could not be reached {times}. Ask iP.1, or compare in their portal, for what was sent then.</source>
        <translation>En del rapporter om utskicket kan ha gått förlorade: Kvitto kunde inte nås {times}. Fråga iP.1, eller jämför i deras portal, efter det som skickades då.</translation>
    </message>
    <message>
        <source>Kvitto could not be reached for longer than the SMS service tries again: some of what was sent {times} may be lost.</source>
        <translation>Kvitto kunde inte nås under längre tid än SMS-tjänsten försöker igen: en del av det som skickades {times} kan ha gått förlorat.</translation>
    </message>
    <message>
        <source>Kvitto could not be reached for longer than the SMS service tries again. No batch is known to have been under way; if one was sent {times}, reports about it may be lost.</source>
        <translation>Kvitto kunde inte nås under längre tid än SMS-tjänsten försöker igen. Inget känt utskick pågick då; om ett skickades {times} kan rapporter om det ha gått förlorade.</translation>
    </message>
    <message>
        <source>What was sent {times} and has not come is gone.</source>
        <translation>Det som skickades {times} och inte har kommit är borta.</translation>
    </message>
    <message>
        <source>What was sent from {begin} on comes again by {end}.</source>
        <translation>Det som skickades från {begin} kommer igen senast {end}.</translation>
    </message>
    <message>
        <source>Some of what was sent {times} may be lost already.</source>
        <translation>En del av det som skickades {times} kan redan ha gått förlorat.</translation>
    </message>
    <message>
        <source>If a batch was sent {times}, reports about it may be lost already.</source>
        <translation>Om ett utskick skickades {times} kan rapporter om det redan ha gått förlorade.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es) under way then: {names}.</source>
        <translation>
            <numerusform>%Ln utskick pågick då: {names}.</numerusform>
            <numerusform>%Ln utskick pågick då: {names}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Ask iP.1, or compare in their portal, for what was sent {times}.</source>
        <translation>Fråga iP.1, eller jämför i deras portal, efter det som skickades {times}.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es), {messages}, report to {address}, which did not lead here at {clock}. The SMS service gives each report up after about 90 minutes: restore that address, or archive them.</source>
        <translation>
            <numerusform>%Ln utskick, {messages}, rapporterar till {address}, som inte ledde hit {clock}. SMS-tjänsten ger upp varje rapport efter omkring 90 minuter: återställ den adressen, eller arkivera utskicket.</numerusform>
            <numerusform>%Ln utskick, {messages}, rapporterar till {address}, som inte ledde hit {clock}. SMS-tjänsten ger upp varje rapport efter omkring 90 minuter: återställ den adressen, eller arkivera utskicken.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln meddelande</numerusform>
            <numerusform>%Ln meddelanden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %Ln more</source>
        <translation>
            <numerusform>{names} och %Ln till</numerusform>
            <numerusform>{names} och %Ln till</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>KeyRow</name>
    <message>
        <source>Copy the key made {time}</source>
        <translation>Kopiera nyckeln som skapades {time}</translation>
    </message>
    <message>
        <source>End…</source>
        <translation>Avsluta…</translation>
    </message>
    <message>
        <source>End the key made {time}</source>
        <translation>Avsluta nyckeln som skapades {time}</translation>
    </message>
</context>
<context>
    <name>KeyText</name>
    <message>
        <source>in the URL</source>
        <translation>i adressen</translation>
    </message>
    <message>
        <source>made {time}</source>
        <translation>skapad {time}</translation>
    </message>
    <message>
        <source>Renewed {ago}:</source>
        <translation>Förnyad {ago}:</translation>
    </message>
    <message numerus="yes">
        <source>kept for %Ln batch(es) that are not finished; ends {time}, or later if more is heard.</source>
        <translation>
            <numerusform>behålls för %Ln utskick som inte är klart; upphör {time}, eller senare om mer hörs.</numerusform>
            <numerusform>behålls för %Ln utskick som inte är klara; upphör {time}, eller senare om mer hörs.</numerusform>
        </translation>
    </message>
    <message>
        <source>kept for batches that were sent with it and have not been heard of; ends {time}, or later if more is heard.</source>
        <translation>behålls för utskick som kan ha sänts med den men inte har hörts av; upphör {time}, eller senare om mer hörs.</translation>
    </message>
    <message>
        <source>None of the latest {count} reports came by it.</source>
        <translation>Ingen av de senaste {count} rapporterna kom med den.</translation>
    </message>
    <message>
        <source>Its last report came {ago}.</source>
        <translation>Den senaste rapporten kom {ago}.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es) that are not finished report by it.</source>
        <translation>
            <numerusform>%Ln utskick som inte är klart rapporterar med den.</numerusform>
            <numerusform>%Ln utskick som inte är klara rapporterar med den.</numerusform>
        </translation>
    </message>
    <message>
        <source>on this computer</source>
        <translation>på den här datorn</translation>
    </message>
    <message>
        <source>last report by it {ago}</source>
        <translation>senaste rapport {ago}</translation>
    </message>
    <message>
        <source>none of the latest {count} reports came by it</source>
        <translation>ingen av de senaste {count} rapporterna kom med den</translation>
    </message>
</context>
<context>
    <name>KeysPanel</name>
    <message>
        <source>Reports to its URL are refused from then on, and lost after about 90 minutes.</source>
        <translation>Rapporter till dess adress nekas från och med då och går förlorade efter ungefär 90 minuter.</translation>
    </message>
    <message>
        <source>End</source>
        <translation>Avsluta</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Avbryt</translation>
    </message>
    <message>
        <source>New key?</source>
        <translation>Ny nyckel?</translation>
    </message>
    <message>
        <source>Make a new key for the callback URL?</source>
        <translation>Skapa en ny nyckel för rapportadressen?</translation>
    </message>
    <message>
        <source>Batches that are sent from now on need the new callback URL. The old one stays valid as long as a report may come by it, and then ends by itself.</source>
        <translation>Utskick som sänds från och med nu behöver den nya rapportadressen. Den gamla gäller så länge en rapport kan komma med den, och upphör sedan av sig själv.</translation>
    </message>
    <message>
        <source>End this key?</source>
        <translation>Avsluta nyckeln?</translation>
    </message>
    <message>
        <source>Hide the keys</source>
        <translation>Dölj nycklarna</translation>
    </message>
    <message>
        <source>Show the keys</source>
        <translation>Visa nycklarna</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>På den här datorn</translation>
    </message>
    <message>
        <source>Callback URL</source>
        <translation>Rapportadress</translation>
    </message>
    <message>
        <source>Copy the callback URL</source>
        <translation>Kopiera rapportadressen</translation>
    </message>
    <message>
        <source>Only programs on this computer reach it. The one for the SMS service is shown under Tools, Callback URL.</source>
        <translation>Bara program på den här datorn når den. Den som SMS-tjänsten ska ha visas under Verktyg, Rapportadress.</translation>
    </message>
    <message>
        <source>Valid keys</source>
        <translation>Giltiga nycklar</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>Skapa ny nyckel</translation>
    </message>
    <message>
        <source>Nothing is received on this computer now</source>
        <translation>Inget tas emot på den här datorn just nu</translation>
    </message>
    <message>
        <source>New key…</source>
        <translation>Ny nyckel…</translation>
    </message>
    <message>
        <source>The old one keeps working as long as a report may come by it: for eight days, and for over three after the last. Then it ends by itself.</source>
        <translation>Den gamla fungerar så länge en rapport kan komma den vägen: i åtta dygn, och i drygt tre efter den senaste. Sedan upphör den av sig själv.</translation>
    </message>
</context>
<context>
    <name>LabelDialog</name>
    <message>
        <source>Rename batch</source>
        <translation>Byt namn på utskick</translation>
    </message>
    <message>
        <source>A name for batch {id}:</source>
        <translation>Namn på utskick {id}:</translation>
    </message>
</context>
<context>
    <name>Lamps</name>
    <message>
        <source>Kvitto runs</source>
        <translation>Kvitto är igång</translation>
    </message>
    <message>
        <source>The internet reaches it</source>
        <translation>Nås från internet</translation>
    </message>
    <message>
        <source>The SMS service uses it</source>
        <translation>SMS-tjänsten använder den</translation>
    </message>
    <message>
        <source>Receiving</source>
        <translation>Tar emot</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Startar</translation>
    </message>
    <message>
        <source>Not receiving</source>
        <translation>Tar inte emot</translation>
    </message>
    <message>
        <source>Yes, tested</source>
        <translation>Ja, provat</translation>
    </message>
    <message>
        <source>Not connected yet</source>
        <translation>Inte ansluten än</translation>
    </message>
    <message>
        <source>Not known yet</source>
        <translation>Inte känt än</translation>
    </message>
    <message>
        <source>Not reachable</source>
        <translation>Nås inte</translation>
    </message>
    <message>
        <source>Reports come</source>
        <translation>Rapporter kommer</translation>
    </message>
    <message>
        <source>No report yet</source>
        <translation>Ingen rapport än</translation>
    </message>
</context>
<context>
    <name>ListOutput</name>
    <message numerus="yes">
        <source>%n number(s) copied.</source>
        <translation>
            <numerusform>%n nummer kopierat.</numerusform>
            <numerusform>%n nummer kopierade.</numerusform>
        </translation>
    </message>
    <message>
        <source>Save the list</source>
        <translation>Spara listan</translation>
    </message>
    <message>
        <source>Excel workbook (*.xlsx)</source>
        <translation>Excel-arbetsbok (*.xlsx)</translation>
    </message>
    <message>
        <source>CSV, text for any spreadsheet (*.csv)</source>
        <translation>CSV, text för alla kalkylprogram (*.csv)</translation>
    </message>
    <message>
        <source>Numbers only, one a line (*.txt)</source>
        <translation>Bara nummer, ett per rad (*.txt)</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) written to {file}</source>
        <translation>
            <numerusform>%n rad skriven till {file}</numerusform>
            <numerusform>%n rader skrivna till {file}</numerusform>
        </translation>
    </message>
    <message>
        <source>This computer can&apos;t print. Save the list instead.</source>
        <translation>Den här datorn kan inte skriva ut. Spara listan i stället.</translation>
    </message>
    <message>
        <source>Copy numbers</source>
        <translation>Kopiera nummer</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Spara…</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>Skriv ut…</translation>
    </message>
</context>
<context>
    <name>ListPage</name>
    <message>
        <source>Reading …</source>
        <translation>Läser …</translation>
    </message>
</context>
<context>
    <name>MarkText</name>
    <message>
        <source>Could not be read, or can&apos;t be right, and counts as absent: {fields}.</source>
        <translation>Gick inte att läsa eller kan inte stämma, och räknas som utelämnat: {fields}.</translation>
    </message>
    <message>
        <source>It came by a callback URL that is not spelled as Kvitto&apos;s.</source>
        <translation>Den kom till en rapportadress som inte är skriven som Kvittos.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln report(s) had a field that could not be read: {fields}</source>
        <translation>
            <numerusform>%Ln rapport hade ett fält som inte gick att läsa: {fields}</numerusform>
            <numerusform>%Ln rapporter hade ett fält som inte gick att läsa: {fields}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln report(s) came by a callback URL that is not spelled as Kvitto&apos;s</source>
        <translation>
            <numerusform>%Ln rapport kom till en rapportadress som inte är skriven som Kvittos</numerusform>
            <numerusform>%Ln rapporter kom till en rapportadress som inte är skriven som Kvittos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln report(s) came with far more than a report&apos;s fields, of which only a part is kept</source>
        <translation>
            <numerusform>%Ln rapport kom med mycket mer än en rapports fält; bara en del av den har sparats</numerusform>
            <numerusform>%Ln rapporter kom med mycket mer än en rapports fält; bara en del av dem har sparats</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>In the table</source>
        <translation>I tabellen</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Arkiv</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Redigera</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Visa</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>V&amp;erktyg</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hjälp</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>&amp;Exportera</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Tema</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>Sp&amp;råk</translation>
    </message>
    <message>
        <source>&amp;Messages…</source>
        <translation>&amp;Meddelanden…</translation>
    </message>
    <message>
        <source>Every &amp;report…</source>
        <translation>Alla &amp;rapporter…</translation>
    </message>
    <message>
        <source>&amp;Batches…</source>
        <translation>&amp;Utskick…</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>&amp;Inställningar…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Avsluta</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Ångra</translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation>&amp;Sök</translation>
    </message>
    <message>
        <source>F&amp;ollow the newest</source>
        <translation>&amp;Följ det senaste</translation>
    </message>
    <message>
        <source>&amp;Mask phone numbers</source>
        <translation>&amp;Dölj telefonnummer</translation>
    </message>
    <message>
        <source>Show &amp;demo batches</source>
        <translation>Visa dem&amp;outskick</translation>
    </message>
    <message>
        <source>&amp;Show archived batches</source>
        <translation>Visa &amp;arkiverade utskick</translation>
    </message>
    <message>
        <source>&amp;Charts</source>
        <translation>Diagra&amp;m</translation>
    </message>
    <message>
        <source>D&amp;etails</source>
        <translation>Detal&amp;jer</translation>
    </message>
    <message>
        <source>Those who did not &amp;get it…</source>
        <translation>De som inte &amp;fick det…</translation>
    </message>
    <message>
        <source>&amp;Numbers that don&apos;t work…</source>
        <translation>Nummer som inte f&amp;ungerar…</translation>
    </message>
    <message>
        <source>What a &amp;month cost…</source>
        <translation>Vad en &amp;månad kostade…</translation>
    </message>
    <message>
        <source>&amp;Ask iP.1 about all batches</source>
        <translation>Fråga &amp;iP.1 om alla utskick</translation>
    </message>
    <message>
        <source>&amp;Copy callback URL</source>
        <translation>&amp;Kopiera rapportadressen</translation>
    </message>
    <message>
        <source>Callback &amp;URL…</source>
        <translation>&amp;Rapportadress…</translation>
    </message>
    <message>
        <source>What was &amp;refused…</source>
        <translation>&amp;Nekade anrop…</translation>
    </message>
    <message>
        <source>To do &amp;list…</source>
        <translation>Att göra-&amp;listan…</translation>
    </message>
    <message>
        <source>B&amp;in…</source>
        <translation>Pa&amp;pperskorg…</translation>
    </message>
    <message>
        <source>Send a &amp;test report to myself</source>
        <translation>Skicka en &amp;testrapport till mig själv</translation>
    </message>
    <message>
        <source>Send a &amp;demo campaign…</source>
        <translation>Skicka en &amp;demokampanj…</translation>
    </message>
    <message>
        <source>&amp;Back up…</source>
        <translation>&amp;Säkerhetskopiera …</translation>
    </message>
    <message>
        <source>Rest&amp;ore…</source>
        <translation>&amp;Återställ…</translation>
    </message>
    <message>
        <source>&amp;User guide</source>
        <translation>&amp;Användarhandbok</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Kortkommandon</translation>
    </message>
    <message>
        <source>&amp;Status legend</source>
        <translation>&amp;Statusförklaring</translation>
    </message>
    <message>
        <source>Open the &amp;data folder</source>
        <translation>Öppna &amp;datamappen</translation>
    </message>
    <message>
        <source>&amp;About Kvitto</source>
        <translation>&amp;Om Kvitto</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Som systemet</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Ljust</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Mörkt</translation>
    </message>
</context>
<context>
    <name>MessageHeader</name>
    <message>
        <source>Recipient</source>
        <translation>Mottagare</translation>
    </message>
    <message>
        <source>All messages to this number</source>
        <translation>Alla meddelanden till numret</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Klart</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>Pris</translation>
    </message>
    <message>
        <source>SMS parts</source>
        <translation>SMS-delar</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>Utskick</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>Referens</translation>
    </message>
    <message>
        <source>Message id</source>
        <translation>Meddelandets id</translation>
    </message>
    <message>
        <source>Batch id</source>
        <translation>Utskickets id</translation>
    </message>
    <message>
        <source>Copy the reference</source>
        <translation>Kopiera referensen</translation>
    </message>
    <message>
        <source>Copy the message id</source>
        <translation>Kopiera meddelandets id</translation>
    </message>
    <message>
        <source>Copy the batch id</source>
        <translation>Kopiera utskickets id</translation>
    </message>
</context>
<context>
    <name>MessagePage</name>
    <message>
        <source>This message can&apos;t be shown: see the log.</source>
        <translation>Meddelandet kan inte visas: se loggen.</translation>
    </message>
    <message>
        <source>What is kept of the report</source>
        <translation>Det som har sparats av rapporten</translation>
    </message>
    <message>
        <source>Reports in the order in which things happened</source>
        <translation>Rapporter i den ordning det hände</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>Rapporter</translation>
    </message>
    <message>
        <source>The report as it came</source>
        <translation>Rapporten som den kom</translation>
    </message>
</context>
<context>
    <name>MessageWords</name>
    <message>
        <source>{price}, paid back</source>
        <translation>{price}, återbetalt</translation>
    </message>
    <message>
        <source>{segments}, about {price} each</source>
        <translation>{segments}, cirka {price} styck</translation>
    </message>
    <message>
        <source>{segments}, {price} each</source>
        <translation>{segments}, {price} styck</translation>
    </message>
    <message>
        <source>{time}, {duration} after the first report</source>
        <translation>{time}, {duration} efter första rapporten</translation>
    </message>
    <message>
        <source>not yet, {duration} after the first report</source>
        <translation>inte än, {duration} efter första rapporten</translation>
    </message>
</context>
<context>
    <name>MigrationDialog</name>
    <message>
        <source>Kvitto is getting ready</source>
        <translation>Kvitto förbereder sig</translation>
    </message>
    <message>
        <source>Your reports come from an earlier version of Kvitto and are brought up to date. Until this is done, new reports wait at the SMS service.</source>
        <translation>Dina rapporter kommer från en tidigare version av Kvitto och uppdateras nu. Tills det är klart väntar nya rapporter hos avsändaren.</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Förlopp</translation>
    </message>
    <message>
        <source>Stop and quit</source>
        <translation>Stoppa och avsluta</translation>
    </message>
    <message>
        <source>The database stays as it was</source>
        <translation>Databasen förblir som den var</translation>
    </message>
    <message>
        <source>Keeping a copy: {share}</source>
        <translation>Sparar en kopia: {share}</translation>
    </message>
    <message>
        <source>Bringing up to date: step {number} of {total}</source>
        <translation>Uppdaterar: steg {number} av {total}</translation>
    </message>
</context>
<context>
    <name>MonthText</name>
    <message>
        <source>Nothing was sent in this month.</source>
        <translation>Inget skickades den här månaden.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) were sent in this month without a known price.</source>
        <translation>
            <numerusform>%Ln meddelande skickades den här månaden utan känt pris.</numerusform>
            <numerusform>%Ln meddelanden skickades den här månaden utan känt pris.</numerusform>
        </translation>
    </message>
    <message>
        <source>Messages of this month were deleted: countries, what did not arrive and what was paid back are told of the rest.</source>
        <translation>Meddelanden från den här månaden har rensats: länder, det som inte kom fram och det som betalades tillbaka gäller resten.</translation>
    </message>
    <message>
        <source>By department or reference</source>
        <translation>Efter avdelning eller referens</translation>
    </message>
    <message>
        <source>without a reference</source>
        <translation>utan referens</translation>
    </message>
    <message>
        <source>By country code</source>
        <translation>Efter landsnummer</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>inte känt</translation>
    </message>
    <message>
        <source>By batch</source>
        <translation>Efter utskick</translation>
    </message>
    <message>
        <source>partly in this month</source>
        <translation>delvis den här månaden</translation>
    </message>
    <message numerus="yes">
        <source>And %Ln more batch(es): save them to see all.</source>
        <translation>
            <numerusform>Och %Ln utskick till: spara för att se alla.</numerusform>
            <numerusform>Och %Ln utskick till: spara för att se alla.</numerusform>
        </translation>
    </message>
    <message>
        <source>What it is compared with, and what did not arrive: reading …</source>
        <translation>Vad det jämförs med, och vad som inte kom fram: läser …</translation>
    </message>
    <message>
        <source>{first} to {last}, a month before</source>
        <translation>{first} till {last}, månaden före</translation>
    </message>
    <message>
        <source>Likely in the whole month</source>
        <translation>Troligen hela månaden</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>{share} % used</source>
        <translation>{share} % använt</translation>
    </message>
    <message>
        <source>Of that for what did not arrive</source>
        <translation>Varav för det som inte kom fram</translation>
    </message>
    <message>
        <source>Paid back, not in the sum</source>
        <translation>Betalades tillbaka, ingår inte i summan</translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln meddelande</numerusform>
            <numerusform>%Ln meddelanden</numerusform>
        </translation>
    </message>
    <message>
        <source>The invoice agrees with what Kvitto has seen.</source>
        <translation>Fakturan stämmer med det som Kvitto har sett.</translation>
    </message>
    <message>
        <source>The invoice is {amount} more than what Kvitto has seen.</source>
        <translation>Fakturan är {amount} högre än det som Kvitto har sett.</translation>
    </message>
    <message>
        <source>The invoice is {amount} less than what Kvitto has seen.</source>
        <translation>Fakturan är {amount} lägre än det som Kvitto har sett.</translation>
    </message>
    <message>
        <source>It may come from these batches: {names}</source>
        <translation>Det kan bero på de här utskicken: {names}</translation>
    </message>
    <message>
        <source>No batch of Kvitto&apos;s makes it alone: it may be one that never reported here, or the tax.</source>
        <translation>Inget av Kvittos utskick förklarar det ensamt: det kan vara ett som aldrig rapporterade hit, eller momsen.</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Sammanfattning</translation>
    </message>
    <message>
        <source>Days</source>
        <translation>Dagar</translation>
    </message>
    <message>
        <source>Batches</source>
        <translation>Utskick</translation>
    </message>
    <message>
        <source>Departments</source>
        <translation>Avdelningar</translation>
    </message>
    <message>
        <source>Countries</source>
        <translation>Länder</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Vad</translation>
    </message>
    <message>
        <source>Currency</source>
        <translation>Valuta</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>Belopp</translation>
    </message>
    <message>
        <source>Spent</source>
        <translation>Kostnad</translation>
    </message>
    <message>
        <source>Spent on the same days of the month before</source>
        <translation>Kostnad samma dagar månaden före</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>Dag</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>Utskick</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>Id</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>Referens</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Meddelanden</translation>
    </message>
    <message>
        <source>SMS parts</source>
        <translation>SMS-delar</translation>
    </message>
    <message>
        <source>All of it in this month</source>
        <translation>Hela den här månaden</translation>
    </message>
    <message>
        <source>Department or reference</source>
        <translation>Avdelning eller referens</translation>
    </message>
    <message>
        <source>Country code</source>
        <translation>Landsnummer</translation>
    </message>
    <message>
        <source>By the time of sending. Demo campaigns are left out.</source>
        <translation>Efter sändningstid. Demoutskick räknas inte.</translation>
    </message>
</context>
<context>
    <name>MonthWindow</name>
    <message>
        <source>no currency</source>
        <translation>utan valuta</translation>
    </message>
    <message>
        <source>That is no amount: type it as 1234.50.</source>
        <translation>Det är inget belopp: skriv det som 1234,50.</translation>
    </message>
    <message>
        <source>Save the month</source>
        <translation>Spara månaden</translation>
    </message>
    <message>
        <source>Excel workbook (*.xlsx)</source>
        <translation>Excel-arbetsbok (*.xlsx)</translation>
    </message>
    <message>
        <source>The month is saved as {file}.</source>
        <translation>Månaden är sparad som {file}.</translation>
    </message>
    <message>
        <source>What a month cost</source>
        <translation>Vad en månad kostade</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>Månad</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Spara…</translation>
    </message>
    <message>
        <source>Departments…</source>
        <translation>Avdelningar…</translation>
    </message>
    <message>
        <source>&amp;Invoice&apos;s sum:</source>
        <translation>&amp;Fakturans summa:</translation>
    </message>
    <message>
        <source>&amp;Budget a month:</source>
        <translation>&amp;Budget per månad:</translation>
    </message>
    <message>
        <source>Currency</source>
        <translation>Valuta</translation>
    </message>
</context>
<context>
    <name>NewVersionItem</name>
    <message>
        <source>Kvitto {new} is out; this is {old}.</source>
        <translation>Kvitto {new} finns; det här är {old}.</translation>
    </message>
    <message>
        <source>Get it …</source>
        <translation>Hämta den …</translation>
    </message>
    <message>
        <source>Nothing is installed by itself.</source>
        <translation>Inget installeras av sig självt.</translation>
    </message>
    <message>
        <source>It mends something that may show or keep wrong data: install it soon.</source>
        <translation>Den rättar något som kan visa eller spara fel uppgifter: installera den snart.</translation>
    </message>
    <message>
        <source>It closes a security hole: install it now.</source>
        <translation>Den täpper till ett säkerhetshål: installera den nu.</translation>
    </message>
</context>
<context>
    <name>Notifications</name>
    <message numerus="yes">
        <source>%Ln batch(es) finished</source>
        <translation>
            <numerusform>%Ln utskick är klart</numerusform>
            <numerusform>%Ln utskick är klara</numerusform>
        </translation>
    </message>
    <message>
        <source>Some reports may be lost about: {names}</source>
        <translation>Rapporter kan ha gått förlorade om: {names}</translation>
    </message>
    <message>
        <source>{batch} is finished</source>
        <translation>{batch} är klart</translation>
    </message>
    <message numerus="yes">
        <source>Many messages of %Ln batch(es) fail</source>
        <translation>
            <numerusform>Många meddelanden i %Ln utskick kommer inte fram</numerusform>
            <numerusform>Många meddelanden i %Ln utskick kommer inte fram</numerusform>
        </translation>
    </message>
    <message>
        <source>More than {share} were not delivered: {names}</source>
        <translation>Mer än {share} levererades inte: {names}</translation>
    </message>
    <message>
        <source>Many messages of {batch} fail</source>
        <translation>Många meddelanden i {batch} kommer inte fram</translation>
    </message>
    <message numerus="yes">
        <source>All %Ln message(s) were delivered.</source>
        <translation>
            <numerusform>%Ln meddelande levererades.</numerusform>
            <numerusform>Alla %Ln meddelanden levererades.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{delivered} of %Ln message(s) delivered.</source>
        <translation>
            <numerusform>{delivered} av %Ln meddelande levererat.</numerusform>
            <numerusform>{delivered} av %Ln meddelanden levererade.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{delivered} of %Ln message(s) delivered, {others} did not arrive.</source>
        <translation>
            <numerusform>{delivered} av %Ln meddelande levererat, {others} kom inte fram.</numerusform>
            <numerusform>{delivered} av %Ln levererade, {others} kom inte fram.</numerusform>
        </translation>
    </message>
    <message>
        <source>{count} cancelled.</source>
        <translation>{count} avbröts.</translation>
    </message>
    <message>
        <source>{count} of {finished} finished messages were not delivered: {share}.</source>
        <translation>{count} av {finished} klara meddelanden levererades inte: {share}.</translation>
    </message>
    <message>
        <source>Fewer were delivered than usual: {names}</source>
        <translation>Färre än vanligt har levererats: {names}</translation>
    </message>
    <message>
        <source>Nothing heard for {time}</source>
        <translation>Inget hört på {time}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) are not finished. Check that the tunnel is up and leads to this computer: the SMS service gives up on a report after about 90 minutes.</source>
        <translation>
            <numerusform>%Ln meddelande är inte klart. Kontrollera att tunneln är igång och leder hit: SMS-tjänsten ger upp en rapport efter ungefär 90 minuter.</numerusform>
            <numerusform>%Ln meddelanden är inte klara. Kontrollera att tunneln är igång och leder hit: SMS-tjänsten ger upp en rapport efter ungefär 90 minuter.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %Ln more</source>
        <translation>
            <numerusform>{names} och %Ln till</numerusform>
            <numerusform>{names} och %Ln till</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NotificationsPage</name>
    <message>
        <source>Notifications</source>
        <translation>Aviseringar</translation>
    </message>
    <message numerus="yes">
        <source>message(s)</source>
        <translation>
            <numerusform>meddelande</numerusform>
            <numerusform>meddelanden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>minute(s)</source>
        <translation>
            <numerusform>minut</numerusform>
            <numerusform>minuter</numerusform>
        </translation>
    </message>
    <message>
        <source>Whether a newer version of Kvitto is out is not asked: this build has no address to ask at.</source>
        <translation>Kvitto frågar inte om det finns en nyare version: den här byggda versionen har ingen adress att fråga.</translation>
    </message>
    <message>
        <source>{host} is asked once a day. Nothing about you, this computer or your messages is sent, and nothing is installed by itself.</source>
        <translation>{host} tillfrågas en gång om dygnet. Inget om dig, datorn eller dina meddelanden skickas, och inget installeras av sig självt.</translation>
    </message>
    <message>
        <source>It has not answered yet.</source>
        <translation>Den har inte svarat än.</translation>
    </message>
    <message>
        <source>Last asked: {time}.</source>
        <translation>Senast tillfrågad: {time}.</translation>
    </message>
    <message>
        <source>It can&apos;t be reached now; it is tried again within the hour.</source>
        <translation>Den kan inte nås nu; ett nytt försök görs inom en timme.</translation>
    </message>
    <message>
        <source>The last question was led elsewhere, and was not answered.</source>
        <translation>Den senaste frågan leddes någon annanstans och blev inte besvarad.</translation>
    </message>
    <message>
        <source>The last answer could not be read.</source>
        <translation>Det senaste svaret kunde inte läsas.</translation>
    </message>
    <message>
        <source>The last answer was not signed by Kvitto&apos;s makers: not believed.</source>
        <translation>Det senaste svaret var inte undertecknat av Kvittos utvecklare och räknas inte.</translation>
    </message>
    <message>
        <source>Tell me when …</source>
        <translation>Säg till när …</translation>
    </message>
    <message>
        <source>A batch is finished</source>
        <translation>Ett utskick är klart</translation>
    </message>
    <message>
        <source>Many messages of a batch fail</source>
        <translation>Många meddelanden i ett utskick inte kommer fram</translation>
    </message>
    <message>
        <source>Share of failures above</source>
        <translation>Andel misslyckade över</translation>
    </message>
    <message>
        <source>Finished messages at least</source>
        <translation>Minst så många klara</translation>
    </message>
    <message>
        <source>Nothing is heard while messages are not finished</source>
        <translation>Det är tyst fast meddelanden inte är klara</translation>
    </message>
    <message>
        <source>Silence of at least</source>
        <translation>Tyst i minst</translation>
    </message>
    <message>
        <source>A newer version of Kvitto is out</source>
        <translation>En nyare version av Kvitto finns</translation>
    </message>
    <message>
        <source>Several batches are told of together, and never one message alone. Demo batches and archived ones are left out. Once five batches of at least 50 messages are known, a batch is compared with what they had delivered at the same age, instead of with the share above.</source>
        <translation>Flera utskick aviseras tillsammans, och aldrig enstaka meddelanden. Demoutskick och arkiverade utskick räknas inte. När fem utskick med minst 50 meddelanden är kända jämförs ett utskick i stället med hur stor andel av dem som var levererad efter lika lång tid; andelen ovan gäller då inte.</translation>
    </message>
    <message>
        <source>This desktop has no tray: it may not show notifications of Kvitto.</source>
        <translation>Här finns inget systemfält: aviseringar från Kvitto kanske inte visas.</translation>
    </message>
</context>
<context>
    <name>OutageBanners</name>
    <message>
        <source>Receiver {name}:</source>
        <translation>Mottagaren {name}:</translation>
    </message>
    <message>
        <source>Show the callback URL</source>
        <translation>Visa rapportadressen</translation>
    </message>
    <message>
        <source>The interruption is off the list.</source>
        <translation>Avbrottet är borta från listan.</translation>
    </message>
    <message>
        <source>Test now</source>
        <translation>Testa nu</translation>
    </message>
</context>
<context>
    <name>OutagesModel</name>
    <message>
        <source>goes on</source>
        <translation>pågår</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Orsak</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Från</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Till</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Längd</translation>
    </message>
    <message>
        <source>Came late</source>
        <translation>Kom sent</translation>
    </message>
</context>
<context>
    <name>OutagesPage</name>
    <message>
        <source>Interruptions</source>
        <translation>Avbrott</translation>
    </message>
    <message>
        <source>In the last week, no interruption is known of.</source>
        <translation>Inget avbrott är känt under den senaste veckan.</translation>
    </message>
</context>
<context>
    <name>OverviewPage</name>
    <message>
        <source>{finished} ({share})</source>
        <translation>{finished} ({share})</translation>
    </message>
    <message>
        <source>Those who did not get it ({count})…</source>
        <translation>De som inte fick det ({count})…</translation>
    </message>
    <message>
        <source>Those who did not get it…</source>
        <translation>De som inte fick det…</translation>
    </message>
    <message>
        <source>{shown} of {all}</source>
        <translation>{shown} av {all}</translation>
    </message>
    <message>
        <source>All batches</source>
        <translation>Alla utskick</translation>
    </message>
    <message>
        <source>The batches shown</source>
        <translation>De utskick som visas</translation>
    </message>
    <message>
        <source>Select a batch or a message to see more of it here.</source>
        <translation>Välj ett utskick eller ett meddelande för att se mer om det här.</translation>
    </message>
    <message>
        <source>Whole batches are added up, with what does not pass the filters.</source>
        <translation>Hela utskick räknas ihop, även det som filtren döljer.</translation>
    </message>
    <message>
        <source>Export what is shown…</source>
        <translation>Exportera det som visas…</translation>
    </message>
    <message>
        <source>Messages by result and code</source>
        <translation>Meddelanden efter resultat och kod</translation>
    </message>
    <message>
        <source>Batches</source>
        <translation>Utskick</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Meddelanden</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Klara</translation>
    </message>
    <message>
        <source>Delivered</source>
        <translation>Levererade</translation>
    </message>
    <message>
        <source>SMS parts</source>
        <translation>SMS-delar</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kostnad</translation>
    </message>
    <message>
        <source>Paid back</source>
        <translation>Återbetalt</translation>
    </message>
    <message>
        <source>Not read</source>
        <translation>Gick inte att läsa</translation>
    </message>
    <message>
        <source>Archived, counted</source>
        <translation>Arkiverade, räknas med</translation>
    </message>
    <message>
        <source>Demo, not counted</source>
        <translation>Demo, räknas inte</translation>
    </message>
    <message>
        <source>Export all messages…</source>
        <translation>Exportera alla meddelanden…</translation>
    </message>
</context>
<context>
    <name>Period</name>
    <message>
        <source>Any time</source>
        <translation>När som helst</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>I dag</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>Senaste 7 dagarna</translation>
    </message>
    <message>
        <source>The 7 days before</source>
        <translation>7 dagarna dessförinnan</translation>
    </message>
    <message>
        <source>This month</source>
        <translation>Den här månaden</translation>
    </message>
    <message>
        <source>Last month</source>
        <translation>Förra månaden</translation>
    </message>
</context>
<context>
    <name>PeriodChip</name>
    <message>
        <source>A month</source>
        <translation>En månad</translation>
    </message>
    <message>
        <source>From … to …</source>
        <translation>Från … till …</translation>
    </message>
    <message>
        <source>Sent: {period}</source>
        <translation>Skickat: {period}</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Skickat</translation>
    </message>
    <message>
        <source>By the time of sending, as in the column “Sent”: a whole batch counts on the day of its earliest status</source>
        <translation>Efter när det skickades, som i kolumnen ”Skickat”: hela utskicket räknas den dag då dess tidigaste status är från</translation>
    </message>
</context>
<context>
    <name>Permissions</name>
    <message>
        <source>The store has not been read yet.</source>
        <translation>Lagret har inte lästs än.</translation>
    </message>
    <message>
        <source>This user of the store sees no phone numbers, and nothing that was refused. A user with the role kvitto_editor does.</source>
        <translation>Den här användaren av lagret ser inga telefonnummer, och inget av det som nekades. En användare med rollen kvitto_editor gör det.</translation>
    </message>
    <message>
        <source>This user of the store changes nothing in it. A user with the role kvitto_editor may.</source>
        <translation>Den här användaren av lagret ändrar inget i det. En användare med rollen kvitto_editor får.</translation>
    </message>
    <message>
        <source>This user of the store receives no reports, and makes no keys. A user with the role kvitto_receiver may.</source>
        <translation>Den här användaren av lagret tar inte emot rapporter, och skapar inga nycklar. En användare med rollen kvitto_receiver får.</translation>
    </message>
</context>
<context>
    <name>Person</name>
    <message>
        <source>Number</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Skickat</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>Utskick</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Resultat</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Sedan</translation>
    </message>
    <message>
        <source>SMS parts</source>
        <translation>SMS-delar</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kostnad</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>Referens</translation>
    </message>
    <message>
        <source>today</source>
        <translation>i dag</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>i går</translation>
    </message>
    <message>
        <source>was delivered {when}</source>
        <translation>levererades {when}</translation>
    </message>
    <message>
        <source>is on its way</source>
        <translation>är på väg</translation>
    </message>
    <message>
        <source>expired {when}</source>
        <translation>gick ut {when}</translation>
    </message>
    <message>
        <source>was cancelled {when}</source>
        <translation>avbröts {when}</translation>
    </message>
    <message>
        <source>was not accepted</source>
        <translation>godtogs inte</translation>
    </message>
    <message>
        <source>failed {when}</source>
        <translation>misslyckades {when}</translation>
    </message>
    <message>
        <source>ended without a word</source>
        <translation>slutade utan besked</translation>
    </message>
</context>
<context>
    <name>PersonLine</name>
    <message>
        <source>This person</source>
        <translation>Den här personen</translation>
    </message>
    <message>
        <source>All messages to this number; save or erase what is held</source>
        <translation>Alla meddelanden till numret; spara eller radera det som finns</translation>
    </message>
</context>
<context>
    <name>PersonWindow</name>
    <message>
        <source>This person: {number}</source>
        <translation>Den här personen: {number}</translation>
    </message>
    <message numerus="yes">
        <source>The newest %n are listed.</source>
        <translation>
            <numerusform>Det senaste %Ln visas.</numerusform>
            <numerusform>De %Ln senaste visas.</numerusform>
        </translation>
    </message>
    <message>
        <source>No message to this number is held any more.</source>
        <translation>Inget meddelande till numret finns kvar.</translation>
    </message>
    <message>
        <source>No message to this number is held.</source>
        <translation>Inget meddelande till numret finns.</translation>
    </message>
    <message>
        <source>Save what is held</source>
        <translation>Spara det som finns</translation>
    </message>
    <message>
        <source>JSON, and a page for reading beside it (*.json)</source>
        <translation>JSON, och en sida att läsa bredvid (*.json)</translation>
    </message>
    <message>
        <source>Saved: {json} and {page}.</source>
        <translation>Sparat: {json} och {page}.</translation>
    </message>
    <message>
        <source>What is held about {number}</source>
        <translation>Det som finns om {number}</translation>
    </message>
    <message>
        <source>As of {time}</source>
        <translation>Per {time}</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Meddelanden</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Skickat</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>Utskick</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Resultat</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Sedan</translation>
    </message>
    <message>
        <source>SMS parts</source>
        <translation>SMS-delar</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>Pris</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>Referens</translation>
    </message>
    <message>
        <source>Your note</source>
        <translation>Din anteckning</translation>
    </message>
    <message>
        <source>Delivery reports as they came</source>
        <translation>Leveransrapporter som de kom</translation>
    </message>
    <message>
        <source>Messages to others that tell of the number</source>
        <translation>Meddelanden till andra som nämner numret</translation>
    </message>
    <message>
        <source>Refused requests that tell of the number</source>
        <translation>Nekade anrop som nämner numret</translation>
    </message>
    <message>
        <source>Nothing is held.</source>
        <translation>Inget finns.</translation>
    </message>
    <message>
        <source>The number is still in these files of the data folder, which Kvitto does not change; delete them yourself: {names}</source>
        <translation>Numret finns kvar i dessa filer i datamappen, som Kvitto inte ändrar; ta bort dem själv: {names}</translation>
    </message>
    <message>
        <source>Save what is held…</source>
        <translation>Spara det som finns…</translation>
    </message>
    <message>
        <source>Erase this person…</source>
        <translation>Radera den här personen…</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <source>All messages to this number</source>
        <translation>Alla meddelanden till numret</translation>
    </message>
</context>
<context>
    <name>PersonWords</name>
    <message numerus="yes">
        <source>%n message(s) lie in the bin.</source>
        <translation>
            <numerusform>%n meddelande ligger i papperskorgen.</numerusform>
            <numerusform>%n meddelanden ligger i papperskorgen.</numerusform>
        </translation>
    </message>
    <message>
        <source>1 message: sent {when}, {what}.</source>
        <translation>1 meddelande: skickades {when}, {what}.</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) since {since}; the last, {when}, {what}.</source>
        <translation>
            <numerusform>%Ln meddelande sedan {since}; det senaste, {when}, {what}.</numerusform>
            <numerusform>%Ln meddelanden sedan {since}; det senaste, {when}, {what}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Erased: %n message(s) and all reports about them.</source>
        <translation>
            <numerusform>Raderat: %Ln meddelande och alla rapporter om det.</numerusform>
            <numerusform>Raderat: %Ln meddelanden och alla rapporter om dem.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The number was taken out of %n message(s) to others, too.</source>
        <translation>
            <numerusform>Numret togs bort även ur %Ln meddelande till andra.</numerusform>
            <numerusform>Numret togs bort även ur %Ln meddelanden till andra.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n refused request(s) that told of it were deleted.</source>
        <translation>
            <numerusform>%Ln nekat anrop som nämnde det togs bort.</numerusform>
            <numerusform>%Ln nekade anrop som nämnde det togs bort.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n id(s) of the SMS service have the number in them, and stay.</source>
        <translation>
            <numerusform>%Ln id hos SMS-tjänsten har numret i sig, och står kvar.</numerusform>
            <numerusform>%Ln id:n hos SMS-tjänsten har numret i sig, och står kvar.</numerusform>
        </translation>
    </message>
    <message>
        <source>Sums are as before.</source>
        <translation>Summorna är som förut.</translation>
    </message>
    <message>
        <source>Traces are left in the server&apos;s tables. Kvitto tries again by itself if its user there may run VACUUM on them; otherwise the server&apos;s administrator has to run {command} in this database.</source>
        <translation>Spår finns kvar i serverns tabeller. Kvitto försöker igen av sig självt om dess användare där får köra VACUUM på dem; annars måste serverns administratör köra {command} i den här databasen.</translation>
    </message>
    <message>
        <source>Traces in the database&apos;s file go as soon as nobody reads it and the disk has room: Kvitto tries again by itself.</source>
        <translation>Spåren i databasens fil försvinner så snart ingen läser den och disken har plats: Kvitto försöker igen av sig självt.</translation>
    </message>
</context>
<context>
    <name>PictureSaver</name>
    <message>
        <source>Save the chart</source>
        <translation>Spara diagrammet</translation>
    </message>
    <message>
        <source>Picture (*.png)</source>
        <translation>Bild (*.png)</translation>
    </message>
    <message>
        <source>Drawing, sharp at any size (*.svg)</source>
        <translation>Vektorbild, skarp i alla storlekar (*.svg)</translation>
    </message>
    <message>
        <source>{folder} is where Kvitto keeps what it receives: nothing else is written there. Choose another folder.</source>
        <translation>I {folder} förvarar Kvitto det som tas emot: inget annat skrivs där. Välj en annan mapp.</translation>
    </message>
    <message>
        <source>The chart could not be saved as {file}: {reason}. Choose another name or folder.</source>
        <translation>Diagrammet kunde inte sparas som {file}: {reason}. Välj ett annat namn eller en annan mapp.</translation>
    </message>
    <message>
        <source>The chart is saved as {file}.</source>
        <translation>Diagrammet är sparat som {file}.</translation>
    </message>
</context>
<context>
    <name>ProviderText</name>
    <message>
        <source>cloudflared, quick tunnel</source>
        <translation>cloudflared, snabbtunnel</translation>
    </message>
    <message>
        <source>cloudflared, named tunnel</source>
        <translation>cloudflared, namngiven tunnel</translation>
    </message>
    <message>
        <source>ssh -R to a server of your own</source>
        <translation>ssh -R till en egen server</translation>
    </message>
    <message>
        <source>another address</source>
        <translation>en annan adress</translation>
    </message>
    <message>
        <source>Its public address</source>
        <translation>Dess publika adress</translation>
    </message>
    <message>
        <source>The tunnel&apos;s name</source>
        <translation>Tunnelns namn</translation>
    </message>
    <message>
        <source>Your domain, if you have one</source>
        <translation>Din domän, om du har en</translation>
    </message>
    <message>
        <source>Its port there, if not any</source>
        <translation>Porten där, om den är bestämd</translation>
    </message>
    <message>
        <source>The server</source>
        <translation>Servern</translation>
    </message>
    <message>
        <source>{program} is starting.</source>
        <translation>{program} startar.</translation>
    </message>
    <message>
        <source>{program} is running: {url}</source>
        <translation>{program} är igång: {url}</translation>
    </message>
    <message>
        <source>{program} has ended, exit code {code}. It is started again in {time}.</source>
        <translation>{program} har slutat, felkod {code}. Det startas igen om {time}.</translation>
    </message>
    <message>
        <source>{program} has ended. It is started again in {time}.</source>
        <translation>{program} har slutat. Det startas igen om {time}.</translation>
    </message>
    <message>
        <source>{program} can&apos;t be started. If it is not installed, install it, or use another tunnel.</source>
        <translation>{program} går inte att starta. Installera det om det saknas, eller använd en annan tunnel.</translation>
    </message>
    <message>
        <source>{program} is stopped.</source>
        <translation>{program} är stoppat.</translation>
    </message>
</context>
<context>
    <name>PublicUrlPanel</name>
    <message>
        <source>The address at which a tunnel or a server passes requests on to Kvitto. Start a tunnel below, or type the address of one that you run yourself.</source>
        <translation>Adressen där en tunnel eller en server skickar anrop vidare till Kvitto. Starta en tunnel nedan, eller skriv adressen till en som du kör själv.</translation>
    </message>
    <message>
        <source>Connected: the SMS service is given this address.</source>
        <translation>Ansluten: det är den här adressen SMS-tjänsten får.</translation>
    </message>
    <message>
        <source>That is an address of this network: the SMS service can&apos;t reach it.</source>
        <translation>Adressen hör till det här nätverket: SMS-tjänsten når den inte utifrån.</translation>
    </message>
    <message>
        <source>Without https, everybody on the way can read phone numbers.</source>
        <translation>Utan https kan alla på vägen läsa telefonnumren.</translation>
    </message>
    <message>
        <source>Another address gets a key of its own; earlier ones stay valid.</source>
        <translation>En annan adress får en egen nyckel; de tidigare fortsätter att gälla.</translation>
    </message>
    <message>
        <source>A tunnel</source>
        <translation>En tunnel</translation>
    </message>
    <message>
        <source>{program} was found, but it leads to another port.</source>
        <translation>{program} hittades, men leder till en annan port.</translation>
    </message>
    <message>
        <source>{program} was found, but it is not connected.</source>
        <translation>{program} hittades, men är inte anslutet.</translation>
    </message>
    <message>
        <source>{program} was found. Connect to its address, and it is tested at once.</source>
        <translation>{program} hittades. Anslut till dess adress, så testas den genast.</translation>
    </message>
    <message>
        <source>Public address</source>
        <translation>Publik adress</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Anslut</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>Koppla från</translation>
    </message>
    <message>
        <source>Receive from this computer only</source>
        <translation>Ta bara emot från den här datorn</translation>
    </message>
</context>
<context>
    <name>PurgeAnnouncement</name>
    <message>
        <source>On {time} Kvitto will delete for the first time what is older than {days}: {messages} of {batches}. To keep them, choose so before then under Settings, Storage.</source>
        <translation>{time} rensar Kvitto för första gången det som är äldre än {days}: {messages} i {batches}. Vill du behålla dem, välj det före dess under Inställningar, Lagring.</translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n dag</numerusform>
            <numerusform>%n dagar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln meddelande</numerusform>
            <numerusform>%Ln meddelanden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es)</source>
        <translation>
            <numerusform>%Ln utskick</numerusform>
            <numerusform>%Ln utskick</numerusform>
        </translation>
    </message>
    <message>
        <source>Show the settings</source>
        <translation>Visa inställningarna</translation>
    </message>
</context>
<context>
    <name>QuarantineWindow</name>
    <message>
        <source>What was refused</source>
        <translation>Nekade anrop</translation>
    </message>
    <message>
        <source>Nothing was refused.</source>
        <translation>Inget har nekats.</translation>
    </message>
</context>
<context>
    <name>Questions</name>
    <message>
        <source>iP.1 has confirmed every batch since its last report.</source>
        <translation>iP.1 har bekräftat alla utskick efter deras senaste rapport.</translation>
    </message>
</context>
<context>
    <name>ReachWarning</name>
    <message>
        <source>The address that you copied works on this computer only: the SMS service can&apos;t reach it, and what it reports there is lost.</source>
        <translation>Adressen som du kopierade fungerar bara på den här datorn: SMS-tjänsten når den inte, och det som rapporteras dit går förlorat.</translation>
    </message>
    <message>
        <source>Connect…</source>
        <translation>Anslut…</translation>
    </message>
</context>
<context>
    <name>ReachabilityDialog</name>
    <message>
        <source>{title} ({count})</source>
        <translation>{title} ({count})</translation>
    </message>
    <message>
        <source>New key?</source>
        <translation>Ny nyckel?</translation>
    </message>
    <message>
        <source>Make a new key for the callback URL?</source>
        <translation>Skapa en ny nyckel för rapportadressen?</translation>
    </message>
    <message>
        <source>Batches that are sent from now on need the new callback URL. The old one stays valid as long as a report may come by it, and then ends by itself.</source>
        <translation>Utskick som sänds från och med nu behöver den nya rapportadressen. Den gamla gäller så länge en rapport kan komma med den, och upphör sedan av sig själv.</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>Ny nyckel</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Avbryt</translation>
    </message>
    <message>
        <source>Callback URL</source>
        <translation>Rapportadress</translation>
    </message>
    <message>
        <source>Public address</source>
        <translation>Publik adress</translation>
    </message>
    <message>
        <source>Tunnel</source>
        <translation>Tunnel</translation>
    </message>
    <message>
        <source>New key…</source>
        <translation>Ny nyckel…</translation>
    </message>
    <message>
        <source>Makes a new callback URL. The old one stays valid as long as a report may come by it, and then ends by itself.</source>
        <translation>Gör en ny rapportadress. Den gamla gäller så länge en rapport kan komma den vägen och avslutas sedan av sig själv.</translation>
    </message>
    <message>
        <source>Keep this computer awake while reports are waited for</source>
        <translation>Håll datorn vaken medan rapporter väntas</translation>
    </message>
</context>
<context>
    <name>Receipt</name>
    <message>
        <source>Cost</source>
        <translation>Kostnad</translation>
    </message>
    <message>
        <source>Is it complete?</source>
        <translation>Är allt med?</translation>
    </message>
    <message>
        <source>Delay of reports</source>
        <translation>Rapporternas fördröjning</translation>
    </message>
    <message>
        <source>No message has been seen.</source>
        <translation>Inget meddelande har synts till.</translation>
    </message>
    <message>
        <source>All {whole} arrived.</source>
        <translation>Alla {whole} kom fram.</translation>
    </message>
    <message>
        <source>{delivered} of {whole} arrived.</source>
        <translation>{delivered} av {whole} kom fram.</translation>
    </message>
    <message>
        <source>{count} did not.</source>
        <translation>{count} gjorde det inte.</translation>
    </message>
    <message>
        <source>{count} cancelled.</source>
        <translation>{count} avbröts.</translation>
    </message>
    <message>
        <source>Of {count} it is not known.</source>
        <translation>Om {count} vet vi inte.</translation>
    </message>
    <message>
        <source>{count} to go.</source>
        <translation>{count} återstår.</translation>
    </message>
    <message>
        <source>Finished {time}.</source>
        <translation>Klart {time}.</translation>
    </message>
    <message>
        <source>Last report {time}.</source>
        <translation>Senaste rapport {time}.</translation>
    </message>
    <message>
        <source>No more is heard of {count}: ask iP.1 about the batch.</source>
        <translation>Om {count} hörs inget mer: fråga iP.1 om utskicket.</translation>
    </message>
    <message>
        <source>{seen} of the {there} that iP.1 has.</source>
        <translation>{seen} av de {there} som iP.1 har.</translation>
    </message>
    <message>
        <source>{seen} of the {there} that iP.1 has; you expected {expected}.</source>
        <translation>{seen} av de {there} som iP.1 har; du väntade {expected}.</translation>
    </message>
    <message>
        <source>Seen {seen}. How many were sent is not known.</source>
        <translation>Sett {seen}. Hur många som skickades är inte känt.</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Totalt</translation>
    </message>
    <message>
        <source>Per delivered message</source>
        <translation>Per levererat meddelande</translation>
    </message>
    <message>
        <source>For what did not arrive</source>
        <translation>För det som inte kom fram</translation>
    </message>
    <message>
        <source>Paid back</source>
        <translation>Återbetalt</translation>
    </message>
    <message>
        <source>SMS parts</source>
        <translation>SMS-delar</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Meddelanden</translation>
    </message>
    <message>
        <source>By iP.1&apos;s books</source>
        <translation>Enligt iP.1</translation>
    </message>
    <message>
        <source>none met</source>
        <translation>inga</translation>
    </message>
    <message>
        <source>Interruptions</source>
        <translation>Avbrott</translation>
    </message>
    <message>
        <source>First report</source>
        <translation>Första rapport</translation>
    </message>
    <message>
        <source>Last report</source>
        <translation>Senaste rapport</translation>
    </message>
    <message>
        <source>none has come</source>
        <translation>ingen har kommit</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>Rapporter</translation>
    </message>
    <message>
        <source>Delayed</source>
        <translation>Försenade</translation>
    </message>
    <message>
        <source>What did not arrive</source>
        <translation>Det som inte kom fram</translation>
    </message>
    <message>
        <source>Batch {id}</source>
        <translation>Utskick {id}</translation>
    </message>
    <message>
        <source>As of {time} · Kvitto</source>
        <translation>Läget {time} · Kvitto</translation>
    </message>
</context>
<context>
    <name>ReceiptActions</name>
    <message>
        <source>Those who did not get it ({count})…</source>
        <translation>De som inte fick det ({count})…</translation>
    </message>
    <message>
        <source>The receipt is on the clipboard.</source>
        <translation>Kvittot är kopierat.</translation>
    </message>
    <message>
        <source>This computer can&apos;t print. Save the receipt as PDF instead.</source>
        <translation>Den här datorn kan inte skriva ut. Spara kvittot som PDF i stället.</translation>
    </message>
    <message>
        <source>Save the receipt</source>
        <translation>Spara kvittot</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>{folder} is where Kvitto keeps what it receives: nothing else is written there. Choose another folder.</source>
        <translation>I {folder} förvarar Kvitto det som tas emot: inget annat skrivs där. Välj en annan mapp.</translation>
    </message>
    <message>
        <source>The receipt could not be saved as {file}: {reason}. Choose another name or folder.</source>
        <translation>Kvittot kunde inte sparas som {file}: {reason}. Välj ett annat namn eller en annan mapp.</translation>
    </message>
    <message>
        <source>The receipt is saved as {file}.</source>
        <translation>Kvittot är sparat som {file}.</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>Skriv ut…</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>Spara som PDF…</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>Kopiera som text</translation>
    </message>
</context>
<context>
    <name>ReceivingPage</name>
    <message>
        <source>Receiving</source>
        <translation>Mottagning</translation>
    </message>
    <message>
        <source>Receiving on {host}, port {port}.</source>
        <translation>Tar emot på {host}, port {port}.</translation>
    </message>
    <message>
        <source>This computer shows what others receive.</source>
        <translation>Den här datorn visar vad andra tar emot.</translation>
    </message>
    <message>
        <source>Not receiving.</source>
        <translation>Tar inte emot.</translation>
    </message>
    <message>
        <source>Starting …</source>
        <translation>Startar …</translation>
    </message>
    <message>
        <source>Otherwise it is used from the next start on. The old address is kept until the new one works.</source>
        <translation>Annars används den från nästa start. Den gamla adressen behålls tills den nya fungerar.</translation>
    </message>
    <message>
        <source>This is the address in use.</source>
        <translation>Den här adressen används nu.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adress</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Värd</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>This is neither an IP address nor a name.</source>
        <translation>Det här är varken en IP-adress eller ett namn.</translation>
    </message>
    <message>
        <source>127.0.0.1 is this computer only: right with a tunnel. 0.0.0.0 is every network that this computer is in.</source>
        <translation>127.0.0.1 är bara den här datorn: rätt med en tunnel. 0.0.0.0 är alla nätverk som datorn är ansluten till.</translation>
    </message>
    <message>
        <source>0 takes any free port at each start.</source>
        <translation>0 tar en ledig port vid varje start.</translation>
    </message>
    <message>
        <source>Use it now</source>
        <translation>Använd den nu</translation>
    </message>
    <message>
        <source>Callback URL</source>
        <translation>Rapportadress</translation>
    </message>
</context>
<context>
    <name>RefusedItem</name>
    <message>
        <source>{kind} ({count})</source>
        <translation>{kind} ({count})</translation>
    </message>
    <message numerus="yes">
        <source>%Ln request(s) came with your key and were refused:</source>
        <translation>
            <numerusform>%Ln anrop kom med din nyckel och nekades:</numerusform>
            <numerusform>%Ln anrop kom med din nyckel och nekades:</numerusform>
        </translation>
    </message>
    <message>
        <source>iP.1 may have deleted some of these since {time}.</source>
        <translation>iP.1 kan ha raderat en del av dem från {time}.</translation>
    </message>
    <message>
        <source>If iP.1 still tries them, it gives them up at {time}.</source>
        <translation>Om iP.1 fortfarande försöker med dem ges de upp {time}.</translation>
    </message>
    <message>
        <source>It gives the others up at {time}.</source>
        <translation>Övriga ger iP.1 upp {time}.</translation>
    </message>
    <message>
        <source>iP.1 gives these up at {time}.</source>
        <translation>iP.1 ger upp dem {time}.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln request(s) refused</source>
        <translation>
            <numerusform>%Ln anrop nekades</numerusform>
            <numerusform>%Ln anrop nekades</numerusform>
        </translation>
    </message>
    <message>
        <source>Show what was refused</source>
        <translation>Visa vad som nekades</translation>
    </message>
</context>
<context>
    <name>RejectionActions</name>
    <message>
        <source>Chosen: {count}</source>
        <translation>Valda: {count}</translation>
    </message>
    <message>
        <source>Chosen: the whole group, {count}</source>
        <translation>Valda: hela gruppen, {count}</translation>
    </message>
    <message>
        <source>Read again: {stored} stored as reports, {known} had come already, {refused} stay here.</source>
        <translation>Lästa på nytt: {stored} sparade som rapporter, {known} fanns redan, {refused} blir kvar här.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Ta bort</translation>
    </message>
    <message>
        <source>Delete what is chosen ({count})?</source>
        <translation>Ta bort det som är valt ({count})?</translation>
    </message>
    <message>
        <source>The bytes are gone then. What the SMS service still tries again comes back, as a report or here.</source>
        <translation>Innehållet försvinner då. Det som SMS-tjänsten fortfarande skickar igen kommer tillbaka, som rapport eller hit.</translation>
    </message>
    <message>
        <source>&amp;Read again</source>
        <translation>&amp;Läs på nytt</translation>
    </message>
    <message>
        <source>Read what is chosen by today&apos;s rules, and store what is a report now</source>
        <translation>Läs det valda med dagens regler och spara det som nu är en rapport</translation>
    </message>
    <message>
        <source>&amp;Delete…</source>
        <translation>&amp;Ta bort…</translation>
    </message>
    <message>
        <source>&amp;Export all…</source>
        <translation>&amp;Exportera alla…</translation>
    </message>
</context>
<context>
    <name>RejectionList</name>
    <message>
        <source>Kinds and reasons</source>
        <translation>Typer och orsaker</translation>
    </message>
    <message>
        <source>Refused requests</source>
        <translation>Nekade anrop</translation>
    </message>
</context>
<context>
    <name>Rejections</name>
    <message>
        <source>Not JSON</source>
        <translation>Inte JSON</translation>
    </message>
    <message>
        <source>JSON, but not a report</source>
        <translation>JSON, men ingen rapport</translation>
    </message>
    <message>
        <source>Incoming SMS</source>
        <translation>Inkommande SMS</translation>
    </message>
    <message>
        <source>Report about an e-mail</source>
        <translation>Rapport om e-post</translation>
    </message>
    <message>
        <source>Too large</source>
        <translation>För stort</translation>
    </message>
    <message>
        <source>Cut off</source>
        <translation>Avbrutet</translation>
    </message>
    <message>
        <source>Not HTTP</source>
        <translation>Inte HTTP</translation>
    </message>
    <message>
        <source>Your URL, with something too much</source>
        <translation>Din adress, med något för mycket</translation>
    </message>
    <message>
        <source>Could not be read from iP.1&apos;s books</source>
        <translation>Gick inte att läsa i iP.1:s uppgifter</translation>
    </message>
    <message>
        <source>an object</source>
        <translation>ett objekt</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>en lista</translation>
    </message>
    <message>
        <source>a text</source>
        <translation>en text</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>sant eller falskt</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>ett tal</translation>
    </message>
    <message>
        <source>null</source>
        <translation>null</translation>
    </message>
    <message>
        <source>The body is empty.</source>
        <translation>Innehållet är tomt.</translation>
    </message>
    <message>
        <source>The body is empty, and a tunnel or a proxy has passed the request on: it has dropped the body.</source>
        <translation>Anropet är tomt, och en tunnel eller proxy har skickat det vidare: den har tappat innehållet.</translation>
    </message>
    <message>
        <source>The body is not text in UTF-8.</source>
        <translation>Innehållet är inte text i UTF-8.</translation>
    </message>
    <message>
        <source>The body is not JSON.</source>
        <translation>Innehållet är inte JSON.</translation>
    </message>
    <message>
        <source>The connection ended before the body was complete.</source>
        <translation>Anslutningen bröts innan hela innehållet hade kommit.</translation>
    </message>
    <message>
        <source>The body is larger than {count} KiB, far more than a report needs.</source>
        <translation>Innehållet är större än {count} KiB, långt mer än en rapport behöver.</translation>
    </message>
    <message>
        <source>The body is too large for a report once it is decompressed.</source>
        <translation>Innehållet är för stort för en rapport när det packats upp.</translation>
    </message>
    <message>
        <source>The JSON is nested too deeply to be a report.</source>
        <translation>JSON-innehållet har för många nivåer för att vara en rapport.</translation>
    </message>
    <message>
        <source>The JSON is {kind}, not an object with the report&apos;s fields.</source>
        <translation>JSON-innehållet är {kind}, inte ett objekt med rapportens fält.</translation>
    </message>
    <message>
        <source>This is an incoming SMS, not a delivery report: the URL for incoming messages points here by mistake.</source>
        <translation>Det här är ett inkommande SMS, inte en leveransrapport: adressen för inkommande meddelanden pekar hit av misstag.</translation>
    </message>
    <message>
        <source>This is a report about an e-mail, not about an SMS.</source>
        <translation>Det här är en rapport om ett e-postmeddelande, inte om ett SMS.</translation>
    </message>
    <message>
        <source>The field {name} is missing.</source>
        <translation>Fältet {name} saknas.</translation>
    </message>
    <message>
        <source>The field {name} is {kind}, not a text.</source>
        <translation>Fältet {name} är {kind}, inte en text.</translation>
    </message>
    <message>
        <source>The field {name} is longer than {count} characters.</source>
        <translation>Fältet {name} är längre än {count} tecken.</translation>
    </message>
    <message>
        <source>The field {name} holds characters that no id has.</source>
        <translation>Fältet {name} har tecken som inte förekommer i id:n.</translation>
    </message>
    <message>
        <source>The field {name} is a text that is not a number.</source>
        <translation>Fältet {name} är en text som inte är ett tal.</translation>
    </message>
    <message>
        <source>The field {name} is {kind}, not a number.</source>
        <translation>Fältet {name} är {kind}, inte ett tal.</translation>
    </message>
    <message>
        <source>The field {name} is not a finite number.</source>
        <translation>Fältet {name} är inte ett ändligt tal.</translation>
    </message>
    <message>
        <source>The field {name} is not a whole number.</source>
        <translation>Fältet {name} är inte ett heltal.</translation>
    </message>
    <message>
        <source>The field {name} is out of bounds.</source>
        <translation>Fältet {name} är utanför tillåtna gränser.</translation>
    </message>
    <message>
        <source>The field {name} can&apos;t be read.</source>
        <translation>Fältet {name} går inte att läsa.</translation>
    </message>
    <message>
        <source>The body has a Content-Encoding other than gzip or deflate.</source>
        <translation>Innehållet har en annan Content-Encoding än gzip eller deflate.</translation>
    </message>
    <message>
        <source>The body is not whole, or not in {name}.</source>
        <translation>Innehållet är inte komplett, eller inte i {name}.</translation>
    </message>
    <message>
        <source>The body is cut into chunks in a way that is not HTTP.</source>
        <translation>Innehållet är uppdelat på ett sätt som inte följer HTTP.</translation>
    </message>
    <message>
        <source>The Content-Length is too small: {count} more bytes followed. Whoever sends this must count the bytes of the body.</source>
        <translation>Content-Length är för litet: {count} byte till följde efter. Den som skickar måste räkna innehållets byte.</translation>
    </message>
    <message>
        <source>The Content-Length counts characters, not bytes: {count} more bytes followed. Whoever sends this must count the bytes of the body.</source>
        <translation>Content-Length räknar tecken i stället för byte: {count} byte till följde efter. Den som skickar måste räkna innehållets byte.</translation>
    </message>
    <message>
        <source>The connection ended before the request was complete.</source>
        <translation>Anslutningen bröts innan hela anropet hade kommit.</translation>
    </message>
    <message>
        <source>What came is not HTTP.</source>
        <translation>Det som kom är inte HTTP.</translation>
    </message>
    <message>
        <source>This is your URL, with “{extra}” too much at its key.</source>
        <translation>Det är din adress, med ”{extra}” för mycket vid nyckeln.</translation>
    </message>
    <message>
        <source>This is a message of another batch than the one asked about.</source>
        <translation>Det här meddelandet hör till ett annat utskick än det som frågan gällde.</translation>
    </message>
    <message>
        <source>This is not a message that was sent.</source>
        <translation>Det här är inte ett meddelande som har skickats.</translation>
    </message>
</context>
<context>
    <name>RepeatsLine</name>
    <message>
        <source>Where a family shares a phone, that is right.</source>
        <translation>Delar en familj på en telefon är det rätt.</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) went to numbers with a zero behind the country code, as in 46 0 70: these will fail.</source>
        <translation>
            <numerusform>%Ln meddelande gick till ett nummer med en nolla efter landsnumret, som i 46 0 70: det kommer inte fram.</numerusform>
            <numerusform>%Ln meddelanden gick till nummer med en nolla efter landsnumret, som i 46 0 70: de kommer inte fram.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n number(s) are in this batch twice</source>
        <translation>
            <numerusform>%Ln nummer finns två gånger i utskicket</numerusform>
            <numerusform>%Ln nummer finns två gånger i utskicket</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n number(s) are in this batch twice or more</source>
        <translation>
            <numerusform>%Ln nummer finns två gånger eller fler i utskicket</numerusform>
            <numerusform>%Ln nummer finns två gånger eller fler i utskicket</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%Ln meddelande</numerusform>
            <numerusform>%Ln meddelanden</numerusform>
        </translation>
    </message>
    <message>
        <source>{cost} of it needless</source>
        <translation>varav {cost} i onödan</translation>
    </message>
    <message>
        <source>Show these numbers</source>
        <translation>Visa numren</translation>
    </message>
    <message>
        <source>Say no more</source>
        <translation>Säg inte mer</translation>
    </message>
    <message>
        <source>Of this batch, unless it gets more of them</source>
        <translation>Om utskicket, om det inte får fler</translation>
    </message>
</context>
<context>
    <name>RepeatsWindow</name>
    <message>
        <source>twice-in-a-batch</source>
        <translation>dubbletter</translation>
    </message>
    <message>
        <source>Numbers that are in the batch twice</source>
        <translation>Nummer som finns två gånger i utskicket</translation>
    </message>
    <message>
        <source>{name}: by number. A double click shows all messages to one.</source>
        <translation>{name}: efter nummer. Ett dubbelklick visar alla meddelanden till ett av dem.</translation>
    </message>
</context>
<context>
    <name>ReportsModel</name>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>When</source>
        <translation>När</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Efter</translation>
    </message>
    <message>
        <source>Arrived</source>
        <translation>Kom</translation>
    </message>
    <message>
        <source>Lag</source>
        <translation>Fördröjning</translation>
    </message>
    <message>
        <source>Delayed by</source>
        <translation>Orsak</translation>
    </message>
    <message>
        <source>Repeated</source>
        <translation>Upprepad</translation>
    </message>
    <message>
        <source>Not read</source>
        <translation>Gick inte att läsa</translation>
    </message>
    <message>
        <source>The SMS service&apos;s name</source>
        <translation>SMS-tjänstens namn</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>Betydelse</translation>
    </message>
    <message>
        <source>Came by</source>
        <translation>Kom via</translation>
    </message>
</context>
<context>
    <name>Restarting</name>
    <message>
        <source>Reports are received as before, on {host}, port {port}.</source>
        <translation>Rapporter tas emot som förut, på {host}, port {port}.</translation>
    </message>
</context>
<context>
    <name>RestorationBanners</name>
    <message>
        <source>A backup was restored here that was made at {begin}, while Kvitto was receiving. What was received later is on the computer that it was made on, and the SMS service does not send it again. Make a new backup there, quit Kvitto here, and add it: kvitto merge FILE.</source>
        <translation>Här återställdes en säkerhetskopia som gjordes {begin}, medan Kvitto tog emot. Det som togs emot senare finns på datorn där den gjordes, och SMS-tjänsten skickar det inte igen. Gör en ny säkerhetskopia där, avsluta Kvitto här och lägg till den: kvitto merge FIL.</translation>
    </message>
    <message>
        <source>A backup was restored. Reports that were received from {begin} to {end} may be missing here: they are in {file}, as far as that can be read, and the SMS service does not send them again. Quit Kvitto, save what can be read with kvitto salvage, and add that with kvitto merge.</source>
        <translation>En säkerhetskopia återställdes. Rapporter som togs emot från {begin} till {end} kan saknas här: de finns i {file}, så långt den går att läsa, och SMS-tjänsten skickar dem inte igen. Avsluta Kvitto, rädda det som går att läsa med kvitto salvage, och lägg till det med kvitto merge.</translation>
    </message>
    <message numerus="yes">
        <source>A backup was restored. %Ln report(s) received from {begin} to {end} are not here but in {file}, and the SMS service does not send them again. To add them, quit Kvitto, and run kvitto merge with that file.</source>
        <translation>
            <numerusform>En säkerhetskopia återställdes. %Ln rapport som togs emot mellan {begin} och {end} finns inte här utan i {file}, och SMS-tjänsten skickar den inte igen. Avsluta Kvitto och kör kvitto merge med den filen för att lägga till den.</numerusform>
            <numerusform>En säkerhetskopia återställdes. %Ln rapporter som togs emot mellan {begin} och {end} finns inte här utan i {file}, och SMS-tjänsten skickar dem inte igen. Avsluta Kvitto och kör kvitto merge med den filen för att lägga till dem.</numerusform>
        </translation>
    </message>
    <message>
        <source>What the restore left out is off the list.</source>
        <translation>Det som återställningen lämnade är borta från listan.</translation>
    </message>
</context>
<context>
    <name>RestoreAction</name>
    <message>
        <source>The reports are on the server at {place}. Whoever looks after it restores them there, from what pg_dump has written.</source>
        <translation>Rapporterna finns på servern på {place}. Den som sköter servern återställer dem där, ur det som pg_dump har skrivit.</translation>
    </message>
    <message>
        <source>Reports are received by a Kvitto that runs without this window: a service, or kvitto receive in a terminal. Stop that first, then restore.</source>
        <translation>Rapporterna tas emot av ett Kvitto som körs utan det här fönstret: en tjänst, eller kvitto receive i en terminal. Stoppa det först och återställ sedan.</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>Återställ en säkerhetskopia</translation>
    </message>
    <message>
        <source>Backup of Kvitto (*.db)</source>
        <translation>Säkerhetskopia av Kvitto (*.db)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alla filer (*)</translation>
    </message>
    <message>
        <source>{file} is one of the files that Kvitto works with, and no backup.</source>
        <translation>{file} är en av filerna som Kvitto arbetar med, och ingen säkerhetskopia.</translation>
    </message>
    <message>
        <source>It is empty.</source>
        <translation>Den är tom.</translation>
    </message>
    <message>
        <source>The last report in it came {when}.</source>
        <translation>Den sista rapporten i den kom {when}.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln report(s)</source>
        <translation>
            <numerusform>%Ln rapport</numerusform>
            <numerusform>%Ln rapporter</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es)</source>
        <translation>
            <numerusform>%Ln utskick</numerusform>
            <numerusform>%Ln utskick</numerusform>
        </translation>
    </message>
    <message>
        <source>Restore this backup?</source>
        <translation>Återställa den här säkerhetskopian?</translation>
    </message>
    <message>
        <source>{file} holds {reports} of {batches}. {until}</source>
        <translation>{file} innehåller {reports} från {batches}. {until}</translation>
    </message>
    <message>
        <source>It takes the place of everything that Kvitto has received here. That is not deleted: it is kept in a folder beside it. No reports are received meanwhile; the SMS service tries each of them again after ten minutes. Kvitto then starts again by itself.</source>
        <translation>Den ersätter allt som Kvitto har tagit emot här. Det raderas inte: det sparas i en mapp bredvid. Under tiden tas inga rapporter emot; SMS-tjänsten försöker igen med var och en av dem efter tio minuter. Kvitto startar sedan om av sig självt.</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Återställ</translation>
    </message>
    <message>
        <source>&amp;Add the reports that were received since</source>
        <translation>&amp;Lägg till rapporterna som har tagits emot sedan dess</translation>
    </message>
    <message>
        <source>They were answered, so the SMS service does not send them again. Without this, they are only in what is kept.</source>
        <translation>De besvarades, så SMS-tjänsten skickar dem inte igen. Utan detta finns de bara i det som sparas undan.</translation>
    </message>
</context>
<context>
    <name>RestoreProgress</name>
    <message>
        <source>Kvitto was ended while it restored {file}. It was not restored; everything is as it was.</source>
        <translation>Kvitto avslutades medan {file} återställdes. Den återställdes inte; allt är som det var.</translation>
    </message>
    <message>
        <source>Kvitto was ended while it restored {file}. It is restored all the same. What was there before is kept in {kept}.</source>
        <translation>Kvitto avslutades medan {file} återställdes. Den är ändå återställd. Det som fanns där förut är sparat i {kept}.</translation>
    </message>
    <message>
        <source>The backup is being restored. Kvitto then starts again by itself.</source>
        <translation>Säkerhetskopian återställs. Kvitto startar sedan om av sig självt.</translation>
    </message>
    <message>
        <source>The backup was not restored; everything is as it was. {reason}</source>
        <translation>Säkerhetskopian återställdes inte; allt är som förut. {reason}</translation>
    </message>
    <message>
        <source>{file} is restored.</source>
        <translation>{file} är återställd.</translation>
    </message>
    <message>
        <source>{file} is restored. What was there before is kept in {kept}.</source>
        <translation>{file} är återställd. Det som fanns där förut finns kvar i {kept}.</translation>
    </message>
    <message>
        <source>What was received since could not be added: {reason}</source>
        <translation>Det som har tagits emot sedan dess kunde inte läggas till: {reason}</translation>
    </message>
</context>
<context>
    <name>RetentionPanel</name>
    <message>
        <source>This can&apos;t be undone.</source>
        <translation>Det går inte att ångra.</translation>
    </message>
    <message>
        <source>Counting …</source>
        <translation>Räknar …</translation>
    </message>
    <message>
        <source>Nothing is that old now.</source>
        <translation>Inget är så gammalt just nu.</translation>
    </message>
    <message>
        <source>Delete old data now?</source>
        <translation>Rensa nu?</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Rensa</translation>
    </message>
    <message>
        <source>Deleting old data. Reports are received meanwhile.</source>
        <translation>Rensar. Rapporter tas emot som vanligt.</translation>
    </message>
    <message>
        <source>This computer&apos;s clock says {time}. That does not agree with what was received, or the clock was changed: nothing is deleted until you confirm the date.</source>
        <translation>Datorns klocka säger {time}. Det stämmer inte med det som har tagits emot, eller så har klockan ändrats: inget rensas förrän du bekräftar datumet.</translation>
    </message>
    <message numerus="yes">
        <source>Now this would delete %n refused request(s).</source>
        <translation>
            <numerusform>Just nu skulle %Ln nekat anrop rensas.</numerusform>
            <numerusform>Just nu skulle %Ln nekade anrop rensas.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es)</source>
        <translation>
            <numerusform>%Ln utskick</numerusform>
            <numerusform>%Ln utskick</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln meddelande</numerusform>
            <numerusform>%Ln meddelanden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln report(s)</source>
        <translation>
            <numerusform>%Ln rapport</numerusform>
            <numerusform>%Ln rapporter</numerusform>
        </translation>
    </message>
    <message>
        <source>Now this would delete {batches} with {messages} and {reports}. The oldest came {time}.</source>
        <translation>Just nu skulle {batches} med {messages} och {reports} rensas. Det äldsta kom {time}.</translation>
    </message>
    <message>
        <source>Deleted: {messages}.</source>
        <translation>Rensat: {messages}.</translation>
    </message>
    <message>
        <source>Kvitto then deletes old data once a day by itself.</source>
        <translation>Kvitto rensar sedan automatiskt en gång om dagen.</translation>
    </message>
    <message>
        <source>Kvitto deletes old data once a day by itself, next at {time}.</source>
        <translation>Kvitto rensar automatiskt en gång om dagen, nästa gång {time}.</translation>
    </message>
    <message>
        <source>This holds for everybody who uses this store.</source>
        <translation>Det här gäller alla som använder lagret.</translation>
    </message>
    <message>
        <source>{editor} chose it, {time}.</source>
        <translation>{editor} valde det, {time}.</translation>
    </message>
    <message>
        <source>Delete what is older than</source>
        <translation>Rensa det som är äldre än</translation>
    </message>
    <message>
        <source>Keep the sums of deleted batches</source>
        <translation>Behåll summorna för rensade utskick</translation>
    </message>
    <message>
        <source>Deleting old data</source>
        <translation>Rensar</translation>
    </message>
    <message numerus="yes">
        <source>%Ln refused request(s) as well.</source>
        <translation>
            <numerusform>Dessutom %Ln nekat anrop.</numerusform>
            <numerusform>Dessutom %Ln nekade anrop.</numerusform>
        </translation>
    </message>
    <message>
        <source>Stopped after {messages}.</source>
        <translation>Stoppad efter {messages}.</translation>
    </message>
    <message numerus="yes">
        <source>day(s)</source>
        <translation>
            <numerusform>dag</numerusform>
            <numerusform>dagar</numerusform>
        </translation>
    </message>
    <message>
        <source>Keep everything</source>
        <translation>Behåll allt</translation>
    </message>
    <message>
        <source>Counts, costs and charts stay; phone numbers, texts and single messages go. A batch goes as a whole, once its newest report is old enough and it is finished or has been silent for a month.</source>
        <translation>Antal, kostnader och diagram blir kvar; telefonnummer, texter och enskilda meddelanden försvinner. Ett utskick rensas i sin helhet när den senaste rapporten är tillräckligt gammal och utskicket är klart eller har varit tyst i en månad.</translation>
    </message>
    <message>
        <source>Delete now…</source>
        <translation>Rensa nu…</translation>
    </message>
    <message>
        <source>The date is right</source>
        <translation>Datumet stämmer</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Avbryt</translation>
    </message>
</context>
<context>
    <name>RowActions</name>
    <message>
        <source>Un&amp;archive</source>
        <translation>Hämta &amp;tillbaka</translation>
    </message>
    <message>
        <source>&amp;Archive</source>
        <translation>&amp;Arkivera</translation>
    </message>
    <message>
        <source>Copy c&amp;ell</source>
        <translation>Kopiera &amp;cell</translation>
    </message>
    <message>
        <source>&amp;Copy row</source>
        <translation>Kopiera &amp;rad</translation>
    </message>
    <message>
        <source>&amp;Copy rows</source>
        <translation>Kopiera &amp;rader</translation>
    </message>
    <message>
        <source>Copy &amp;id</source>
        <translation>Kopiera &amp;id</translation>
    </message>
    <message>
        <source>Copy &amp;ids</source>
        <translation>Kopiera &amp;id</translation>
    </message>
    <message>
        <source>De&amp;lete batches</source>
        <translation>&amp;Ta bort utskicken</translation>
    </message>
    <message>
        <source>Nothing was copied: more than {most} rows are selected, or some of them have not been read yet. Select fewer, or export them.</source>
        <translation>Inget kopierades: fler än {most} rader är markerade, eller några av dem har inte lästs in än. Markera färre, eller exportera dem.</translation>
    </message>
    <message>
        <source>&amp;Rename batch…</source>
        <translation>&amp;Byt namn på utskicket…</translation>
    </message>
    <message>
        <source>Set e&amp;xpected number…</source>
        <translation>Ange &amp;förväntat antal…</translation>
    </message>
    <message>
        <source>Those who did not &amp;get it…</source>
        <translation>De som i&amp;nte fick det…</translation>
    </message>
    <message>
        <source>Ex&amp;port this batch…</source>
        <translation>&amp;Exportera utskicket…</translation>
    </message>
    <message>
        <source>De&amp;lete batch</source>
        <translation>&amp;Ta bort utskicket</translation>
    </message>
</context>
<context>
    <name>Sampling</name>
    <message>
        <source>Nothing is received on this computer now, so there is nowhere to send it.</source>
        <translation>Inget tas emot på den här datorn just nu, så det finns ingenstans att skicka den.</translation>
    </message>
    <message>
        <source>The test report got no answer from Kvitto&apos;s own port.</source>
        <translation>Testrapporten fick inget svar från Kvittos egen port.</translation>
    </message>
    <message>
        <source>The test report was answered {status}.</source>
        <translation>Testrapporten besvarades med {status}.</translation>
    </message>
    <message>
        <source>The test report came in and was stored: it counts nowhere.</source>
        <translation>Testrapporten kom in och sparades: den räknas inte med någonstans.</translation>
    </message>
    <message>
        <source>The test report came in and was stored. It counts nowhere, and is seen with View → Show demo batches.</source>
        <translation>Testrapporten kom in och sparades. Den räknas inte med någonstans, och syns med Visa → Visa demoutskick.</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Search batch, reference, number …</source>
        <translation>Sök utskick, referens, nummer …</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Sök</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Rensa sökningen</translation>
    </message>
    <message>
        <source>Part of a batch&apos;s id or label, of a reference, of a message&apos;s id, or of a phone number</source>
        <translation>En del av ett utskicks id eller namn, en referens, ett meddelandes id eller ett telefonnummer</translation>
    </message>
</context>
<context>
    <name>SearchRow</name>
    <message>
        <source>Follow</source>
        <translation>Följ</translation>
    </message>
    <message>
        <source>Keep the newest in view</source>
        <translation>Håll det senaste synligt</translation>
    </message>
    <message>
        <source>Searching</source>
        <translation>Söker</translation>
    </message>
</context>
<context>
    <name>SessionBanner</name>
    <message>
        <source>The receiver ended unexpectedly, or does not answer. It is being started again; the SMS service tries each report again for about 90 minutes.</source>
        <translation>Mottagaren avslutades oväntat, eller svarar inte. Den startas om; SMS-tjänsten försöker igen med varje rapport i ungefär 90 minuter.</translation>
    </message>
    <message>
        <source>The receiver was stopped, and nothing is received now. The SMS service tries each report again for about 90 minutes, and then deletes it.</source>
        <translation>Mottagaren har stoppats, och inget tas emot nu. SMS-tjänsten försöker igen med varje rapport i omkring 90 minuter, och raderar den sedan.</translation>
    </message>
    <message>
        <source>Receive now</source>
        <translation>Ta emot nu</translation>
    </message>
    <message>
        <source>No computer receives reports into this store yet. The SMS service tries each report again for about 90 minutes, and then deletes it.</source>
        <translation>Ingen dator tar emot rapporter till det här lagret än. SMS-tjänsten försöker igen med varje rapport i ungefär 90 minuter, och raderar den sedan.</translation>
    </message>
    <message>
        <source>The store hears nothing of its receiver since {time}. If that runs, it keeps reports on its own disk, and passes them on later. Look at its network, and whether Kvitto runs there.</source>
        <translation>Lagret hör inget av sin mottagare sedan {time}. Om den är igång sparar den rapporter på sin egen disk, och lämnar dem vidare senare. Se över dess nätverk, och om Kvitto är igång där.</translation>
    </message>
    <message>
        <source>No computer has received reports into this store since {time}. The SMS service tries each report again for about 90 minutes, and then deletes it. Start Kvitto again on the computer that receives.</source>
        <translation>Ingen dator har tagit emot rapporter till det här lagret sedan {time}. SMS-tjänsten försöker igen med varje rapport i ungefär 90 minuter, och raderar den sedan. Starta Kvitto igen på den dator som tar emot.</translation>
    </message>
    <message>
        <source>Receive on this computer</source>
        <translation>Ta emot på den här datorn</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Försök igen</translation>
    </message>
    <message>
        <source>Use any free port</source>
        <translation>Använd en ledig port</translation>
    </message>
    <message>
        <source>The receiver ended unexpectedly and was started again. All that was answered is kept; what came meanwhile, the SMS service sends again, for about 90 minutes after its first try.</source>
        <translation>Mottagaren avslutades oväntat och har startats om. Allt som besvarades finns kvar; det som kom under tiden skickar SMS-tjänsten igen, i ungefär 90 minuter efter första försöket.</translation>
    </message>
    <message>
        <source>Require the key</source>
        <translation>Kräv nyckeln</translation>
    </message>
    <message>
        <source>Reports without the key are accepted too: anybody who finds the address can send false ones.</source>
        <translation>Även rapporter utan nyckeln tas emot: vem som helst som hittar adressen kan skicka falska.</translation>
    </message>
    <message>
        <source>Reports without the key are refused: the receiver that runs was started without --no-auth, and not by this window. End it, and start it with --no-auth.</source>
        <translation>Rapporter utan nyckeln nekas: mottagaren som körs startades utan --no-auth, och inte av det här fönstret. Avsluta den och starta den med --no-auth.</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Inställningar</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Sidor</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Stäng</translation>
    </message>
</context>
<context>
    <name>Severity</name>
    <message>
        <source>Note</source>
        <translation>Att veta</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Varning</translation>
    </message>
    <message>
        <source>Urgent</source>
        <translation>Brådskande</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Kortkommandon</translation>
    </message>
    <message>
        <source>Moving about</source>
        <translation>Så här rör du dig</translation>
    </message>
    <message>
        <source>Menu of a row</source>
        <translation>En rads meny</translation>
    </message>
    <message>
        <source>Next part of the window</source>
        <translation>Nästa del av fönstret</translation>
    </message>
    <message>
        <source>Leave the search</source>
        <translation>Lämna sökningen</translation>
    </message>
    <message>
        <source>Open or close a batch</source>
        <translation>Öppna eller stäng ett utskick</translation>
    </message>
</context>
<context>
    <name>ShownWords</name>
    <message numerus="yes">
        <source>Shown: {shown} of %Ln batch(es)</source>
        <translation>
            <numerusform>Visas: {shown} av %Ln utskick</numerusform>
            <numerusform>Visas: {shown} av %Ln utskick</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es)</source>
        <translation>
            <numerusform>%Ln utskick</numerusform>
            <numerusform>%Ln utskick</numerusform>
        </translation>
    </message>
    <message>
        <source>{batches}, {messages}</source>
        <translation>{batches}, {messages}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s)</source>
        <translation>
            <numerusform>%Ln meddelande</numerusform>
            <numerusform>%Ln meddelanden</numerusform>
        </translation>
    </message>
    <message>
        <source>{count} so far</source>
        <translation>{count} hittills</translation>
    </message>
    <message>
        <source>Nothing matches “{text}”.</source>
        <translation>Inget matchar ”{text}”.</translation>
    </message>
    <message>
        <source>Nothing matches the filters.</source>
        <translation>Inget matchar filtren.</translation>
    </message>
</context>
<context>
    <name>SourcesModel</name>
    <message>
        <source>a callback URL with a wrong key</source>
        <translation>en rapportadress med fel nyckel</translation>
    </message>
    <message>
        <source>the address without a path</source>
        <translation>adressen utan sökväg</translation>
    </message>
    <message>
        <source>another path</source>
        <translation>en annan sökväg</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Varifrån</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>okänd</translation>
    </message>
    <message>
        <source>Asked for</source>
        <translation>Sökte</translation>
    </message>
    <message>
        <source>Last time</source>
        <translation>Senast</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>Anrop</translation>
    </message>
</context>
<context>
    <name>StaleUrlModel</name>
    <message>
        <source>reachable, checked {clock}</source>
        <translation>nås, kontrollerad {clock}</translation>
    </message>
    <message>
        <source>not reachable, checked {clock}</source>
        <translation>nås inte, kontrollerad {clock}</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>inte känt</translation>
    </message>
    <message>
        <source>Address and batch</source>
        <translation>Adress och utskick</translation>
    </message>
    <message>
        <source>Leads here</source>
        <translation>Leder hit</translation>
    </message>
    <message>
        <source>Last report</source>
        <translation>Senaste rapport</translation>
    </message>
    <message>
        <source>Not finished</source>
        <translation>Ej klara</translation>
    </message>
</context>
<context>
    <name>StaleUrlPage</name>
    <message>
        <source>On an earlier address</source>
        <translation>Tidigare adress</translation>
    </message>
    <message>
        <source>No unfinished batch reports to an earlier address.</source>
        <translation>Inget utskick som inte är klart rapporterar till en tidigare adress.</translation>
    </message>
    <message>
        <source>The SMS service keeps to the address that a batch was sent with. What leads here arrives, whichever is connected. Where one is not reachable, let a tunnel lead from it to this computer again, then connect it here; a quick tunnel&apos;s address is gone for good. Reports of archived batches are not waited for.</source>
        <translation>SMS-tjänsten håller sig till den adress som utskicket sändes med. Det som leder hit kommer fram, vilken adress som än är ansluten. Nås en adress inte: låt en tunnel leda från den till den här datorn igen och anslut den sedan här; en snabbtunnels adress är borta för gott. Rapporter för arkiverade utskick väntas inte in.</translation>
    </message>
    <message>
        <source>Connect this address again</source>
        <translation>Anslut den här adressen igen</translation>
    </message>
    <message>
        <source>Archive its batches</source>
        <translation>Arkivera dess utskick</translation>
    </message>
</context>
<context>
    <name>StartupErrorDialog</name>
    <message>
        <source>Kvitto can&apos;t start</source>
        <translation>Kvitto kan inte starta</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Försök igen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detaljer</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Avsluta</translation>
    </message>
</context>
<context>
    <name>StatePanel</name>
    <message>
        <source>Testing…</source>
        <translation>Testar…</translation>
    </message>
    <message>
        <source>Test now</source>
        <translation>Testa nu</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detaljer</translation>
    </message>
    <message>
        <source>Sends a probe to the public address, and waits until it comes in here.</source>
        <translation>Skickar ett testanrop till den publika adressen och väntar tills det kommer in här.</translation>
    </message>
</context>
<context>
    <name>StatusReference</name>
    <message>
        <source>Status legend</source>
        <translation>Statusförklaring</translation>
    </message>
    <message>
        <source>The SMS service&apos;s codes. It may add more: an unknown code is shown with its number and counts as the rest of its group.</source>
        <translation>SMS-tjänstens koder. Det kan komma fler: en okänd kod visas med sitt nummer och räknas som resten av sin grupp.</translation>
    </message>
    <message>
        <source>Status codes</source>
        <translation>Statuskoder</translation>
    </message>
</context>
<context>
    <name>StatusReferenceModel</name>
    <message>
        <source>{group}xx, the last</source>
        <translation>{group}xx, den sista</translation>
    </message>
    <message>
        <source>{group}xx, not the last</source>
        <translation>{group}xx, inte den sista</translation>
    </message>
    <message>
        <source>any other</source>
        <translation>alla andra</translation>
    </message>
    <message>
        <source>other {group}xx</source>
        <translation>övriga {group}xx</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Kod</translation>
    </message>
    <message>
        <source>Shown as</source>
        <translation>Visas som</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Resultat</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Grupp</translation>
    </message>
    <message>
        <source>The SMS service&apos;s name</source>
        <translation>SMS-tjänstens namn</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>Betydelse</translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message>
        <source>Copied</source>
        <translation>Kopierat</translation>
    </message>
    <message>
        <source>as it was at {time}</source>
        <translation>som det var {time}</translation>
    </message>
    <message>
        <source>today {reports}</source>
        <translation>i dag {reports}</translation>
    </message>
    <message>
        <source>last {ago}</source>
        <translation>senast {ago}</translation>
    </message>
    <message>
        <source>nothing received yet</source>
        <translation>inget mottaget än</translation>
    </message>
    <message>
        <source>Show the callback URL: the public address, its test, and the impact of interruptions</source>
        <translation>Visa rapportadressen: den publika adressen, dess test och vad avbrott får för följder</translation>
    </message>
    <message>
        <source>This address works on this computer only: the SMS service can&apos;t reach it</source>
        <translation>Adressen fungerar bara på den här datorn: SMS-tjänsten når den inte</translation>
    </message>
    <message>
        <source>Copy the callback URL for the SMS service</source>
        <translation>Kopiera rapportadressen till SMS-tjänsten</translation>
    </message>
    <message>
        <source>Callback URL</source>
        <translation>Rapportadress</translation>
    </message>
    <message>
        <source>{rate}/min</source>
        <translation>{rate}/min</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopiera</translation>
    </message>
</context>
<context>
    <name>StatusSummary</name>
    <message>
        <source>{url} can&apos;t be used. {why}</source>
        <translation>{url} går inte att använda. {why}</translation>
    </message>
    <message>
        <source>Programs on this computer can post reports. The SMS service can&apos;t: no public address is connected. Start a tunnel below, or type the address of one that you run.</source>
        <translation>Program på den här datorn kan skicka rapporter hit. SMS-tjänsten kan det inte: ingen publik adress är ansluten. Starta en tunnel nedan, eller skriv adressen till en som du kör.</translation>
    </message>
    <message>
        <source>{host} leads here, but only from this network: it has no address of the internet, so the SMS service can&apos;t reach it. Start a tunnel below, or give the address of a server that can be reached from outside.</source>
        <translation>{host} leder hit, men bara inifrån det här nätverket: den har ingen adress på internet, så SMS-tjänsten når den inte. Starta en tunnel här nedanför, eller ange adressen till en server som går att nå utifrån.</translation>
    </message>
    <message>
        <source>{host} led here when it was checked last. Whether it still does is not known.</source>
        <translation>{host} ledde hit vid den senaste kontrollen. Om den fortfarande gör det är inte känt.</translation>
    </message>
    <message>
        <source>Whether {host} leads here is not known yet.</source>
        <translation>Om {host} leder hit vet Kvitto inte än.</translation>
    </message>
    <message>
        <source>What is posted to {host} comes in here.</source>
        <translation>Det som skickas till {host} kommer in här.</translation>
    </message>
    <message>
        <source>Tested {ago}, in {time}.</source>
        <translation>Testat {ago}, på {time}.</translation>
    </message>
    <message>
        <source>A report came in {ago}.</source>
        <translation>En rapport kom in {ago}.</translation>
    </message>
    <message>
        <source>It led here last at {time}.</source>
        <translation>Senast ledde den hit {time}.</translation>
    </message>
    <message>
        <source>The next test is in {time}.</source>
        <translation>Nästa test om {time}.</translation>
    </message>
    <message>
        <source>{count} ms</source>
        <translation>{count} ms</translation>
    </message>
</context>
<context>
    <name>StatusText</name>
    <message>
        <source>Starting</source>
        <translation>Startar</translation>
    </message>
    <message>
        <source>Not receiving</source>
        <translation>Tar inte emot</translation>
    </message>
    <message>
        <source>Turning reports away</source>
        <translation>Avvisar rapporter</translation>
    </message>
    <message>
        <source>{receiving} · checked {ago}</source>
        <translation>{receiving} · kontrollerat {ago}</translation>
    </message>
    <message>
        <source>Reachable in this network only</source>
        <translation>Nås bara i det här nätverket</translation>
    </message>
    <message>
        <source>{receiving} · not connected</source>
        <translation>{receiving} · inte ansluten</translation>
    </message>
    <message>
        <source>Not reachable from the internet</source>
        <translation>Nås inte från internet</translation>
    </message>
    <message>
        <source>Not reachable · {failure}</source>
        <translation>Nås inte · {failure}</translation>
    </message>
    <message>
        <source>Not known · {failure}</source>
        <translation>Inte känt · {failure}</translation>
    </message>
    <message>
        <source>Testing…</source>
        <translation>Testar…</translation>
    </message>
    <message>
        <source>Not checked yet</source>
        <translation>Inte kontrollerat än</translation>
    </message>
    <message>
        <source>Not checked since {time}</source>
        <translation>Inte kontrollerat sedan {time}</translation>
    </message>
    <message>
        <source>Not known since {time}</source>
        <translation>Inte känt sedan {time}</translation>
    </message>
    <message>
        <source>Not known yet</source>
        <translation>Inte känt än</translation>
    </message>
    <message>
        <source>Received nowhere</source>
        <translation>Tas inte emot någonstans</translation>
    </message>
    <message>
        <source>Receiver not heard of since {time}</source>
        <translation>Mottagaren hörs inte av sedan {time}</translation>
    </message>
    <message>
        <source>Received nowhere since {time}</source>
        <translation>Tas inte emot någonstans sedan {time}</translation>
    </message>
    <message>
        <source>Received elsewhere · seen {ago}</source>
        <translation>Tas emot på annan dator · sedd {ago}</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>nyss</translation>
    </message>
    <message>
        <source>Receiving</source>
        <translation>Tar emot</translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source>Storage</source>
        <translation>Lagring</translation>
    </message>
    <message>
        <source>{reports} in {batches}</source>
        <translation>{reports} i {batches}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln report(s)</source>
        <translation>
            <numerusform>%Ln rapport</numerusform>
            <numerusform>%Ln rapporter</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es)</source>
        <translation>
            <numerusform>%Ln utskick</numerusform>
            <numerusform>%Ln utskick</numerusform>
        </translation>
    </message>
    <message>
        <source>This desktop can&apos;t open folders. The path is {folder}.</source>
        <translation>Det går inte att öppna mappar härifrån. Sökvägen är {folder}.</translation>
    </message>
    <message>
        <source>Where data is kept</source>
        <translation>Var data förvaras</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>Datamapp</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Sökväg</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öppna</translation>
    </message>
    <message>
        <source>Open the folder in the file manager</source>
        <translation>Öppna mappen i filhanteraren</translation>
    </message>
    <message>
        <source>Size on disk</source>
        <translation>Storlek på disken</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>Innehåll</translation>
    </message>
    <message>
        <source>Another folder is chosen when Kvitto is started, with --data-dir.</source>
        <translation>En annan mapp väljs när Kvitto startas, med --data-dir.</translation>
    </message>
    <message>
        <source>How long reports are kept</source>
        <translation>Hur länge rapporter sparas</translation>
    </message>
</context>
<context>
    <name>StorePlacePanel</name>
    <message>
        <source>Testing …</source>
        <translation>Testar …</translation>
    </message>
    <message>
        <source>It works: {reports} in {batches} there.</source>
        <translation>Det fungerar: {reports} i {batches} finns där.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln report(s)</source>
        <translation>
            <numerusform>%Ln rapport</numerusform>
            <numerusform>%Ln rapporter</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln batch(es)</source>
        <translation>
            <numerusform>%Ln utskick</numerusform>
            <numerusform>%Ln utskick</numerusform>
        </translation>
    </message>
    <message>
        <source>What is kept on this computer stays here, and is not shown after the switch. Batches that are under way report to this computer: switch once they are finished.</source>
        <translation>Det som förvaras på den här datorn ligger kvar här, och visas inte efter bytet. Utskick som pågår rapporterar till den här datorn: byt när de är klara.</translation>
    </message>
    <message>
        <source>No server answers at {place}, or its certificate is not valid. Look at the address and the network.</source>
        <translation>Ingen server svarar på {place}, eller så är dess certifikat inte giltigt. Kontrollera adressen och nätverket.</translation>
    </message>
    <message>
        <source>The server refuses {place}: the user&apos;s name or password is wrong, or the user may not use that database.</source>
        <translation>Servern nekar {place}: användarens namn eller lösenord är fel, eller så får användaren inte använda den databasen.</translation>
    </message>
    <message>
        <source>On a server, named when Kvitto was started: {place}</source>
        <translation>På en server, som angavs när Kvitto startades: {place}</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>På den här datorn</translation>
    </message>
    <message>
        <source>On a server, for several workstations</source>
        <translation>På en server, för flera arbetsplatser</translation>
    </message>
    <message>
        <source>A PostgreSQL server with a store that was made by kvitto store create. The connection is encrypted, and the server&apos;s certificate checked, unless the server is this computer.</source>
        <translation>En PostgreSQL-server med ett lager som gjorts med kvitto store create. Förbindelsen är krypterad och serverns certifikat kontrolleras, om servern inte är den här datorn.</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adress</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Användare</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Lösenord</translation>
    </message>
    <message>
        <source>Kept in this computer&apos;s keyring</source>
        <translation>Förvaras i den här datorns nyckelring</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Testa</translation>
    </message>
    <message>
        <source>Switch</source>
        <translation>Byt</translation>
    </message>
    <message>
        <source>Receive reports on this computer, too</source>
        <translation>Ta emot rapporter på den här datorn också</translation>
    </message>
    <message>
        <source>Off, this computer only shows what others receive. One that sleeps, or is carried away, should not be the one that receives.</source>
        <translation>Av: den här datorn visar bara vad andra tar emot. En dator som går i viloläge, eller tas med hem, bör inte vara den som tar emot.</translation>
    </message>
</context>
<context>
    <name>StoreTrouble</name>
    <message>
        <source>The store at {place} has been gone since {time}: it was deleted or moved there. {shown} Ask whoever looks after the server.</source>
        <translation>Lagret på {place} är borta sedan {time}: det har tagits bort eller flyttats där. {shown} Fråga den som sköter servern.</translation>
    </message>
    <message>
        <source>The store at {place} has not let you in since {time}. {shown} Check the user&apos;s name and password in the settings, under Storage, or ask whoever looks after the server: the user may have lost its role.</source>
        <translation>Lagret på {place} har inte släppt in dig sedan {time}. {shown} Kontrollera användarens namn och lösenord i inställningarna, under Lagring, eller fråga den som sköter servern: användaren kan ha förlorat sin roll.</translation>
    </message>
    <message>
        <source>The server of the store at {place} has not been trusted since {time}: its certificate has expired, is for another name, or is of an authority that this computer does not know, or it has none. {shown} Ask whoever looks after the server.</source>
        <translation>Servern för lagret på {place} har inte gått att lita på sedan {time}: dess certifikat har gått ut, är för ett annat namn eller från en utfärdare som den här datorn inte känner, eller så har den inget. {shown} Fråga den som sköter servern.</translation>
    </message>
    <message>
        <source>The store at {place} has been out of reach since {time}. {shown} Kvitto goes on by itself once the server answers.</source>
        <translation>Lagret på {place} har inte kunnat nås sedan {time}. {shown} Kvitto fortsätter av sig självt när servern svarar.</translation>
    </message>
    <message>
        <source>What is shown is from before.</source>
        <translation>Det som visas är från tiden innan.</translation>
    </message>
    <message>
        <source>Nothing is read yet.</source>
        <translation>Inget har lästs ännu.</translation>
    </message>
    <message>
        <source>Store more today</source>
        <translation>Spara fler i dag</translation>
    </message>
</context>
<context>
    <name>SupportText</name>
    <message>
        <source>The text for the SMS service&apos;s support is on the clipboard.</source>
        <translation>Texten till SMS-tjänstens support ligger i urklipp.</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message numerus="yes">
        <source>%Ln report(s)</source>
        <translation>
            <numerusform>%Ln rapport</numerusform>
            <numerusform>%Ln rapporter</numerusform>
        </translation>
    </message>
    <message>
        <source>{cause} {span} ({duration})</source>
        <translation>{cause} {span} ({duration})</translation>
    </message>
    <message>
        <source>now</source>
        <translation>nu</translation>
    </message>
</context>
<context>
    <name>Todo</name>
    <message>
        <source>Taken off the list until it gets worse.</source>
        <translation>Borta från listan tills det blir värre.</translation>
    </message>
</context>
<context>
    <name>TodoButton</name>
    <message numerus="yes">
        <source>To do (%Ln)</source>
        <translation>
            <numerusform>Att göra (%Ln)</numerusform>
            <numerusform>Att göra (%Ln)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TodoLine</name>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>%Ln till</numerusform>
            <numerusform>%Ln till</numerusform>
        </translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mer</translation>
    </message>
    <message>
        <source>Show the whole list of what is to do</source>
        <translation>Visa hela listan över vad som är att göra</translation>
    </message>
</context>
<context>
    <name>TodoPanel</name>
    <message>
        <source>I know</source>
        <translation>Jag vet</translation>
    </message>
    <message numerus="yes">
        <source>To do, %Ln thing(s)</source>
        <translation>
            <numerusform>Att göra, %Ln sak</numerusform>
            <numerusform>Att göra, %Ln saker</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing to do</source>
        <translation>Inget att göra</translation>
    </message>
    <message>
        <source>To do</source>
        <translation>Att göra</translation>
    </message>
</context>
<context>
    <name>TodoRow</name>
    <message>
        <source>Details</source>
        <translation>Detaljer</translation>
    </message>
    <message>
        <source>Since {time}</source>
        <translation>Sedan {time}</translation>
    </message>
</context>
<context>
    <name>TodoSources</name>
    <message>
        <source>Another version of Kvitto was installed. Reports are received as before; restart Kvitto to use it.</source>
        <translation>En annan version av Kvitto har installerats. Rapporter tas emot som förut; starta om Kvitto för att använda den.</translation>
    </message>
    <message>
        <source>Restart now</source>
        <translation>Starta om nu</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Show</source>
        <translation>Visa</translation>
    </message>
    <message>
        <source>Open Kvitto</source>
        <translation>Öppna Kvitto</translation>
    </message>
    <message>
        <source>Stop receiving and quit</source>
        <translation>Sluta ta emot och avsluta</translation>
    </message>
</context>
<context>
    <name>TunnelPanel</name>
    <message>
        <source>{tunnel} (not installed)</source>
        <translation>{tunnel} (inte installerat)</translation>
    </message>
    <message>
        <source>Tunnel</source>
        <translation>Tunnel</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starta</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppa</translation>
    </message>
    <message>
        <source>Its last lines</source>
        <translation>Sista raderna</translation>
    </message>
    <message>
        <source>The last lines of the tunnel&apos;s program</source>
        <translation>De sista raderna från tunnelns program</translation>
    </message>
</context>
<context>
    <name>UnauthorizedChart</name>
    <message numerus="yes">
        <source>%Ln request(s) in the last two hours</source>
        <translation>
            <numerusform>%Ln anrop de senaste två timmarna</numerusform>
            <numerusform>%Ln anrop de senaste två timmarna</numerusform>
        </translation>
    </message>
    <message>
        <source>{count} in a minute</source>
        <translation>{count} på en minut</translation>
    </message>
    <message>
        <source>{time}: {count}</source>
        <translation>{time}: {count}</translation>
    </message>
</context>
<context>
    <name>UnauthorizedPage</name>
    <message>
        <source>Unknown callers</source>
        <translation>Okända anrop</translation>
    </message>
    <message>
        <source>No request with a wrong key or path has come.</source>
        <translation>Inget anrop med fel nyckel eller sökväg har kommit.</translation>
    </message>
    <message>
        <source>Requests of unknown callers by minute</source>
        <translation>Okända anrop per minut</translation>
    </message>
    <message>
        <source>Requests with a wrong key or path, by minute. They are answered 404, and nothing of them is kept.</source>
        <translation>Anrop med fel nyckel eller sökväg, per minut. De får svaret 404, och inget av dem sparas.</translation>
    </message>
</context>
<context>
    <name>UnmaskQuestion</name>
    <message>
        <source>Numbers in full?</source>
        <translation>Nummer i klartext?</translation>
    </message>
    <message>
        <source>Numbers are masked on the screen. What you take out has them in full.</source>
        <translation>Numren är maskerade på skärmen. Det du tar ut har dem i klartext.</translation>
    </message>
    <message>
        <source>In full</source>
        <translation>I klartext</translation>
    </message>
</context>
<context>
    <name>UnreportedModel</name>
    <message>
        <source>not known</source>
        <translation>inte känt</translation>
    </message>
    <message>
        <source>no callback URL</source>
        <translation>ingen rapportadress</translation>
    </message>
    <message>
        <source>to an address of yours whose key has ended</source>
        <translation>till en adress av dina vars nyckel har upphört</translation>
    </message>
    <message>
        <source>to your address, nothing for 20 min</source>
        <translation>till din adress, inget på 20 min</translation>
    </message>
    <message>
        <source>to an address that is not yours</source>
        <translation>till en adress som inte är din</translation>
    </message>
    <message>
        <source>to an address that is not yours: {host}</source>
        <translation>till en adress som inte är din: {host}</translation>
    </message>
    <message>
        <source>Sent about</source>
        <translation>Skickat omkring</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Meddelanden</translation>
    </message>
    <message>
        <source>It reports</source>
        <translation>Det rapporterar</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Namn</translation>
    </message>
</context>
<context>
    <name>UnreportedPage</name>
    <message>
        <source>Never reported</source>
        <translation>Aldrig rapporterat</translation>
    </message>
    <message>
        <source>With a key of iP.1&apos;s API, Kvitto finds the batches that were sent without your callback URL, or never reported. Paste one in the settings, under iP.1.</source>
        <translation>Med en nyckel till iP.1:s API hittar Kvitto utskick som skickades utan din rapportadress, eller aldrig har rapporterat. Klistra in en i inställningarna, under iP.1.</translation>
    </message>
    <message>
        <source>iP.1&apos;s list was not read yet.</source>
        <translation>iP.1:s lista är inte läst än.</translation>
    </message>
    <message>
        <source>Of the batches that iP.1 lists since your first address was made, 30 days at most, none is missing here.</source>
        <translation>Av de utskick som iP.1 listar sedan din första adress gjordes, högst 30 dagar, saknas inget här.</translation>
    </message>
    <message>
        <source>Fetch it</source>
        <translation>Hämta det</translation>
    </message>
    <message>
        <source>Asks iP.1 what became of each message of this batch, and keeps it.</source>
        <translation>Frågar iP.1 vad det blev av varje meddelande i utskicket, och behåller det.</translation>
    </message>
</context>
<context>
    <name>Usual</name>
    <message>
        <source>After {age} usually {low}–{high} %.</source>
        <translation>Efter {age} vanligtvis {low}–{high} %.</translation>
    </message>
    <message>
        <source>usual</source>
        <translation>vanligt</translation>
    </message>
    <message>
        <source>After {age} {share} delivered.</source>
        <translation>Efter {age} hade {share} levererats.</translation>
    </message>
    <message>
        <source>After {age} {share} delivered; usually {low} %.</source>
        <translation>Efter {age} hade {share} levererats; vanligtvis {low} %.</translation>
    </message>
    <message>
        <source>After {age} {share} delivered; usually {low}–{high} %.</source>
        <translation>Efter {age} hade {share} levererats; vanligtvis {low}–{high} %.</translation>
    </message>
</context>
<context>
    <name>UsualPane</name>
    <message>
        <source>A demo is not compared with the real batches.</source>
        <translation>En demo jämförs inte med de riktiga utskicken.</translation>
    </message>
    <message>
        <source>When its messages were delivered is not known.</source>
        <translation>När dess meddelanden levererades är inte känt.</translation>
    </message>
    <message>
        <source>It is compared once it is {age} old.</source>
        <translation>Det jämförs när det är {age} gammalt.</translation>
    </message>
    <message numerus="yes">
        <source>What is usual is known once %Ln batch(es) of at least {least} messages were sent before; so far there are {count}.</source>
        <translation>
            <numerusform>Vad som är vanligt vet man när %Ln utskick med minst {least} meddelanden har skickats före; hittills är de {count}.</numerusform>
            <numerusform>Vad som är vanligt vet man när %Ln utskick med minst {least} meddelanden har skickats före; hittills är de {count}.</numerusform>
        </translation>
    </message>
    <message>
        <source>Without those that were cancelled.</source>
        <translation>Utan dem som avbröts.</translation>
    </message>
    <message>
        <source>That is worse than usual.</source>
        <translation>Det är sämre än vanligt.</translation>
    </message>
    <message numerus="yes">
        <source>The band: what the last %Ln batch(es) before it had delivered at that age.</source>
        <translation>
            <numerusform>Bandet: vad det senaste %Ln utskicket före det hade levererat vid samma ålder.</numerusform>
            <numerusform>Bandet: vad de senaste %Ln utskicken före det hade levererat vid samma ålder.</numerusform>
        </translation>
    </message>
    <message>
        <source>Delivered share by age</source>
        <translation>Andel levererade efter ålder</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Delivered</source>
        <translation>Levererat</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>Gick ut</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Avbrutet</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Avvisat</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Misslyckat</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Okänt</translation>
    </message>
    <message>
        <source>The handset reported that it received it.</source>
        <translation>Mobilen har rapporterat att meddelandet kom fram.</translation>
    </message>
    <message>
        <source>It is on its way: not delivered yet.</source>
        <translation>Meddelandet är på väg: inte levererat än.</translation>
    </message>
    <message>
        <source>It could not be delivered in time, and is no longer tried.</source>
        <translation>Meddelandet kunde inte levereras i tid, och försöken är slut.</translation>
    </message>
    <message>
        <source>It was cancelled before it was delivered.</source>
        <translation>Meddelandet avbröts innan det levererades.</translation>
    </message>
    <message>
        <source>Something is wrong with the message itself: it was not sent.</source>
        <translation>Något är fel med själva meddelandet: det skickades inte.</translation>
    </message>
    <message>
        <source>It could not be delivered.</source>
        <translation>Meddelandet kunde inte levereras.</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Antaget av iP.1</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>I kö</translation>
    </message>
    <message>
        <source>Funded</source>
        <translation>Betalt</translation>
    </message>
    <message>
        <source>Refunded</source>
        <translation>Återbetalt</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Skickas</translation>
    </message>
    <message>
        <source>At gateway</source>
        <translation>I gatewayen</translation>
    </message>
    <message>
        <source>At carrier</source>
        <translation>Hos operatören</translation>
    </message>
    <message>
        <source>At mobile network</source>
        <translation>I mobilnätet</translation>
    </message>
    <message>
        <source>Queued at gateway</source>
        <translation>I gatewayens kö</translation>
    </message>
    <message>
        <source>No funds</source>
        <translation>Saldo saknas</translation>
    </message>
    <message>
        <source>Sender rejected</source>
        <translation>Avsändare avvisad</translation>
    </message>
    <message>
        <source>Recipient rejected</source>
        <translation>Mottagare avvisad</translation>
    </message>
    <message>
        <source>Invalid sender</source>
        <translation>Ogiltig avsändare</translation>
    </message>
    <message>
        <source>Retrying</source>
        <translation>Försöker igen</translation>
    </message>
    <message>
        <source>Ended, unknown</source>
        <translation>Avslutat, okänt</translation>
    </message>
    <message>
        <source>The SMS service has accepted the message.</source>
        <translation>SMS-tjänsten har tagit emot meddelandet.</translation>
    </message>
    <message>
        <source>The message waits at the SMS service for its turn.</source>
        <translation>Meddelandet väntar på sin tur hos SMS-tjänsten.</translation>
    </message>
    <message>
        <source>The message is paid for.</source>
        <translation>Meddelandet är betalt.</translation>
    </message>
    <message>
        <source>The price was returned. It may follow a failure.</source>
        <translation>Priset har återbetalats. Det kan ske efter ett misslyckande.</translation>
    </message>
    <message>
        <source>The SMS service is sending the message.</source>
        <translation>SMS-tjänsten skickar meddelandet.</translation>
    </message>
    <message>
        <source>The gateway has the message: not delivered yet.</source>
        <translation>Meddelandet är i gatewayen: inte levererat än.</translation>
    </message>
    <message>
        <source>The carrier has the message: not delivered yet.</source>
        <translation>Meddelandet är hos operatören: inte levererat än.</translation>
    </message>
    <message>
        <source>The mobile network has the message: not delivered yet.</source>
        <translation>Meddelandet är i mobilnätet: inte levererat än.</translation>
    </message>
    <message>
        <source>The message waits at the gateway for its turn.</source>
        <translation>Meddelandet väntar på sin tur i gatewayen.</translation>
    </message>
    <message>
        <source>There was not enough money on the account.</source>
        <translation>Det fanns inte tillräckligt med pengar på kontot.</translation>
    </message>
    <message>
        <source>The sender name or number was not accepted.</source>
        <translation>Avsändarens namn eller nummer godtogs inte.</translation>
    </message>
    <message>
        <source>The recipient was not accepted.</source>
        <translation>Mottagaren godtogs inte.</translation>
    </message>
    <message>
        <source>The message was not accepted.</source>
        <translation>Meddelandet godtogs inte.</translation>
    </message>
    <message>
        <source>The sender name or number is not valid.</source>
        <translation>Avsändarens namn eller nummer är ogiltigt.</translation>
    </message>
    <message>
        <source>It could not be delivered so far, and is still tried.</source>
        <translation>Det har inte gått att leverera hittills, och försöken fortsätter.</translation>
    </message>
    <message>
        <source>The SMS service says no more about it: whether it was delivered is not known.</source>
        <translation>SMS-tjänsten säger inget mer om det: om det levererades är okänt.</translation>
    </message>
    <message>
        <source>On its way</source>
        <translation>På väg</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Avslutat</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fel</translation>
    </message>
    <message>
        <source>callback</source>
        <translation>rapportadress</translation>
    </message>
    <message>
        <source>demo</source>
        <translation>demo</translation>
    </message>
    <message>
        <source>asked from the SMS service</source>
        <translation>hämtad från SMS-tjänsten</translation>
    </message>
    <message>
        <source>{share} %</source>
        <translation>{share} %</translation>
    </message>
    <message>
        <source>&lt; 1 %</source>
        <translation>&lt; 1 %</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Väntar</translation>
    </message>
    <message>
        <source>Whether it was delivered is not known: it ended without a word on that, or the SMS service uses a code that Kvitto does not know.</source>
        <translation>Om det levererades är okänt: det avslutades utan besked om det, eller så använder SMS-tjänsten en kod som Kvitto inte känner till.</translation>
    </message>
    <message>
        <source>&lt; {amount}</source>
        <translation>&lt; {amount}</translation>
    </message>
    <message>
        <source>{amount} (no currency)</source>
        <translation>{amount} (utan valuta)</translation>
    </message>
    <message>
        <source>now</source>
        <translation>nyss</translation>
    </message>
    <message>
        <source>{count} s ago</source>
        <translation>för {count} s sedan</translation>
    </message>
    <message>
        <source>{count} min ago</source>
        <translation>för {count} min sedan</translation>
    </message>
    <message>
        <source>{count} h ago</source>
        <translation>för {count} h sedan</translation>
    </message>
    <message>
        <source>{count} s</source>
        <translation>{count} s</translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s</source>
        <translation>{minutes} min {seconds} s</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} min</translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} h {minutes} min</translation>
    </message>
    <message>
        <source>{hours} h</source>
        <translation>{hours} h</translation>
    </message>
    <message>
        <source>{days} d {hours} h</source>
        <translation>{days} d {hours} h</translation>
    </message>
    <message>
        <source>{days} d</source>
        <translation>{days} d</translation>
    </message>
</context>
<context>
    <name>WorkbookText</name>
    <message>
        <source>Summary</source>
        <translation>Sammanfattning</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Meddelanden</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>Rapporter</translation>
    </message>
    <message>
        <source>Batches</source>
        <translation>Utskick</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>Utskick</translation>
    </message>
    <message>
        <source>Recipient</source>
        <translation>Mottagare</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Resultat</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Kod</translation>
    </message>
    <message>
        <source>SMS parts</source>
        <translation>SMS-delar</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kostnad</translation>
    </message>
    <message>
        <source>Paid back</source>
        <translation>Återbetalt</translation>
    </message>
    <message>
        <source>Currency</source>
        <translation>Valuta</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>Referens</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Skickat</translation>
    </message>
    <message>
        <source>Last change</source>
        <translation>Senaste ändring</translation>
    </message>
    <message>
        <source>Reported here</source>
        <translation>Rapporterat hit</translation>
    </message>
    <message>
        <source>The last report</source>
        <translation>Sista rapporten</translation>
    </message>
    <message>
        <source>Message id</source>
        <translation>Meddelandets id</translation>
    </message>
    <message>
        <source>Batch id</source>
        <translation>Utskickets id</translation>
    </message>
    <message>
        <source>Mark</source>
        <translation>Märkning</translation>
    </message>
    <message>
        <source>Demo or test</source>
        <translation>Demo eller prov</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Ja</translation>
    </message>
    <message>
        <source>erased</source>
        <translation>raderad</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>Väntade</translation>
    </message>
    <message>
        <source>Not delivered</source>
        <translation>Ej levererade</translation>
    </message>
    <message>
        <source>Delivered</source>
        <translation>Levererade</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Avbrutna</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Väntar</translation>
    </message>
    <message>
        <source>Last report</source>
        <translation>Senaste rapport</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Anteckning</translation>
    </message>
    <message>
        <source>Archived</source>
        <translation>Arkiverat</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Rader</translation>
    </message>
    <message>
        <source>As of</source>
        <translation>Läget</translation>
    </message>
    <message>
        <source>Times are those of this computer: {zone}.</source>
        <translation>Tiderna är den här datorns: {zone}.</translation>
    </message>
    <message>
        <source>Of demos and tests, marked</source>
        <translation>Därav demo och prov, märkta</translation>
    </message>
    <message>
        <source>Contents</source>
        <translation>Innehåll</translation>
    </message>
</context>
<context>
    <name>_Banner</name>
    <message>
        <source>Details</source>
        <translation>Detaljer</translation>
    </message>
</context>
</TS>
