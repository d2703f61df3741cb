"""What went wrong, in the reader's language.

The store, the receiver and the exports say in English what happened, what it means and what to do:
they know nothing of the window. A sentence that is not known here is shown as it came.
"""

import re
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

_SENTENCES: Final = (
    # The store.
    QT_TRANSLATE_NOOP(
        "Errors",
        "The disk that holds {folder} is full. New reports are refused for now, and wait at the "
        "sender for about 90 minutes. Make room on it: Kvitto goes on by itself.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "Another program keeps {file} locked. New reports are refused for now, and wait at the "
        "sender for about 90 minutes. Close programs that have the file open, such as a backup or "
        "a database viewer.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{file} can't be written: the file, its folder or its disk is read-only. New reports are "
        "refused for now, and wait at the sender for about 90 minutes. Give yourself the right to "
        "write there, or choose another folder with --data-dir.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "You may not use {folder}: the folder, or a file in it, belongs to another user of this "
        "computer. New reports are refused for now, and wait at the sender for about 90 minutes. "
        "Start Kvitto as that user, or choose another folder with --data-dir.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "More reports came by one callback URL today than Kvitto stores in a day. Those that still "
        "come by it are refused until midnight UTC, and each waits at the sender for about 90 "
        "minutes. If they are yours, let it store more; if not, end that key.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{file} is damaged, or is not a file of Kvitto. New reports are refused for now, and wait "
        "at the sender. Quit Kvitto and copy the whole folder to a safe place. Then kvitto salvage "
        "saves what can be read, and kvitto restore puts that, or a backup, in its place.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{file} was moved, deleted or replaced while Kvitto was using it. New reports are refused "
        "for now, and wait at the sender for about 90 minutes. Put its folder back if you can: "
        "Kvitto saves what it still holds, so don't end it now.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "A file beside {file} was deleted or replaced while Kvitto was using it. New reports are "
        "refused for now, and wait at the sender for about 90 minutes. Kvitto saves what it still "
        "holds: don't end it now.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{file}, or its log, was touched while Kvitto was using it: deleted, replaced or cut. "
        "Kvitto has saved all that it had received, and goes on. What was found in its place is "
        "{kept} now. For copies, use kvitto backup and kvitto restore.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{file}, or its log, was touched while Kvitto was using it: deleted, replaced or cut. "
        "Kvitto has saved all that it had received, and goes on. For copies, use kvitto backup and "
        "kvitto restore.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{file} was touched while Kvitto was using it, and {count} of the newest reports in it are "
        "lost: they were answered, and the sender does not send them again. What was changed in "
        "Kvitto since then may be lost, too. Kvitto goes on with what is left. For copies, use "
        "kvitto backup and kvitto restore.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "The log beside {file} has grown to {count} MB, since a program goes on reading the "
        "database. These have it open: {programs}. Reports are stored, but the disk fills up. "
        "Close programs that have the file open, such as a backup or a database viewer.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "The log beside {file} has grown to {count} MB, since a program goes on reading the "
        "database. Reports are stored, but the disk fills up. Close programs that have the file "
        "open, such as a backup or a database viewer.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "The computer's clock says {time}, which does not agree with what was received, or it was "
        "changed. Nothing old is deleted, and no key is revoked, until you confirm the date under "
        "Settings, Storage.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "The backup can't be written to {file}: its disk is full, or may not be written. There is "
        "no backup of that name now. Make room, or choose another folder.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{folder} is where Kvitto keeps what it receives: a backup there would be lost together "
        "with it. Choose another folder, best on another disk.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{file} is there already. It was not changed. Choose another name, or replace it with "
        "--force.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{file} is not a whole backup of Kvitto: {reason}. Nothing was changed. Choose another "
        "file; of a damaged one, kvitto salvage saves what can be read.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{file} can't be put into {folder}: its disk is full, or may not be written. Everything is "
        "as it was. Make room, or give yourself the right to write there, then try again.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "The disk failed while a backup was put into {folder}. Nothing is lost: the next start of "
        "Kvitto finishes it. Check that the disk is connected and may be written.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "Not all reports of {file} could be added to {folder}: its disk is full, or may not be "
        "written. What is there is whole. Make room, or give yourself the right to write there, "
        "then do it again: nothing is added twice.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "Nothing of {file} can be saved: {reason}. It was not changed. Choose another file, or "
        "restore a backup.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "Another program has {file} open, such as Kvitto's window. Nothing was changed. Quit it, "
        "then try again.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "This computer's SQLite {version} has a rare fault in its log that SQLite 3.51.3 mends. "
        "Kvitto works so that it is all but impossible to meet; update Python or the system when "
        "you can.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{file} was made by a newer version of Kvitto. It was not changed. Install the newest "
        "version of Kvitto and start that.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{file} was made by a trial version of Kvitto from before its first release, and this "
        "version can't read it. It was not changed. Move it out of its folder, or choose another "
        "folder with --data-dir.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{file} was made by an older version of Kvitto that is still running. It was not changed, "
        "and that one goes on receiving. Quit it, then try again.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{file} can't be read or written: the disk or the system reports an error. New reports "
        "are refused for now, and wait at the sender for about 90 minutes. Check that the disk is "
        "connected and healthy.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{folder} lies on a network drive. A database there can lose reports, so Kvitto does not "
        "use it. Choose a folder on a disk of this computer with --data-dir.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "The folder {folder} can't be made or used. Choose another with --data-dir, or give "
        "yourself the right to write there.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "Nothing has been received in {folder} yet: there is no database there. Start Kvitto "
        "first, or name the right folder with --data-dir.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "Kvitto is already running on {folder}. Use that one, stop it first, or choose another "
        "folder with --data-dir.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "The disk has not answered for half a minute. New reports are refused for now, and wait at "
        "the sender for about 90 minutes. Look at the disk: Kvitto goes on by itself once it "
        "answers.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "Reports come faster than the disk can store them: {count} are waiting. The rest are "
        "refused for now, and the sender tries them again in ten minutes.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors", "Kvitto is stopping. New reports wait at the sender for about 90 minutes."
    ),
    # The receiver.
    QT_TRANSLATE_NOOP(
        "Errors",
        "Port {port} on {host} is taken by another program, or by another Kvitto. Stop that "
        "program, or choose another port with --port; --port 0 takes any free one.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "Kvitto can't listen on {host}: no computer has that name. Use an address of this computer "
        "with --host, such as 127.0.0.1.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "Kvitto can't listen on {host}: ports below {count} are kept for the system. Choose a "
        "higher one with --port.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "Kvitto can't listen on {host}: that is not an address of this computer. Use one that is "
        "with --host, such as 127.0.0.1.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "Kvitto can't listen on {host}: the system does not allow it. Choose another address with "
        "--host, or another port.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "Kvitto can't listen on {host}: {port} is not a port. Choose one from 1024 to {count} with "
        "--port.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "Kvitto's receiver can't be started: it ends at once. Nothing is received until it can; "
        "it is tried again by itself. Why it ends is in kvitto.log, in the data folder.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "Kvitto's receiver does not answer, so it is not certain that this was done. It is started "
        "again by itself: look, and try again in a moment.",
    ),
    # The window.
    QT_TRANSLATE_NOOP(
        "Errors",
        "Kvitto's window on {folder} is open already, but does not answer. Look for it on the "
        "screen and in the tray. If it is stuck, end its process, then try again.",
    ),
    # The callback URL and its tunnel.
    QT_TRANSLATE_NOOP("Errors", "The server to log in to is missing."),
    QT_TRANSLATE_NOOP("Errors", "The address is missing."),
    QT_TRANSLATE_NOOP("Errors", "The address is too long for a URL."),
    QT_TRANSLATE_NOOP("Errors", "The address has a space or a line break in it."),
    QT_TRANSLATE_NOOP("Errors", "The address has characters in it that no URL has."),
    QT_TRANSLATE_NOOP("Errors", "A public address begins with https:// or http://."),
    QT_TRANSLATE_NOOP("Errors", "An address with a name or a password in it is not public."),
    QT_TRANSLATE_NOOP("Errors", "The port is not a number from 1 to 65535."),
    QT_TRANSLATE_NOOP("Errors", "The address has no host: it begins with https:// and a name."),
    QT_TRANSLATE_NOOP(
        "Errors",
        "That is this computer's own name for itself: nobody outside finds it by that. Give "
        "the address of a tunnel or a server that leads here.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors", "After https come a colon and two slashes, as in https://example.net."
    ),
    QT_TRANSLATE_NOOP("Errors", "The address begins twice with https://."),
    QT_TRANSLATE_NOOP("Errors", "There is a dot at the end of the host: leave it out."),
    QT_TRANSLATE_NOOP("Errors", "A part of the host's name is missing between two dots."),
    QT_TRANSLATE_NOOP(
        "Errors", "The host's name is too long: 63 characters between two dots, 253 in all."
    ),
    QT_TRANSLATE_NOOP(
        "Errors", "A host's name has letters, digits and hyphens only, and dots between its parts."
    ),
    QT_TRANSLATE_NOOP("Errors", "There are two slashes in a row in the address."),
    QT_TRANSLATE_NOOP(
        "Errors", "What follows the host has characters in it that don't belong there."
    ),
    QT_TRANSLATE_NOOP("Errors", "There is a dot at the end of the address: leave it out."),
    QT_TRANSLATE_NOOP("Errors", "That number is not the address of a computer."),
    QT_TRANSLATE_NOOP("Errors", "That is not a URL."),
    QT_TRANSLATE_NOOP("Errors", "That is not the name of a host."),
    QT_TRANSLATE_NOOP("Errors", "A public address has no ? and no # in it."),
    QT_TRANSLATE_NOOP(
        "Errors", "Write the server as me@server.example.net: without ssh:// and slashes."
    ),
    QT_TRANSLATE_NOOP("Errors", "What stands before the @ is not a user's name."),
    QT_TRANSLATE_NOOP(
        "Errors",
        "Write the server without a port. One other than 22 goes into your ssh settings, in "
        "~/.ssh/config.",
    ),
    QT_TRANSLATE_NOOP("Errors", "That is not the name of a server."),
    QT_TRANSLATE_NOOP(
        "Errors", "The port there is a number from 1 to 65535, or an address and a number."
    ),
    QT_TRANSLATE_NOOP(
        "Errors", "A domain at ngrok is a name with dots in it, as in kvitto.ngrok.app."
    ),
    QT_TRANSLATE_NOOP("Errors", "An address that was typed has no program that could be started."),
    QT_TRANSLATE_NOOP("Errors", "The tunnel's name and its public address are needed."),
    QT_TRANSLATE_NOOP(
        "Errors", "A tunnel's name has letters, digits, hyphens, dots and underscores only."
    ),
    # The exports.
    QT_TRANSLATE_NOOP(
        "Errors",
        "No report about a batch {batch} has come. Check the id: an export of the batches lists "
        "all of them.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "The disk that holds {folder} is full. Nothing was exported, and an older file of that "
        "name is unchanged. Make room on it, or choose another folder.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{file} can't be written: the file, its folder or its disk is read-only, or another "
        "program such as Excel has it open. Close it there, give yourself the right to write, or "
        "choose another file.",
    ),
    QT_TRANSLATE_NOOP("Errors", "There is no folder {folder}. Make it, or choose another one."),
    QT_TRANSLATE_NOOP("Errors", "{file} is a folder. Name a file in it."),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{file} is a database, and an export would replace it. Choose another file.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{folder} is where Kvitto keeps what it receives: nothing else is written there. Choose "
        "another folder.",
    ),
    QT_TRANSLATE_NOOP(
        "Errors",
        "{file} can't be written: the disk or the system reports an error. Check that the disk is "
        "connected and healthy, or choose another one.",
    ),
)
_NO_NAME: Final = str(QT_TRANSLATE_NOOP("Errors", "an empty name"))
"""What the receiver calls a host without a name."""


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(sentence)), re.DOTALL)


_PATTERNS: Final = tuple((str(one), _pattern(str(one))) for one in _SENTENCES)


def is_known(sentence: str) -> bool:
    """Tell whether a sentence can be said in other languages."""
    return any(pattern.fullmatch(sentence) for _, pattern in _PATTERNS)


def error_text(sentence: str) -> str:
    """Return the sentence of an error in the reader's language; as it is where not known."""
    for known, pattern in _PATTERNS:
        match = pattern.fullmatch(sentence)
        if match is not None:
            values = match.groupdict()
            if values.get("host") == _NO_NAME:
                values["host"] = QCoreApplication.translate("Errors", _NO_NAME)
            return QCoreApplication.translate("Errors", known).format(**values)
    return sentence
