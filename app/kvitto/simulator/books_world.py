"""The SMS service's books of a campaign: what its API would say, made from the plan.

The same plan makes the reports that are posted, so whoever asks these books can be compared with
it. Source: the SMS service's API v2.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec

from kvitto.core.money import amount_of
from kvitto.core.report import DeliveryReport
from kvitto.core.timestamps import iso
from kvitto.simulator.books_faults import BooksFaults, StatusForm
from kvitto.simulator.campaign import Campaign
from kvitto.simulator.simulated_batches import SimulatedBatch

ACCOUNT: Final = "ip1-12345"
_ORGANIZATION: Final = "Kliniken AB"
_BALANCE: Final = Decimal("412.50")
_UNPAID: Final = 402
_REFUNDED: Final = 104


class Books:
    """What the API says of a campaign.

    Args:
        campaign: the campaign.
        faults: how the answers are spelled, and where they differ from the reports.
        callback_url: where the batches' reports go; of each, by its number, where there are more.
        lived_s: how much of the campaign's life has passed; None for all of it.

    Attributes:
        faults: may be changed between two answers.
    """

    def __init__(
        self,
        campaign: Campaign,
        faults: BooksFaults | None = None,
        *,
        callback_url: str | Sequence[str] = "",
        lived_s: Callable[[], float | None] = lambda: None,
    ) -> None:
        self.faults = BooksFaults() if faults is None else faults
        self._campaign: Final = campaign
        self._callback_urls: Final = (
            [callback_url] if isinstance(callback_url, str) else list(callback_url)
        )
        self._lived_s: Final = lived_s
        self._is_stopped = False
        self._summing: Final = threading.Lock()
        self._sums: Final[dict[tuple[int, BooksFaults], dict[str, Any]]] = {}
        """Of batches that have lived, as they were asked for."""
        self._numbers: Final = {
            campaign.batches[number].batch_id: number for number in range(len(campaign.batches))
        }

    def stop(self) -> None:
        """End a sum that is being made, and all that come later; from another thread."""
        self._is_stopped = True

    def account(self) -> dict[str, Any]:
        """Return the answer about the account."""
        return {
            "Account": ACCOUNT,
            "Organization": _ORGANIZATION,
            "Type": "Swedish",
            "Balance": self._money(_BALANCE),
            "Currency": "Euro" if self.faults.euro else "SEK",
        }

    def batch_of(self, batch_id: str) -> SimulatedBatch | None:
        """Return the batch with an id; None for one that these books do not have."""
        number = self._numbers.get(batch_id)
        return None if number is None else self._campaign.batches[number]

    @property
    def batches(self) -> int:
        """How many batches there are."""
        return len(self._numbers)

    def listed(self, number: int) -> dict[str, Any]:
        """Return a batch as it is in the list of batches."""
        return self._batch(self._campaign.batches[number])

    def batch(self, batch: SimulatedBatch) -> dict[str, Any]:
        """Return a batch with its sums; takes long for a large one, the first time. Any thread."""
        with self._summing:
            key = (batch.number, self.faults)
            if self._lived_s() is not None:
                return self._summed(batch)
            if key not in self._sums:
                self._sums[key] = self._summed(batch)
            return self._sums[key]

    def _summed(self, batch: SimulatedBatch) -> dict[str, Any]:
        counts: Counter[int] = Counter()
        segments: Counter[int] = Counter()
        total = Decimal(0)
        for number in range(batch.first, batch.first + batch.size - self.faults.lagging):
            if self._is_stopped:
                raise InterruptedError("nobody wants it any more")
            report = self._reports(number)[-1]
            counts[report.code] += 1
            segments[report.code] += report.segments or 0
            if report.code != _REFUNDED:
                total += amount_of(report.price_nano or 0)
        summary = {
            str(code): {"messages": self._number(count), "sms": self._number(segments[code])}
            for code, count in counts.items()
        }
        price = {"total": self._money(total), "currency": self._currency(batch.currency)}
        return self._batch(batch) | {"messageSummary": summary, "priceSummary": price}

    def message(self, number: int, *, is_whole: bool) -> dict[str, Any]:
        """Return a message by its number: with all its statuses, or the latest alone."""
        reports = self._reports(number)
        newest = reports[-1]
        faults = self.faults
        price = newest.price_nano if faults.price_nano is None else faults.price_nano
        told: dict[str, Any] = {
            "messageId" if faults.long_ids else "id": newest.message_id,
            "batchId": newest.batch_id,
            "owner": ACCOUNT,
            "sender": "Kliniken",
            "recipient": faults.recipient or newest.recipient,
            "body": "Your appointment is tomorrow.",
            "direction": "MT",
            "segments": self._number(newest.segments),
            "type": self._number(1),
            "datacoding": "GSM",
            "priority": self._number(1),
            "price": None if price is None else self._money(amount_of(price)),
            "currency": self._currency(newest.currency or ""),
            "statuses": [self._status(one) for one in (reports if is_whole else reports[-1:])],
            "modified": newest.created and iso(newest.created),
            "reference": newest.reference,
            "mcc": self._number(240),
            "mnc": "1",
        }
        if faults.statuses is StatusForm.REVERSED:
            told["statuses"].reverse()
        elif faults.statuses is StatusForm.EMPTY:
            told["statuses"] = []
        elif faults.statuses is StatusForm.ABSENT:
            del told["statuses"]
        if faults.nulls:
            told |= dict.fromkeys(("owner", "sender", "body", "reference", "mcc", "mnc", "type"))
        if faults.unknown_fields:
            told |= {"channel": "sms", "retries": 3, "route": {"name": "blue"}}
        return told

    def number_of(self, batch: SimulatedBatch, message_id: str) -> int | None:
        """Return the number of a batch's message by its id; None for none."""
        low, high = batch.first, batch.first + batch.size
        while low < high:
            middle = (low + high) // 2
            found = self._campaign.message_id(middle)
            if found == message_id:
                return middle
            low, high = (middle + 1, high) if found < message_id else (low, middle)
        return None

    # --- Parts ----------------------------------------------------------------------------------

    def _reports(self, number: int) -> tuple[DeliveryReport, ...]:
        """Return what has become of a message by now: at least its first status."""
        reports = self._campaign.script(number).reports
        if self.faults.refunds_402 and any(one.code == _UNPAID for one in reports):
            last = reports[-1]
            later = None if last.created is None else last.created + timedelta(seconds=5)
            reports += (msgspec.structs.replace(last, code=_REFUNDED, final=False, created=later),)
        lived_s = self._lived_s()
        if lived_s is None:
            return reports
        now = self._campaign.plan.start + timedelta(seconds=lived_s)
        return (
            tuple(one for one in reports if one.created is None or one.created <= now)
            or reports[:1]
        )

    def _batch(self, batch: SimulatedBatch) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": batch.batch_id,
            "sender": "Kliniken",
            "body": "Your appointment is {when}.",
            "owner": ACCOUNT,
            "direction": "MT",
            "type": self._number(1),
            "datacoding": "GSM",
            "priority": self._number(1),
            "templated": True,
            "deliveryWindows": [],
            "status": self._number(201),
            "deliveryReportUrl": self._callback_urls[batch.number % len(self._callback_urls)],
            "reference": batch.reference,
            "tags": ["simulated"],
        }
        if self.faults.nulls:
            told |= dict.fromkeys(("owner", "sender", "body", "tags", "reference"))
        if self.faults.unknown_fields:
            told["campaign"] = "spring"
        return told

    def _status(self, report: DeliveryReport) -> dict[str, Any]:
        created = report.created and report.created + timedelta(hours=self.faults.hours_late)
        told = None if created is None else iso(created)
        if told is not None and created is not None and self.faults.odd_times:
            told = created.replace(tzinfo=None).isoformat(timespec="milliseconds")
        return {
            "code": self._number(report.code),
            "duration": self._number(int(report.final)),
            "created": told,
        }

    def _number(self, number: int | None) -> int | str | None:
        return str(number) if self.faults.texts and number is not None else number

    def _money(self, amount: Decimal) -> str | msgspec.Raw:
        if self.faults.texts:
            return f"{amount:f}"
        text = f"{amount:f}"
        if self.faults.float_prices and amount:
            # A ten-thousand-millionth too much, as 0.1 + 0.2 has it.
            text = f"{amount + Decimal(4).scaleb(-17):f}"
        return msgspec.Raw(text.encode())

    def _currency(self, currency: str) -> str:
        return "Euro" if self.faults.euro and currency.lower() == "eur" else currency.lower()
