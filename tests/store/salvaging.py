"""A store that is salvaged, and what is compared then."""

from datetime import timedelta
from pathlib import Path

from kvitto.core.follow_up import FollowUpMark
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.database import open_database
from kvitto.store.follow_up_queries import MarkMessages
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer
from tests.helpers.posting import report_body
from tests.helpers.purging import purge
from tests.store.arrivals import START, a_report, append_all, arriving, refused

MESSAGES = 150
CODES = (101, 112, 201)


async def fill(data_dir: Path) -> None:
    with open_database(data_dir) as database:
        CallbackKeyStore(database).make(START)
        writer = Writer(database)
        writer.start()
        for code in CODES:
            await append_all(
                writer,
                [
                    arriving(
                        a_report(f"m{n}", batch_id=f"b{n % 3}", code=code, final=code == 201),
                        body=report_body(
                            f"m{n}",
                            batch_id=f"b{n % 3}",
                            code=code,
                            final=code == 201,
                            created=START.isoformat(),
                        ),
                    )
                    for n in range(MESSAGES)
                ],
            )
        await append_all(
            writer,
            [
                refused(b"no report"),
                arriving(a_report("o", batch_id="old")),
                *[arriving(a_report("m0", batch_id="b0", code=101))] * 3,
            ],
        )
        writer.edit(MarkMessages((1, 2), START, mark=FollowUpMark.CALLED, note="å")).result(10)
        writer.edit(
            ChangeBatch(1, BatchChange(label="Höstrea", notes="n", expected_count=7))
        ).result(10)
        purge(writer.edit, 4, START + timedelta(days=99))
        writer.close()


def contents(folder: Path) -> tuple[object, ...]:
    with open_database(folder) as database:
        assert check(database).differences == []
        reader = Reader(database)
        counts = reader.counts()
        batches = {
            one.batch_id: (
                one.label,
                one.notes,
                one.expected_count,
                one.statuses,
                one.costs,
                one.reports,
            )
            for one in reader.batches()
        }
        callback_keys = [(one.key, one.value) for one in CallbackKeyStore(database).valid()]
        return batches, callback_keys, counts.reports, counts.repeats, counts.refused
