"""The command `kvitto ask`: one pass over a batch, or over all that are not confirmed."""

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

import msgspec

from kvitto.books.asked_store import DatabaseAskedStore
from kvitto.books.asking import Pass
from kvitto.books.books_errors import BaseUrlError, BooksError
from kvitto.books.client import BooksClient, RequestBudget
from kvitto.books.connection import client_of_environment
from kvitto.books.key import KeyProblemError
from kvitto.books.pass_limits import why_of
from kvitto.books.pass_result import STOPPING, MessageDifference, PassResult, WhyIncomplete
from kvitto.books.reconcile import DifferenceKind
from kvitto.books.shapes import Account
from kvitto.clock import utc_now
from kvitto.core.invisible import plain_line
from kvitto.core.timestamps import iso
from kvitto.receiver.control_client import ControlClient
from kvitto.receiver.receiver_errors import ReceiverError
from kvitto.store.asked_edits import AddAsked, FinishAsking
from kvitto.store.asked_reader import AskedReader
from kvitto.store.database import Database, open_database, open_for_reading
from kvitto.store.engines.opening import open_store_at
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import NothingReceivedError, StoreError
from kvitto.store.lockfile import Instance, is_alive, read_instance_info
from kvitto.store.writer import Writer
from kvitto.store.wrong_values import explained_by_wrong_values

EXIT_AGREES: Final = 0
EXIT_DIFFERS: Final = 1
EXIT_CANT_ASK: Final = 2

Edit: TypeAlias = Callable[[AddAsked | FinishAsking], object]
Place: TypeAlias = tuple[StoreUrl | None, Path]
"""The URL of a store, None where it has none, and its data folder."""


def declare_ask(
    parser: argparse.ArgumentParser, place_of: Callable[[argparse.Namespace], Place]
) -> None:
    """Declare the command's options; its `command` takes the options and returns the exit code.

    That is 0 where the SMS service agrees, now that what was missing is fetched, or where there is
    nothing to ask and the key works; 1 where something differs; 2 where it can't be asked, or can't
    say.

    Args:
        parser: the command's.
        place_of: returns where the store is that the options name, or raises a `StoreError`.
    """
    parser.description = (
        "Ask iP.1's API what became of each message, fetch the statuses that were never reported, "
        "and say what differs. Kvitto only reads there. The key is taken from the file that "
        "$KVITTO_IP1_KEY_FILE names, from systemd's credential kvitto-ip1-key, or from "
        "$KVITTO_IP1_KEY. Ends with 0 if iP.1 agrees, 1 if something differs, 2 if it can't be "
        "asked."
    )
    parser.add_argument(
        "--batch",
        metavar="ID",
        help="only this batch (otherwise all that iP.1 has not confirmed since their last report)",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(command=partial(_ask, place_of))


def _ask(place_of: Callable[[argparse.Namespace], Place], options: argparse.Namespace) -> int:
    try:
        client = client_of_environment()
    except (KeyProblemError, BaseUrlError) as error:
        _write(f"kvitto: {error}", sys.stderr)
        return EXIT_CANT_ASK
    try:
        return _ask_by(client, place_of(options), options)
    except (StoreError, ReceiverError) as error:
        # Otherwise that would end as a difference does.
        _write(f"kvitto: {error}", sys.stderr)
        return EXIT_CANT_ASK


def _ask_by(client: BooksClient, place: Place, options: argparse.Namespace) -> int:
    """Return how the command ends.

    Raises:
        StoreError, ReceiverError: the store can't be read or written.
    """
    with _store(*place) as (database, edit), explained_by_wrong_values(database):
        if options.batch is not None:
            batch_ids = [options.batch]
        else:
            found = AskedReader(database).batches()
            batch_ids = [one.batch_id for one in found if not one.is_confirmed]
        told = _write_nothing if options.json else _write_result
        results = (
            asyncio.run(_ask_all(client, database, edit, batch_ids, told)) if batch_ids else []
        )
    if not batch_ids:
        return _try_key(client, is_json=options.json)
    if options.json:
        _write(json.dumps([_as_json(one) for one in results], indent=2))
    return exit_code_of(results)


def _try_key(client: BooksClient, *, is_json: bool) -> int:
    """Ask whose key it is, as there is nothing else to ask: whether it works is told anyway."""
    try:
        account = asyncio.run(_account(client))
    except BooksError as error:
        why = why_of(error)
        why = {
            WhyIncomplete.NOT_FOUND: WhyIncomplete.UNREADABLE,
            WhyIncomplete.BUDGET: WhyIncomplete.BUSY,
        }.get(why, why)
        _write(f"kvitto: There is no batch to ask about, and {_REASONS[why]}.", sys.stderr)
        return EXIT_CANT_ASK
    if is_json:
        _write("[]")
    else:
        whose = ", ".join(filter(None, (account.organization, account.account)))
        _write("iP.1 has confirmed every batch since its last report.")
        _write(plain_line(f"The key works: {whose}."))
    return EXIT_AGREES


async def _account(client: BooksClient) -> Account:
    async with client:
        return await client.account(RequestBudget(1))


def exit_code_of(results: Sequence[PassResult]) -> int:
    """Return how the command ends: a difference that was found is the most important."""
    if any(one.differing or one.unknown_there for one in results):
        return EXIT_DIFFERS
    return EXIT_AGREES if all(one.agrees for one in results) else EXIT_CANT_ASK


async def _ask_all(
    client: BooksClient,
    database: Database,
    edit: Edit,
    batch_ids: Sequence[str],
    told: Callable[[PassResult], None],
) -> list[PassResult]:
    results: list[PassResult] = []
    async with client:
        one = Pass(client, DatabaseAskedStore(database, edit), utc_now)
        for batch_id in batch_ids:
            result = await one.run(batch_id, is_unlimited=True)
            results.append(result)
            told(result)
            if result.incomplete in STOPPING:
                break
    return results


@contextmanager
def _store(url: StoreUrl | None, folder: Path) -> Iterator[tuple[Database, Edit]]:
    """Give the store, and what makes edits: the receiver that runs on it, or a writer of ours.

    On a server a writer of ours takes its turn with the receivers.

    Raises:
        StoreError: there is no store, or it can't be used.
    """
    if url is not None:
        with (
            open_store_at(url, folder) as on_server,
            contextlib.closing(Writer(on_server)) as writer,
        ):
            writer.start()
            yield on_server, lambda edit: writer.edit(edit).result()
        return
    found = read_instance_info(folder)
    if found is not None and found.control_port and is_alive(found):
        client = ControlClient(found.control_port, found.control_token)
        with contextlib.closing(client), open_for_reading(folder) as database:
            yield database, client.edit
        return
    if not folder.is_dir():
        raise NothingReceivedError(folder)  # and it is not made
    with (
        Instance(folder),
        open_database(folder, must_exist=True) as database,
        contextlib.closing(Writer(database)) as writer,
    ):
        writer.start()
        yield database, lambda edit: writer.edit(edit).result()


# --- Output -------------------------------------------------------------------------------------


def _as_json(result: PassResult) -> dict[str, Any]:
    told = msgspec.to_builtins(result) | {"agrees": result.agrees}
    return {name: value for name, value in told.items() if value is not None}


def _write_nothing(_result: PassResult) -> None:
    pass


def _write_result(result: PassResult) -> None:
    _write(plain_line(f"Batch {result.batch_id}: {sentence_of(result)}"))
    for one in result.different:
        _write(plain_line(f"  message {one.message_id}: {_kinds_text(one)}"))
    if (left := result.differing - len(result.different)) > 0:
        _write(f"  and {left} more")


def _kinds_text(one: MessageDifference) -> str:
    words = {
        DifferenceKind.SEGMENTS: "SMS parts",
        DifferenceKind.STATUS: "result",
        DifferenceKind.TIME: "time, by whole hours",
    }
    said = ", ".join(words.get(kind, kind.value) for kind in one.kinds)
    return f"{said} (iP.1: {one.price})" if one.price else said


def sentence_of(result: PassResult) -> str:
    """Return what came of a pass, in words."""
    parts: list[str] = []
    if result.incomplete is not None:
        parts.append(
            f"can't say whether all is there: {_reason(result.incomplete, result.again_at)}"
        )
    elif result.agrees:
        # The sums may follow late: nobody has seen more messages than there are.
        there = max(result.seen, result.there or 0)
        parts.append(f"iP.1 agrees: {result.seen} of {there} messages")
    if result.differing:
        verb = "differs" if result.differing == 1 else "differ"
        which = f"{_count(result.differing, 'message')} {verb}"
        parts.append(f"{which} in result, price, SMS parts, recipient or time")
    if result.unknown_there:
        verb = "is" if result.unknown_there == 1 else "are"
        parts.append(
            f"{_count(result.unknown_there, 'message')} here {verb} unknown to iP.1: somebody may "
            "have your callback URL"
        )
    if result.new_messages:
        parts.append(f"{_count(result.new_messages, 'message')} never reported here, now fetched")
    if result.added_statuses:
        parts.append(f"{_count(result.added_statuses, 'missing status', 'missing statuses')} added")
    return "; ".join(parts) + "."


_REASONS: Final[dict[WhyIncomplete, str]] = {
    WhyIncomplete.BUSY: "iP.1 does not answer now, or has no time",
    WhyIncomplete.CERTIFICATE: "what answers as iP.1 has a certificate that can't be trusted",
    WhyIncomplete.OWN_LIMIT: "Kvitto asks no more in this hour, to be no burden",
    WhyIncomplete.KEY_REFUSED: (
        "iP.1 refuses the key: it is wrong, was ended, or may not be used from here"
    ),
    WhyIncomplete.NOT_FOUND: "iP.1 does not know this batch",
    WhyIncomplete.UNREADABLE: "an answer of iP.1 can't be read",
    WhyIncomplete.MOVED: "the list changed while it was read",
    WhyIncomplete.FEWER: "iP.1 lists fewer messages than it says there are",
    WhyIncomplete.SIZE_UNKNOWN: "iP.1 does not say how many messages it has",
    WhyIncomplete.BUDGET: "it would take too many requests",
    WhyIncomplete.HISTORIES: "of some messages iP.1 does not say what became of them",
    WhyIncomplete.BEHIND: "iP.1's books have not caught up with the reports, ask again later",
    WhyIncomplete.NOT_ASKED: "it is not here, or was archived, purged or deleted",
}


def _reason(why: WhyIncomplete, again_at: datetime | None) -> str:
    again = "" if again_at is None else f", ask again at {iso(again_at)}"
    return _REASONS[why] + again


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or one + 's'}"


def _write(line: str, to: Any = None) -> None:
    """Write a line; nobody reading is no reason to stop."""
    out = sys.stdout if to is None else to
    with contextlib.suppress(OSError):
        out.write(f"{line}\n")
        out.flush()
