"""Makes `kvitto.db` in a folder: the content of the frozen databases beside this file.

Each v<n>.db was made once, by the program whose newest schema version was n, and is never made
again. When a new version is released, run this with its program, and keep the file.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kvitto.core.ip1_parser import parse
from kvitto.core.outages import OutageCause
from kvitto.core.rejection import ReasonCode, RejectedBodyError
from kvitto.core.report import DeliveryReport
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.database import open_database
from kvitto.store.mutations import RecordHeartbeat, RecordOutage
from kvitto.store.write_requests import RejectedRequest, ReportRequest, UnauthorizedCount
from kvitto.store.writer import Writer

START = datetime(2026, 10, 25, 0, 59, 30, tzinfo=UTC)
SAMPLE = Path(__file__).parent.parent / "senders_sample.json"


def reports() -> list[DeliveryReport]:
    """Return the SMS service's sample, and the lives of three messages."""
    lives = (
        ("m-1", (101, 102, 201), "EUR", 82_000_000),
        ("m-2", (101, 112), "EUR", 82_000_000),
        ("m-3", (101, 511, 104), "SEK", -450_000_000),
    )
    return [parse(SAMPLE.read_bytes())] + [
        DeliveryReport(
            message_id=message_id,
            batch_id="höstrea",
            code=code,
            final=code in {201, 104},
            created=None if code == 511 else START + timedelta(seconds=20 * step),
            recipient="46701234567",
            segments=2,
            price_nano=price_nano,
            currency=currency,
            reference="Åsa 🎉",
        )
        for message_id, codes, currency, price_nano in lives
        for step, code in enumerate(codes)
    ]


async def main(folder: Path) -> None:
    """Make the database in `folder`."""
    with open_database(folder) as database:
        callback_keys = CallbackKeyStore(database)
        callback_key = callback_keys.make(START)
        callback_keys.for_public_url("https://example.org", START)
        writer = Writer(database)
        writer.start()
        for number, report in enumerate([*reports(), *reports()[:2]]):
            arrived = START + timedelta(seconds=number)
            await writer.append(ReportRequest(report, b'{"raw": 1}', arrived, callback_key.key))
        for body in (b"no", b"no", b"{}"):
            why = (
                RejectedBodyError(ReasonCode.BODY_NOT_JSON)
                if body == b"no"
                else RejectedBodyError(ReasonCode.FIELD_MISSING, name="messageId")
            )
            await writer.append(
                RejectedRequest(why.kind, why.reason, body, len(body), (("Host", "x"),), START)
            )
        await writer.append(UnauthorizedCount(29_000_000, 12))
        hour = timedelta(hours=1)
        writer.edit(RecordHeartbeat(START, START + hour, is_stopped=True)).result()
        writer.edit(RecordHeartbeat(START + 2 * hour, START + 5 * hour)).result()
        writer.edit(RecordOutage(START + 3 * hour, START + 4 * hour, OutageCause.ASLEEP)).result()
        writer.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
