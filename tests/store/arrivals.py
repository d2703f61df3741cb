"""Arrivals for the store's tests."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from kvitto.core.rejection import ReasonCode, RejectionKind, RejectionReason
from kvitto.core.report import DeliveryReport
from kvitto.core.state import ReceivedReport
from kvitto.store.ingest import Arrival
from kvitto.store.write_requests import RejectedRequest, ReportRequest, WriteResult
from kvitto.store.writer import Writer

START: Final = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)


def a_report(
    message_id: str = "message-1",
    *,
    batch_id: str = "batch-a",
    code: int = 102,
    final: bool = False,
    second: int = 0,
    price_nano: int | None = 82_000_000,
    currency: str | None = "EUR",
    segments: int | None = 2,
    reference: str | None = "Höstrea",
) -> DeliveryReport:
    return DeliveryReport(
        message_id=message_id,
        batch_id=batch_id,
        code=code,
        final=final,
        created=START + timedelta(seconds=second),
        recipient="46701234567",
        segments=segments,
        price_nano=price_nano,
        currency=currency,
        reference=reference,
    )


def arriving(report: DeliveryReport, *, at: datetime = START, body: bytes = b"{}") -> ReportRequest:
    return ReportRequest(report, body, at)


def refused(
    body: bytes, *, kind: RejectionKind = RejectionKind.NOT_JSON, at: datetime = START
) -> RejectedRequest:
    return RejectedRequest(
        kind=kind,
        reason=RejectionReason(ReasonCode.BODY_NOT_JSON),
        body=body,
        size=len(body),
        headers=(("Content-Type", "text/plain"), ("X-Name", "Åsa")),
        arrived=at,
    )


def as_arrivals(received: Iterable[ReceivedReport]) -> list[ReportRequest]:
    """Return what arrives where the store is to receive exactly `received`, in order."""
    return [ReportRequest(one.report, b"{}", one.arrived) for one in received]


async def append_all(writer: Writer, arrivals: Iterable[Arrival]) -> list[WriteResult]:
    """Append arrivals at once, so that they share a group, and await all their receipts."""
    return await asyncio.gather(*(writer.append(one) for one in arrivals))
