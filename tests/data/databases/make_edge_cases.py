"""Makes `kvitto.db` in a folder, with what is counted by rules of its own.

Reports of the same moment, refunds, prices without a currency, times out of bounds, and a batch of
which a part was purged. What is exported of it lies in `tests/data/exports`.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from kvitto.core.report import DeliveryReport
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.database import open_database
from kvitto.store.reader import Reader
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.helpers.purging import purge

START: Final = datetime(2026, 10, 25, 0, 59, 30, tzinfo=UTC)
CODES: Final = (101, 102, 103, 104, 112, 113, 201, 202, 403, 511, 150, 42)
OUT_OF_BOUNDS: Final = (
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 30, tzinfo=UTC),
    START + timedelta(days=2),
)


class Maker:
    """Posts reports that have little to choose from: what matters happens often."""

    def __init__(self, writer: Writer, callback_key: int) -> None:
        """Post to `writer`."""
        self._writer = writer
        self._callback_key = callback_key
        self._draw = Random(5)
        self._posted = 0

    async def post(self, batch_id: str, messages: int, reports: int) -> None:
        """Post reports about a batch's messages; a tenth of them as if the clock was set back."""
        draw = self._draw
        for _ in range(reports):
            report = self._report(batch_id, f"m-{draw.randrange(messages)}")
            self._posted += 1
            arrived = START + timedelta(seconds=self._posted * 0.7)
            if draw.random() < 0.1:
                arrived -= timedelta(minutes=30)
            said = "ISO-8601 string" if report.created is None and draw.random() < 0.5 else None
            callback_key = self._callback_key if draw.random() < 0.8 else None
            body = json.dumps({"created": said}).encode()
            await self._writer.append(ReportRequest(report, body, arrived, callback_key))

    def _report(self, batch_id: str, message_id: str) -> DeliveryReport:
        draw = self._draw
        return DeliveryReport(
            message_id=message_id,
            batch_id=batch_id,
            code=draw.choice(CODES),
            final=draw.random() < 0.3,
            created=self._created(),
            recipient=draw.choice((None, "46701234567", "46707654321")),
            segments=draw.choice((None, 1, 2)),
            price_nano=draw.choice((None, 0, 82_000_000, -82_000_000, 10**18 - 1)),
            currency=draw.choice((None, "EUR", "SEK")),
            reference=draw.choice((None, "vår", "höst")),
        )

    def _created(self) -> datetime | None:
        draw = self._draw
        way = draw.random()
        if way < 0.1:
            return None
        if way < 0.25:
            return draw.choice(OUT_OF_BOUNDS) + timedelta(seconds=draw.randrange(3))
        return START + timedelta(seconds=draw.choice((0, 0, 20, 61, 125)))


async def main(folder: Path) -> None:
    """Make the database in `folder`."""
    with open_database(folder) as database:
        writer = Writer(database)
        writer.start()
        maker = Maker(writer, CallbackKeyStore(database).make(START).key)
        await maker.post("whole", 40, 300)
        await maker.post("forgotten", 15, 60)
        purged = Reader(database).batch("forgotten")
        assert purged is not None
        purge(writer.edit, purged.key, START + timedelta(days=1))
        await maker.post("forgotten", 30, 60)
        writer.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
