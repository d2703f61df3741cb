"""The command about one person: what is held of a phone number, saved or erased.

It imports what it needs when it runs, since every start declares it.
"""

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kvitto.clock import utc_now
from kvitto.core.invisible import plain_line
from kvitto.paths import data_folder
from kvitto.terminal import count, say, tell

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from kvitto.core.phone_number import PhoneNumber
    from kvitto.store.database import Database
    from kvitto.store.erasing import ErasePerson
    from kvitto.store.person import Person

_EXIT_OK: Final = 0
_EXIT_FAILED: Final = 1


def add_person_command(
    commands: "_SubParsersAction[Any]", common: Callable[[], argparse.ArgumentParser]
) -> None:
    """Declare the command.

    Args:
        commands: where it is added.
        common: makes the options that every command has.
    """
    one = commands.add_parser(
        "person",
        parents=[common()],
        help="tell, save or erase what is held of a phone number",
        description="Tell what is held of a phone number, over all batches. --save writes it to "
        "FILE.json and FILE.html. --erase puts tokens in the place of the number, the references "
        "and the raw bodies; sums stay, and late reports are treated alike. Backups and files "
        "elsewhere are not reached.",
    )
    one.add_argument("--save", type=Path, metavar="FILE", help="write what is held")
    one.add_argument("--erase", action="store_true", help="erase it, after a question")
    one.add_argument("--yes", action="store_true", help="with --erase: do not ask")
    one.add_argument("number", nargs="+", metavar="NUMBER", help="+46…, 0046… or 070…")
    one.set_defaults(command=_person)


def _person(options: argparse.Namespace) -> int:
    from kvitto.core.phone_number import phone_number
    from kvitto.store.database import open_for_reading
    from kvitto.store.person import PersonReader

    folder = data_folder(options.data_dir)
    sought = phone_number(" ".join(options.number))
    if sought is None:
        say("kvitto: That is no phone number. Write it as +46701234567.")
        return _EXIT_FAILED
    with open_for_reading(folder) as database:
        person = PersonReader(database).person(sought)
        if person.others:
            some = ", ".join(f"+{one.digits}" for one in (person.number, *person.others))
            say(f"kvitto: It can be {some}. Name the country.")
            return _EXIT_FAILED
        _tell(person)
        if options.save is not None:
            from kvitto.export.person_file import write_person
            from kvitto.store.held import read_held

            held = read_held(database, person.number)
            files = write_person(options.save, held, utc_now(), data_folder=folder)
            say(f"Written to {files[0]} and {files[1]}")
    if options.erase:
        return _erase(folder, person.number, is_agreed=options.yes)
    return _EXIT_OK


def _tell(person: "Person") -> None:
    if person.binned:
        tell(f"{count(person.binned, 'message', 'messages')} in the bin")
    if person.since is None:
        if not person.is_held:
            tell("No message to this number is held.")
        return
    since = f"{person.since.astimezone():%Y-%m-%d}"
    tell(f"{count(len(person.keys), 'message', 'messages')} since {since}")
    for one in person.messages:
        state = one.state
        sent = f"{state.first_created.astimezone():%Y-%m-%d %H:%M:%S}"
        name = one.batch_label or one.batch_id
        tell(plain_line(f"{sent}  {state.result.value} ({state.code})  {name}"))


# --- Erasing ------------------------------------------------------------------------------------


def _erase(folder: Path, number: "PhoneNumber", *, is_agreed: bool) -> int:
    from kvitto.store.erasing import ErasePerson
    from kvitto.store.other_files import files_with
    from kvitto.store.person import PersonReader

    if not is_agreed and not _agrees():
        say("Nothing was erased.")
        return _EXIT_FAILED
    with _store(folder) as (database, edit):
        edit(ErasePerson(number, utc_now()))
        done = PersonReader(database).erasures()[0]
    say(
        f"Erased: {count(done.messages, 'message', 'messages')}, "
        f"{count(done.reports, 'report', 'reports')}, "
        f"{count(done.mentions, 'message', 'messages')} to others that told of the number, "
        f"{count(done.refused, 'refused request', 'refused requests')}. Sums are as before."
    )
    if done.ids:
        ids = count(done.ids, "id", "ids")
        say(f"{ids} of the SMS service with the number stay: messages are known by them.")
    if not done.is_rewritten:
        say(
            "Traces in the database's file go as soon as nobody reads it and the disk has room: "
            "Kvitto tries again by itself."
        )
    for file in files_with(folder, number):
        say(f"The number is in {file}, too: delete that yourself.")
    say("Backups, and lists that were saved or copied elsewhere, have it still.")
    return _EXIT_OK


def _agrees() -> bool:
    say(
        "Erase the number, the references and the raw bodies of these messages for good? This "
        "can't be undone. Type ERASE to do it:"
    )
    return sys.stdin.readline().strip() == "ERASE"


@contextmanager
def _store(folder: Path) -> "Iterator[tuple[Database, Callable[[ErasePerson], object]]]":
    """Give the store, and what makes edits: the receiver that runs on it, or a writer of ours."""
    from kvitto.receiver.control_client import ControlClient
    from kvitto.store.database import open_database, open_for_reading
    from kvitto.store.lockfile import Instance, is_alive, read_instance_info
    from kvitto.store.writer import Writer

    found = read_instance_info(folder)
    if found is not None and found.control_port and is_alive(found):
        client = ControlClient(found.control_port, found.control_token)
        with contextlib.closing(client), open_for_reading(folder) as database:
            yield database, client.edit
        return
    with (
        Instance(folder),
        open_database(folder, must_exist=True) as database,
        contextlib.closing(Writer(database)) as writer,
    ):
        writer.start()
        yield database, lambda edit: writer.edit(edit).result()
