"""A store after a pass is as the plan, or the pass says that it can't tell."""

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from kvitto.books.asked_store import DatabaseAskedStore
from kvitto.books.asking import Pass
from kvitto.books.pass_result import WhyIncomplete
from kvitto.books.reconcile import DifferenceKind
from kvitto.core.report import DeliveryReport
from kvitto.core.status import Result, is_finished
from kvitto.simulator.books_faults import (
    BooksFaults,
    CannedAnswer,
    StatusForm,
    Trick,
)
from kvitto.store.asked_reader import AskedReader, AskedRecord
from kvitto.store.write_requests import ReportRequest
from tests.books.asking import START, Time, client_of, server_of
from tests.books.misbehaviour import (
    BATCH_ID,
    INCOMPLETE,
    MINI,
    MINI_ID,
    MINI_PLANNED,
    ONCE,
    PLANNED,
    REPAIRED,
    SMALL,
    STOPPED,
)
from tests.books.repairs import repair, stored, writing_to


def test_something_is_missing_before(folder: Path) -> None:
    before = stored(folder)
    assert len(before) == len(PLANNED) - 3
    assert sum(PLANNED[key] != state for key, state in before.items()) >= 5


@pytest.mark.parametrize("name", REPAIRED)
async def test_the_store_is_as_the_plan_after_a_pass(folder: Path, name: str) -> None:
    async with server_of(SMALL, REPAIRED[name]) as server:
        result = await repair(folder, server, BATCH_ID)
    assert result.agrees
    assert stored(folder) == PLANNED
    assert (result.seen, result.new_messages) == (130, 3)


@pytest.mark.parametrize("form", [StatusForm.EMPTY, StatusForm.ABSENT])
async def test_where_nothing_can_be_compared_nothing_agrees(
    tmp_path: Path, form: StatusForm
) -> None:
    """Every message has ended here, and of none the books tell a status."""
    reports = [SMALL.script(number).reports[-1] for number in range(SMALL.plan.messages)]
    ended = [msgspec.structs.replace(one, code=201, final=True) for one in reports]
    with writing_to(tmp_path) as (_, writer):
        await asyncio.gather(*(writer.append(ReportRequest(one, b"{}", START)) for one in ended))
    async with server_of(SMALL, BooksFaults(statuses=form)) as server:
        result = await repair(tmp_path, server, BATCH_ID)
        assert len(server.asked) <= 20
    assert result.incomplete is WhyIncomplete.HISTORIES


@pytest.mark.parametrize("name", INCOMPLETE)
async def test_a_pass_that_saw_too_little_says_so(folder: Path, name: str) -> None:
    faults, why = INCOMPLETE[name]
    async with server_of(SMALL, faults) as server:
        result = await repair(folder, server, BATCH_ID)
    assert result.incomplete is why
    assert not result.agrees
    # What it added is right all the same, and the next one goes on.
    assert stored(folder).keys() <= PLANNED.keys()
    async with server_of(SMALL) as server:
        assert (await repair(folder, server, BATCH_ID)).agrees
    assert stored(folder) == PLANNED


@pytest.mark.parametrize("place", [0, 1, 3])
@pytest.mark.parametrize("answer", ONCE, ids=lambda answer: str(answer)[:50])
async def test_a_failure_of_the_moment_costs_nothing(
    mini: Path, answer: CannedAnswer | Trick, place: int
) -> None:
    async with server_of(MINI, BooksFaults(page_cap=30)) as server:
        server.next_answers.extend([*[None] * place, answer])
        result = await repair(mini, server, MINI_ID, whole_s=0.5)
    assert result.agrees
    assert stored(mini) == MINI_PLANNED


@pytest.mark.parametrize("place", [0, 1, 3])
@pytest.mark.parametrize(
    ("answer", "why"),
    STOPPED,
    ids=lambda one: str(one)[:50],
)
async def test_a_pass_that_is_cut_off_says_so_and_the_next_goes_on(
    mini: Path, answer: CannedAnswer | Trick, why: WhyIncomplete, place: int
) -> None:
    async with server_of(MINI, BooksFaults(page_cap=30)) as server:
        server.next_answers.extend([*[None] * place, *[answer] * 6])
        result = await repair(mini, server, MINI_ID)
        assert result.incomplete is why
        server.next_answers.clear()
        assert (await repair(mini, server, MINI_ID)).agrees
    assert stored(mini) == MINI_PLANNED


async def test_what_the_books_name_a_batch_by_is_kept_and_its_text_only_where_it_is_wanted(
    folder: Path,
) -> None:
    texts: list[tuple[str, str]] = []
    found: list[AskedRecord] = []
    async with server_of(SMALL) as server:
        for keeps in (False, True, False):
            with writing_to(folder) as (database, writer):
                client = client_of(server)
                store = DatabaseAskedStore(
                    database,
                    lambda edit, writer=writer: writer.edit(edit).result(30),  # type: ignore[misc]
                    keeps_texts=lambda keeps=keeps: keeps,  # type: ignore[misc]
                )
                async with client:
                    await Pass(client, store, Time().now).run(BATCH_ID)
                record = AskedReader(database).of_batch(1)
                assert record is not None
                found.append(record)
                texts.append((record.text, store.texts[BATCH_ID]))
    record = found[-1]
    assert record.sender == "Kliniken"
    assert record.tags == ("simulated",)
    assert [(one.mcc, one.mnc, one.messages) for one in record.operators] == [("240", "1", 130)]
    results = [state[2] for state in PLANNED.values()]
    assert record.operators[0].delivered == results.count(Result.DELIVERED)
    said = "Your appointment is {when}."
    assert texts == [("", said), (said, said), ("", said)]


async def test_a_pass_that_saw_too_little_says_nothing_of_operators(folder: Path) -> None:
    async with server_of(SMALL, BooksFaults(endless=True, page_cap=100)) as server:
        await repair(folder, server, BATCH_ID)
    with writing_to(folder) as (database, _):
        record = AskedReader(database).of_batch(1)
    assert record is not None
    assert record.operators == ()


async def test_a_second_pass_adds_nothing(folder: Path) -> None:
    async with server_of(SMALL) as server:
        first = await repair(folder, server, BATCH_ID)
        second = await repair(folder, server, BATCH_ID)
    assert first.added_statuses > 5
    assert (second.added_statuses, second.new_messages) == (0, 0)
    assert second.agrees


async def test_another_price_is_a_difference_and_nothing_is_overwritten(folder: Path) -> None:
    before = stored(folder)
    reported = {key for key, one in before.items() if one == PLANNED[key]}
    async with server_of(SMALL, BooksFaults(price_nano=777_000_000)) as server:
        result = await repair(folder, server, BATCH_ID)
    assert result.differing > 110
    assert not result.agrees
    assert result.incomplete is None
    after = stored(folder)
    assert {key: after[key] for key in reported} == {key: PLANNED[key] for key in reported}


async def test_what_the_books_said_before_is_no_reports_word(folder: Path) -> None:
    """Another price of what was fetched replaces it: of what was reported, it is a difference."""
    async with server_of(SMALL, BooksFaults(price_nano=777_000_000)) as server:
        first = await repair(folder, server, BATCH_ID)
        again = await repair(folder, server, BATCH_ID)
        assert (again.added_statuses, again.differing) == (0, first.differing)
    async with server_of(SMALL) as server:
        corrected = await repair(folder, server, BATCH_ID)
    assert corrected.agrees
    assert 0 < corrected.added_statuses <= first.added_statuses
    assert stored(folder) == PLANNED


async def test_another_recipient_is_a_difference(folder: Path) -> None:
    async with server_of(SMALL, BooksFaults(recipient="46700000000")) as server:
        result = await repair(folder, server, BATCH_ID)
    assert result.differing > 110


@pytest.mark.parametrize("hours", [2, -1])
async def test_a_time_zone_that_is_mislabelled_is_told_and_adds_no_status_twice(
    folder: Path, hours: int
) -> None:
    before = stored(folder)
    async with server_of(SMALL, BooksFaults(hours_late=hours)) as server:
        result = await repair(folder, server, BATCH_ID)
    assert not result.agrees
    assert result.incomplete is None
    assert {one.kinds for one in result.different} == {(DifferenceKind.TIME,)}
    assert result.differing > 100
    # What no report has told of is added all the same; no end that a report told of.
    assert result.new_messages == 3
    after = stored(folder)
    ended = {key for key, one in before.items() if is_finished(one[0], final=one[1])}
    assert [after[key][:3] for key in ended] == [before[key][:3] for key in ended]
    assert result.added_statuses < 30


async def test_money_that_came_back_later_is_found(folder: Path) -> None:
    async with server_of(SMALL, BooksFaults(refunds_402=True)) as server:
        result = await repair(folder, server, BATCH_ID)
    assert result.incomplete is None
    stored(folder)


async def test_an_end_that_only_a_report_tells_of_is_a_difference(folder: Path) -> None:
    number = next(
        number
        for number in range(SMALL.plan.messages)
        if SMALL.script(number).reports[-1].code in range(500, 600)
    )
    forged = DeliveryReport(
        SMALL.message_id(number), BATCH_ID, 201, final=True, created=SMALL.plan.start
    )
    with writing_to(folder) as (_, writer):
        await writer.append(ReportRequest(forged, b"{}", START))
    async with server_of(SMALL) as server:
        result = await repair(folder, server, BATCH_ID)
    assert result.differing == 1
    assert not result.agrees


@pytest.mark.parametrize(
    ("ago", "unknown", "why"),
    [(timedelta(hours=1), 1, None), (timedelta(minutes=1), 0, WhyIncomplete.BEHIND)],
)
async def test_more_here_than_there_is_said_once_the_books_must_know(
    folder: Path, ago: timedelta, unknown: int, why: WhyIncomplete | None
) -> None:
    """A message that has just been sent may not be in the list yet."""
    with writing_to(folder) as (_, writer):
        for number in range(2):
            code = (112, 201)[number]
            at = START - ago if not number else START
            forged = DeliveryReport("f" * 24, BATCH_ID, code, final=code == 201, created=at)
            await writer.append(ReportRequest(forged, b"{}", at))
    async with server_of(SMALL) as server:
        result = await repair(folder, server, BATCH_ID)
    assert (result.unknown_there, result.incomplete) == (unknown, why)
    assert not result.agrees
