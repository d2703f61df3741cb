"""Copies while reports come in, and those that were cut off."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Text, update

from kvitto.core.phone_number import PhoneNumber
from kvitto.store.check import check
from kvitto.store.copy_errors import (
    CopyOfOtherVersionError,
    CopyTargetUsedError,
    CopyUnderWayError,
    CopyUnfinishedError,
    OtherCopyError,
)
from kvitto.store.copy_target import CopyTarget, FolderTarget, Progress
from kvitto.store.daily_limit import DailyLimit
from kvitto.store.database import open_database, open_for_reading
from kvitto.store.deletions import ContinueDeletions, DeleteBatches
from kvitto.store.engines import postgresql_copy
from kvitto.store.engines.opening import open_store_at, upgrade_store
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.erasing import ErasePerson
from kvitto.store.errors import StoreError
from kvitto.store.lockfile import Instance
from kvitto.store.mutations import BatchChange, ChangeBatch, Edit
from kvitto.store.reader import Reader
from kvitto.store.schema import message, store_state
from kvitto.store.transactions import EditTransaction
from tests.helpers.postgres import Cluster
from tests.store.arrivals import START
from tests.store.copying.places import (
    Both,
    Place,
    append,
    assert_search_index_is_right,
    contents,
    copied,
    report_count,
    store_some,
    stored_into,
)


async def test_what_comes_meanwhile_is_copied_too(both: Both, data_dir: Path) -> None:
    with stored_into(both.source, data_dir) as writer:
        await store_some(writer, 0, 60)
    steps = iter(range(100))

    def go_on(_done: int, _all: int) -> None:
        change(both.source, data_dir, next(steps))

    copied(both, part=7, on_progress=go_on)

    assert next(steps) > 5
    assert contents(both.target, data_dir) == contents(both.source, data_dir)
    with both.target.opened(data_dir) as there:
        assert not check(there).found
        assert_search_index_is_right(there)


def change(place: Place, folder: Path, step: int) -> None:
    """Do something to a store from outside, another thing at each step."""
    with place.opened(folder) as database:
        keys = {one.batch_id: one.key for one in Reader(database).batches()}
        edits: list[Edit] = [
            ChangeBatch(keys["b2"], BatchChange(label="Ö'\\")),
            DeleteBatches((keys.get("b0", 0),)),
            ContinueDeletions(),
            ErasePerson(PhoneNumber("46", "701234567"), START),
        ]
        with database.writing.connect() as connection:
            for edit in edits[step : step + 1]:
                EditTransaction(edit, DailyLimit())(connection)
        if step < 5:
            append(database, [f"m{step}", f"new{step}"])


class KilledError(Exception):
    """Stands for a kill at a point of the copy."""


async def test_a_copy_goes_on_wherever_it_was_cut_off(
    both: Both, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stored_into(both.source, data_dir) as writer:
        await store_some(writer, 0)
    before = contents(both.source, data_dir)
    kills = 0
    while True:
        with monkeypatch.context() as patched:
            fail_at_transaction(patched, kills // 3)
            try:
                done = copied(both, part=3)
            except KilledError:
                kills += 1
                with pytest.raises(StoreError):
                    both.target.opened(data_dir) if isinstance(
                        both.target.where, StoreUrl
                    ) else open_for_reading(both.target.where)
                continue
        break
    assert kills > 5
    assert not done.was_there
    assert contents(both.target, data_dir) == before


def fail_at_transaction(patched: pytest.MonkeyPatch, number: int) -> None:
    """End a copy in its n-th transaction, before that is committed."""
    count = 0
    encoded = Progress.encoded

    def count_down(progress: Progress) -> str:
        nonlocal count
        count += 1
        if count > number:
            raise KilledError
        return encoded(progress)

    patched.setattr(Progress, "encoded", count_down)


async def test_a_copy_that_is_there_already_is_said_to_be(both: Both, data_dir: Path) -> None:
    with stored_into(both.source, data_dir) as writer:
        await store_some(writer, 0)
    copied(both)
    assert copied(both).was_there

    with stored_into(both.target, data_dir) as writer:
        await store_some(writer, 100)
    with pytest.raises(CopyTargetUsedError):
        copied(both)
    with pytest.raises(CopyTargetUsedError):
        copied(both, is_anew=True)
    with both.target.opened(data_dir) as there:
        assert report_count(there) == 40


async def test_a_copy_of_another_store_is_not_gone_on_with(
    both: Both, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stored_into(both.source, data_dir) as writer:
        await store_some(writer, 0)
    with monkeypatch.context() as patched:
        fail_at_transaction(patched, 2)
        with pytest.raises(KilledError):
            copied(both, part=3)
    with both.source.opened(data_dir) as database, database.writing.begin() as connection:
        # As after an older backup was put back.
        connection.execute(update(store_state).values(revision=1))
    with pytest.raises(OtherCopyError):
        copied(both)
    copied(both, is_anew=True)
    assert contents(both.target, data_dir) == contents(both.source, data_dir)


async def test_a_copy_that_an_earlier_version_began_is_begun_anew_where_that_is_said(
    both: Both, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stored_into(both.source, data_dir) as writer:
        await store_some(writer, 0)
    with monkeypatch.context() as patched, both.target.target() as target:
        begin_as_version_1(patched, target)
    if isinstance(both.target.where, StoreUrl):
        with pytest.raises(CopyUnfinishedError):
            upgrade_store(both.target.where, data_dir)
    with pytest.raises(CopyOfOtherVersionError):
        copied(both)
    copied(both, is_anew=True)
    assert contents(both.target, data_dir) == contents(both.source, data_dir)
    with both.target.opened(data_dir) as there:
        assert_search_index_is_right(there)


def is_text(column: Column[Any]) -> bool:
    return isinstance(column.type, Text)


def begin_as_version_1(patched: pytest.MonkeyPatch, target: CopyTarget) -> None:
    """Begin a copy as the first version has, and copy a message."""
    patched.setattr(postgresql_copy, "upgrade", lambda *_: False)
    patched.setattr(postgresql_copy.ServerTarget, "_is_empty", lambda _: True)
    progress = Progress("", "", 0, 0, 0, {"message": 0, "report": 0})
    target.begin(progress)
    with target.transaction(progress):
        target.add(message, [tuple("1" if is_text(one) else 1 for one in message.columns)])
        target.index_messages(0, 1)
    if isinstance(target, FolderTarget):
        with closing(sqlite3.connect(target.folder / "kvitto-copy" / "kvitto.db")) as file:
            file.execute("PRAGMA user_version = 1")


async def test_a_folder_is_copied_to_its_end_once_nobody_receives(
    cluster: Cluster, tmp_path: Path, data_dir: Path
) -> None:
    both = Both(Place(tmp_path / "store"), Place(cluster.new_database()))
    with stored_into(both.source, data_dir) as writer:
        await store_some(writer, 0)
    receiver = Instance(tmp_path / "store")
    told = []

    def stop() -> None:
        with both.source.opened(data_dir) as database:
            append(database, ["late"])
        told.append("asked")
        receiver.close()

    assert copied(both, on_waiting=stop).reports == 22
    assert told == ["asked"]


async def test_a_server_is_copied_to_its_end_once_nobody_is_connected(
    cluster: Cluster, tmp_path: Path, data_dir: Path
) -> None:
    both = Both(Place(cluster.new_store()), Place(tmp_path / "store"))
    with stored_into(both.source, data_dir) as writer:
        await store_some(writer, 0)
    other = both.source.opened(data_dir)
    with other.read():
        pass

    def stop() -> None:
        append(other, ["late"])
        other.close()

    assert copied(both, on_waiting=stop).reports == 22


def test_a_store_that_is_being_copied_is_used_by_nobody(
    cluster: Cluster, data_dir: Path, tmp_path: Path
) -> None:
    open_database(tmp_path / "store").close()
    url = cluster.new_store()
    both = Both(Place(tmp_path / "store"), Place(url))
    early = open_store_at(url, data_dir)  # while it was empty

    def look(_done: int, _all: int) -> None:
        with pytest.raises(CopyUnfinishedError):
            open_store_at(url, data_dir)
        with pytest.raises(LookupError):
            append(early, ["m"])
        with pytest.raises(CopyUnderWayError), both.target.target():
            pass

    copied(both, on_progress=look)
    early.close()
    with open_store_at(url, data_dir) as there:
        assert report_count(there) == 0
