"""What a period cost, by the time of sending."""

from datetime import timedelta

from msgspec.structs import replace

from kvitto.core.report import Origin
from kvitto.store.database import Database
from kvitto.store.period_costs import CountedCost, read_details, read_slices
from kvitto.store.reader import Reader
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.helpers.purging import purge
from tests.store.arrivals import START, a_report, append_all, arriving

HOUR = timedelta(hours=1)
PRICE = 82_000_000


async def test_each_message_counts_once_and_where_it_was_sent(
    database: Database, writer: Writer
) -> None:
    before = a_report("before", batch_id="early", second=-1)
    await append_all(
        writer,
        [
            arriving(before),
            arriving(a_report("one", second=0)),
            arriving(a_report("one", code=201, final=True, second=7200)),
            arriving(a_report("two", second=3599)),
            arriving(a_report("later", second=3600)),
            arriving(a_report("crowns", second=5, price_nano=10**9, currency="SEK")),
        ],
    )

    slices = read_slices(database, START, START + HOUR)

    spent: dict[str, int] = {}
    for one in slices:
        spent[one.currency] = spent.get(one.currency, 0) + one.nano
    assert spent == {"EUR": 2 * PRICE, "SEK": 10**9}
    assert {one.at for one in slices} == {START, START + timedelta(minutes=45)}
    whole = read_slices(database, START - 9 * HOUR, START + 9 * HOUR)
    in_all: dict[str, int] = {}
    for record in Reader(database).batches():
        for currency, cost in record.costs.items():
            in_all[currency] = in_all.get(currency, 0) + cost.nano
    summed = dict.fromkeys(in_all, 0)
    for one in whole:
        summed[one.currency] += one.nano
    assert summed == in_all


async def test_what_did_not_arrive_and_what_was_paid_back(
    database: Database, writer: Writer
) -> None:
    await append_all(
        writer,
        [
            arriving(a_report("delivered", code=201, final=True)),
            arriving(a_report("failed", code=511, final=True)),
            arriving(a_report("expired", code=202, final=True, second=1)),
            arriving(a_report("retried", code=511)),
            arriving(a_report("back", code=402, final=True)),
            arriving(a_report("back", code=104, second=2)),
            arriving(replace(a_report("abroad"), recipient="4790000001")),
            arriving(a_report("free", price_nano=None, currency=None)),
        ],
    )

    details = read_details(database, START, START + HOUR)

    assert details.undelivered == {"EUR": CountedCost(3, 6, 2 * PRICE)}
    assert details.paid_back == {"EUR": CountedCost(1, 2, PRICE)}
    assert details.unpriced == 1
    assert details.prefixes == {
        ("467", "EUR"): CountedCost(5, 10, 4 * PRICE),
        ("479", "EUR"): CountedCost(1, 2, PRICE),
    }
    nothing = read_details(database, START + HOUR, START + 2 * HOUR)
    assert (nothing.undelivered, nothing.prefixes) == ({}, {})


async def test_demos_are_left_out_and_purged_batches_stay_in(
    database: Database, writer: Writer, reader: Reader
) -> None:
    demo = ReportRequest(a_report("demo", batch_id="demo"), b"{}", START, origin=Origin.DEMO)
    await append_all(writer, [demo, arriving(a_report("real"))])
    real = reader.batch("batch-a")
    assert real is not None

    purge(writer.edit, real.key, START + 9 * HOUR)

    assert [one.nano for one in read_slices(database, START, START + HOUR)] == [PRICE]
