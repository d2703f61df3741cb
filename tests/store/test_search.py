"""Finding: every part of a filter, alone and together, and the same by every way of asking."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kvitto.core.status import Result
from kvitto.store.database import Database
from kvitto.store.engines.opening import open_store_at
from kvitto.store.ingest import Arrival
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.reader import Reader
from kvitto.store.search import MessageFilter, MessageOrder, MessageSearch
from kvitto.store.search_conditions import spellings
from kvitto.store.writer import Writer
from tests.helpers.examples import examples
from tests.helpers.new_store import open_new_database
from tests.helpers.postgres import Cluster
from tests.store.arrivals import START, a_report, append_all, arriving

REPORTS = (
    a_report("Abc-1", batch_id="summer", code=201, final=True, second=1, reference="Öppet hus"),
    a_report("abd-2", batch_id="summer", code=500, second=2, price_nano=5, currency="SEK"),
    a_report("x3", batch_id="winter", code=102, second=3, reference=None),
    a_report("y4", batch_id="winter", code=511, final=True, second=4, segments=9),
    a_report('quote"%_~', batch_id="other", code=201, second=5, price_nano=None),
)


@pytest.fixture(
    scope="module", params=[1, 3, 100], ids=["all indexed", "some indexed", "none indexed"]
)
def five_messages(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """Give a store with five messages, however many of them are in the search index."""
    with (
        pytest.MonkeyPatch.context() as patch,
        open_new_database(tmp_path_factory.mktemp("five")) as database,
    ):
        patch.setattr("kvitto.store.ingest.INDEXED_AT_ONCE", request.param)
        patch.setattr("kvitto.store.search._COUNTED_AT_ONCE", 2)
        writer = Writer(database)
        writer.start()
        for report in REPORTS:
            # Of another time than the sender's, in the same order.
            at = (report.created or START) + timedelta(days=1)
            asyncio.run(append(writer, arriving(report, at=at)))
        writer.edit(ChangeBatch(1, BatchChange(label="Sommar-REA"))).result(60)
        writer.close()
        yield database


async def append(writer: Writer, arrival: Arrival) -> None:
    await writer.append(arrival)


@pytest.fixture
def finder(five_messages: Database) -> MessageSearch:
    return MessageSearch(five_messages)


def found(finder: MessageSearch, wanted: MessageFilter) -> set[str]:
    """Return the ids of all messages that match, by each way of asking."""
    counts = finder.batches(wanted)
    pages = {
        key: [one.message_id for one in finder.page(key, wanted)]
        for key in (1, 2, 3)
        if finder.page(key, wanted)
    }
    assert counts == {key: len(page) for key, page in pages.items()}
    assert finder.batches(wanted, among=[1, 2, 3, 77]) == counts
    assert set(finder.batches(wanted, limit=100)) == set(counts)
    ids = {one for page in pages.values() for one in page}
    assert {one.message_id for one in finder.matching(range(1, 6), wanted)} == ids
    for key in (1, 2, 3):
        assert len(finder.keys(key, wanted)) == counts.get(key, 0)
    return ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("abc", {"Abc-1"}),
        ("AB", {"Abc-1", "abd-2"}),
        ("öpPET", {"Abc-1"}),
        ("Öp", {"Abc-1"}),
        ("sommar", {"Abc-1", "abd-2"}),
        ("winter", {"x3", "y4"}),
        ("inte", {"x3", "y4"}),
        ("070-123 45 67", {"Abc-1", "abd-2", "x3", "y4", 'quote"%_~'}),
        ("0701", {"Abc-1", "abd-2", "x3", "y4", 'quote"%_~'}),
        ("99999", set()),
        ('e"%_~', {'quote"%_~'}),
        ("%_", {'quote"%_~'}),
        ("~", {'quote"%_~'}),
        ("  x3  ", {"x3"}),
        ("zz", set()),
        ("-", {"Abc-1", "abd-2"}),
    ],
)
async def test_a_text_is_found_in_ids_names_references_and_numbers(
    finder: MessageSearch, text: str, ids: set[str]
) -> None:
    assert found(finder, MessageFilter(text=text)) == ids


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (MessageFilter(), {"Abc-1", "abd-2", "x3", "y4", 'quote"%_~'}),
        (MessageFilter(results=frozenset({Result.FAILED})), {"y4"}),
        (MessageFilter(results=frozenset({Result.PENDING})), {"abd-2", "x3"}),
        (
            MessageFilter(results=frozenset({Result.PENDING, Result.FAILED})),
            {"abd-2", "x3", "y4"},
        ),
        (MessageFilter(results=frozenset({Result.EXPIRED})), set()),
        (MessageFilter(codes=frozenset({102, 511})), {"x3", "y4"}),
        (
            MessageFilter(results=frozenset({Result.FAILED}), codes=frozenset({102, 511})),
            {"y4"},
        ),
        (MessageFilter(currencies=frozenset({"SEK"})), {"abd-2"}),
        (MessageFilter(is_unfinished=True), {"abd-2", "x3"}),
        (MessageFilter(is_unfinished=True, text="summer"), {"abd-2"}),
        (MessageFilter(results=frozenset({Result.DELIVERED}), text="abc"), {"Abc-1"}),
    ],
)
async def test_all_parts_of_a_filter_must_hold(
    finder: MessageSearch, wanted: MessageFilter, ids: set[str]
) -> None:
    assert found(finder, wanted) == ids


@pytest.mark.parametrize("order", MessageOrder)
async def test_pages_and_keys_come_in_the_same_order(
    finder: MessageSearch, order: MessageOrder
) -> None:
    for is_descending in (False, True):
        keys = list(finder.keys(1, MessageFilter(), order=order, is_descending=is_descending))
        first = finder.page(1, MessageFilter(), order=order, is_descending=is_descending, limit=1)
        rest = finder.page(1, MessageFilter(), order=order, is_descending=is_descending, offset=1)
        assert [one.key for one in (*first, *rest)] == keys
        assert sorted(keys) == [1, 2]


async def test_the_first_look_counts_the_newest(finder: MessageSearch) -> None:
    wanted = MessageFilter(results=frozenset({Result.FAILED}))
    assert finder.batches(wanted, limit=1) == {2: 1}


async def test_only_messages_of_some_batches_are_matched(finder: MessageSearch) -> None:
    matching = finder.matching(range(1, 6), MessageFilter(), among=[2])
    assert {one.message_id for one in matching} == {"x3", "y4"}
    assert finder.matching([], MessageFilter()) == []


async def test_a_stopped_finder_finds_no_more(finder: MessageSearch) -> None:
    finder.stop()
    assert finder.is_stopped
    with pytest.raises(InterruptedError):
        finder.batches(MessageFilter(text="abc"))


async def test_a_long_search_is_interrupted_from_another_thread(
    database: Database, writer: Writer
) -> None:
    await append_all(writer, [arriving(a_report(f"message-{n}")) for n in range(400)])
    finder = MessageSearch(database)
    ended = threading.Event()

    def interrupt() -> None:
        while not ended.wait(0.001):
            finder.interrupt()

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        with pytest.raises(InterruptedError):
            _page_again_and_again(finder)
    finally:
        ended.set()
        thread.join()
    assert len(finder.page(1, MessageFilter(text="ss"))) == 200


def _page_again_and_again(finder: MessageSearch) -> None:
    for _ in range(10_000):
        finder.page(1, MessageFilter(text="ss"))


async def test_matches_are_counted_alike_however_they_are_sought(
    database: Database, writer: Writer, reader: Reader
) -> None:
    digits = [f"m{n * 7919 % 1000:03}" for n in range(300)]
    await append_all(
        writer, [arriving(a_report(one, batch_id=f"b{at % 7}")) for at, one in enumerate(digits)]
    )
    finder = MessageSearch(database)
    names = {batch.key: batch.batch_id for batch in reader.batches()}

    @given(st.text("0123456789mb", min_size=1, max_size=4))
    @settings(
        examples(60),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    def check(text: str) -> None:
        wanted = MessageFilter(text=text)
        sought = spellings(text)
        expected = Counter(
            f"b{at % 7}"
            for at, one in enumerate(digits)
            if text in f"b{at % 7}"
            or any(part in field for part in sought for field in (one, "46701234567", "höstrea"))
        )
        counts = finder.batches(wanted)
        assert {names[key]: count for key, count in counts.items()} == expected
        assert finder.batches(wanted, among=list(names)) == counts

    check()


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ("070-123 45", ["070-123 45", "7012345"]),
        ("0701", ["701"]),
        ("+46 70", ["+46 70", "4670"]),
        ("46", ["46"]),
        ("00", ["00"]),
        ("0046 70", ["0046 70", "4670"]),
        ("000123", ["000123"]),
        ("Höstrea", ["Höstrea"]),
        ("v. 47", ["v. 47"]),
        ("-", ["-"]),
    ],
)
def test_phone_numbers_are_sought_as_they_are_kept(typed: str, sought: list[str]) -> None:
    assert spellings(typed) == sought


@pytest.mark.parametrize("read_first", [1, 4, 100])
@pytest.mark.parametrize("indexed_at_once", [1, 7, 1000])
async def test_the_first_look_finds_the_newest_however_few_are_read_through(
    database: Database,
    writer: Writer,
    monkeypatch: pytest.MonkeyPatch,
    read_first: int,
    indexed_at_once: int,
) -> None:
    monkeypatch.setattr("kvitto.store.ingest.INDEXED_AT_ONCE", indexed_at_once)
    monkeypatch.setattr("kvitto.store.search._READ_FIRST", read_first)
    monkeypatch.setattr("kvitto.store.search._MOST_READ", 8)
    for number in range(20):
        # The text is in each third, and in batches of four; each second of them has failed.
        text = "ÄPPLE" if number % 3 == 0 else "päron"
        code = 511 if number % 2 else 201
        report = a_report(
            f"m{number}", batch_id=f"b{number // 4}", code=code, final=True, reference=text
        )
        await writer.append(arriving(report))
    finder = MessageSearch(database)
    apples = [number for number in range(20) if number % 3 == 0]
    keys = {number: number // 4 + 1 for number in range(20)}
    for wanted, there in (
        (MessageFilter(text="äpple"), apples),
        (
            MessageFilter(text="äpple", results=frozenset({Result.FAILED})),
            [number for number in apples if number % 2],
        ),
    ):
        for limit in (1, 2, 3, 5, 50):
            expected = Counter(keys[number] for number in there[-limit:])
            assert finder.batches(wanted, limit=limit) == expected, (wanted, limit)
        assert finder.batches(wanted) == Counter(keys[number] for number in there)
        for key in range(1, 6):
            of_batch = [number + 1 for number in there if keys[number] == key]
            assert list(finder.keys(key, wanted)) == of_batch


async def test_letters_beyond_ascii_are_found_in_either_case_on_a_server_in_c(
    cluster: Cluster, data_dir: Path
) -> None:
    store = cluster.new_store()
    with open_store_at(store, data_dir) as database, database.read() as connection:
        collations = connection.exec_driver_sql(
            "SELECT datcollate FROM pg_database WHERE datname = current_database()"
        )
        assert collations.scalar() == "C", "this says nothing"
    with open_store_at(store, data_dir) as database:
        writer = Writer(database)
        writer.start()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("kvitto.store.ingest.INDEXED_AT_ONCE", 1)
            await writer.append(arriving(a_report("m1", reference="Återträff ÖSTERSUND É")))
        writer.close()
        finder = MessageSearch(database)
        for text in ("österSUND", "ÅTERTRÄFF", "återträff", "sund é", "SUND É"):
            assert finder.batches(MessageFilter(text=text)) == {1: 1}, text
            assert finder.batches(MessageFilter(text=text), limit=5) == {1: 1}, text
        assert finder.batches(MessageFilter(text="osterSUND")) == {}
    cluster.give_back(store)
