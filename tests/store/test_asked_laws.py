"""Laws of what the API says in the store: in any order the same, and undone whole."""

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.report import DeliveryReport
from kvitto.core.status import REFUNDED
from kvitto.store.askable import AddUnreported
from kvitto.store.asked_edits import (
    AddAsked,
    FinishAsking,
)
from kvitto.store.asked_forgetting import ForgetAsked
from kvitto.store.check import check
from kvitto.store.database import Database
from kvitto.store.ingest import IngestGroup
from kvitto.store.reader import Reader
from kvitto.store.write_requests import ReportRequest
from tests.helpers.examples import examples
from tests.helpers.new_store import open_new_database
from tests.store.arrivals import START, a_report
from tests.store.asked import ASKED_AT, asking, picture

CODES = (101, 103, REFUNDED, 112, 201, 511)
PRICES = (None, 0, 82_000_000, 164_000_000)


@st.composite
def lives(draw: st.DrawFn) -> list[DeliveryReport]:
    """Draw what the API says of a few messages: some statuses of each, a price on the newest."""
    told: list[DeliveryReport] = []
    for number in range(draw(st.integers(1, 3))):
        codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=4))
        seconds = draw(
            st.lists(st.integers(0, 12), min_size=len(codes), max_size=len(codes), unique=True).map(
                sorted
            )
        )
        for place, (code, second) in enumerate(zip(codes, seconds, strict=True)):
            is_newest = place == len(codes) - 1
            told.append(
                a_report(
                    f"m{number}",
                    code=code,
                    final=is_newest and draw(st.booleans()),
                    second=second,
                    price_nano=draw(st.sampled_from(PRICES)) if is_newest else None,
                    currency="EUR" if is_newest else None,
                    segments=2 if is_newest else None,
                )
            )
    return told


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[DeliveryReport], list[DeliveryReport], list[int]]:
    """Draw what the API says, what is reported of it, and when passes are made between."""
    told = draw(lives())
    posted = [
        msgspec.structs.replace(
            one,
            created=None
            if one.created is None or not draw(st.integers(0, 9))
            else one.created + timedelta(milliseconds=draw(st.integers(-2500, 2500))),
            price_nano=draw(st.sampled_from(PRICES)),
            currency=draw(st.sampled_from(["EUR", "SEK", None])),
            segments=draw(st.sampled_from([None, 1, 2])),
        )
        for one in draw(st.permutations(told))
        if draw(st.booleans())
    ]
    # A batch is asked about once it has reported.
    posted.insert(0, a_report("first", code=101))
    passes = draw(st.lists(st.integers(1, len(posted)), max_size=4))
    return told, posted, passes


class Store:
    """A store that takes reports and edits, each in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def post(self, reports: Sequence[DeliveryReport]) -> None:
        with self.database.writing.connect() as connection, connection.begin():
            IngestGroup(connection).store([ReportRequest(one, b"{}", START) for one in reports])

    def edit(self, edit: AddUnreported | AddAsked | ForgetAsked | FinishAsking) -> None:
        is_done = False
        while not is_done:
            with self.database.writing.connect() as connection, connection.begin():
                is_done = edit.apply(connection, 7)

    def differences(self) -> list[str]:
        return check(self.database).differences


def opened() -> Any:
    return open_new_database(Path(tempfile.mkdtemp()))


@examples(50)
@given(stories(), st.integers(1, 4), st.data())
def test_any_interleaving_of_reports_and_passes_gives_the_same_states_and_sums(
    story: tuple[list[DeliveryReport], list[DeliveryReport], list[int]],
    size: int,
    data: st.DataObject,
) -> None:
    told, posted, passes = story
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        with open_new_database(Path(one)) as database:
            store = Store(database)
            store.post(posted)
            store.edit(asking(*told))
            expected = picture(database)
            assert store.differences() == []
        with open_new_database(Path(other)) as database:
            store = Store(database)
            if data.draw(st.booleans()):
                # It was found in the API's list before anything was reported.
                store.edit(AddUnreported("batch-a", ASKED_AT, ASKED_AT))
                passes.append(0)
            done = 0
            for place in sorted(passes):
                while done < place:
                    store.post(posted[done : min(place, done + size)])
                    done = min(place, done + size)
                # One that is cut off has added some messages and not the others.
                some = data.draw(st.sets(st.sampled_from([one.message_id for one in told])))
                store.edit(asking(*[one for one in told if one.message_id in some]))
                assert store.differences() == []
            store.post(posted[done:])
            store.edit(asking(*told))
            assert picture(database) == expected
            assert store.differences() == []
            # Two passes are one.
            store.edit(asking(*told))
            assert picture(database) == expected


@examples(40)
@given(stories(), st.booleans())
def test_forgetting_undoes_it(
    story: tuple[list[DeliveryReport], list[DeliveryReport], list[int]],
    is_found_first: bool,
) -> None:
    told, posted, _ = story
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        with open_new_database(Path(one)) as database:
            store = Store(database)
            store.post(posted)
            expected = picture(database)
        with open_new_database(Path(other)) as database:
            store = Store(database)
            half = len(posted) // 2 + 1
            if is_found_first:
                store.edit(AddUnreported("batch-a", ASKED_AT))
                store.edit(asking(*told))
            store.post(posted[:half])
            store.edit(asking(*told))
            store.post(posted[half:])
            (batch,) = Reader(database).batches()
            store.edit(ForgetAsked(batch.key))
            assert picture(database) == expected
            assert store.differences() == []
