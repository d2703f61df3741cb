"""All that the SMS service posts about one message, made from the plan whenever it is asked for."""

from datetime import datetime, timedelta
from random import Random
from typing import Final

import msgspec

from kvitto.core.report import DeliveryReport
from kvitto.simulator.encoding import body_of, clipped
from kvitto.simulator.invalid_payloads import invalid_payload_beside
from kvitto.simulator.lifecycles import MAX_STEPS, StatusStep, life
from kvitto.simulator.plan import Chance, Plan, happens, skewed
from kvitto.simulator.requests import INVALID_PAYLOAD, Delivery, Post
from kvitto.simulator.simulated_batches import Batches, SimulatedBatch
from kvitto.simulator.sms_text import filled, segments_of

MAX_REPORTS: Final = MAX_STEPS
"""No message has more different reports."""

_FIRST_NUMBER: Final = 46_701_740_605
_NUMBERS: Final = 95
"""070-174 06 05 to 99: numbers of mobile telephones that the Swedish authority (PTS) keeps for
stories. They belong to nobody."""

_S: Final = 1_000_000
_LATENCY_US: Final = (20_000, 800_000)
_IN_ORDER_US: Final = 1_000
_REORDERED_US: Final = (500_000, 10 * _S)
_LATE_US: Final = (1 * _S, 300 * _S)
_REPEATED_US: Final = (0, 60 * _S)
_AT_ONCE: Final = 0.3
"""The share of repetitions that come in the same moment, so on another connection."""
_BURST_US: Final = 10 * _S
_RESPELLED: Final = 0.5
_CUT_INSIDE: Final = 0.5
_FIELDS_THAT_MAY_MISS: Final = (
    "recipient",
    "segments",
    "price_nano",
    "currency",
    "reference",
    "created",
    "final",
)


class MessageScript(msgspec.Struct, frozen=True):
    """What the SMS service says about one message.

    Attributes:
        reports: the different reports, by their number; at most `MAX_REPORTS`.
        posts: every post in the order in which they are due, repetitions and junk among them.
    """

    reports: tuple[DeliveryReport, ...]
    posts: tuple[Post, ...]


class MessageWriter:
    """Writes the scripts of the messages of a campaign.

    A message's script depends on the plan and its number alone, and is the same each time.
    """

    def __init__(self, plan: Plan, chance: Chance, batches: Batches) -> None:
        """Write for the batches of a plan."""
        self._plan = plan
        self._chance = chance
        self._batches = batches
        self._disturbances = plan.disturbances

    def starts_us(self, message: int, batch: SimulatedBatch | None = None) -> int:
        """Return when a message is sent, without its own jitter; never less than for one before."""
        if batch is None:
            batch = self._batches.of_message(message)
        return batch.starts_us + (message - batch.first) * self._batches.gap_us

    def message_id(self, message: int, batch: SimulatedBatch) -> str:
        """Return the service's id of a message; ids sort in the order of the messages' numbers."""
        return self._batches.object_id(self.starts_us(message, batch), message)

    def script(self, message: int) -> MessageScript:
        """Return what is posted about the message with this number in the campaign."""
        batch = self._batches.of_message(message)
        draw = self._chance.of("message", message)
        starts_us = self.starts_us(message, batch) + int(draw.random() * self._batches.gap_us)
        segments = segments_of(filled(batch.template, draw))
        facts = DeliveryReport(
            message_id=self.message_id(message, batch),
            batch_id=batch.batch_id,
            code=0,
            recipient=str(_FIRST_NUMBER + int(draw.random() * _NUMBERS)),
            segments=segments,
            price_nano=segments * batch.part_price_nano,
            currency=batch.currency.upper(),
            reference=batch.reference,
        )
        steps = life(draw, self._disturbances.unknown_codes)
        reports = self._reports(facts, steps, starts_us, draw)
        dues = self._dues(steps, starts_us, draw)
        numbers: dict[DeliveryReport, int] = {}
        posts: list[Post] = []
        for report, due_us in zip(reports, dues, strict=True):
            is_repeat = report in numbers
            number = numbers.setdefault(report, len(numbers))
            self._add_posts(posts, message, number, report, due_us, draw, is_repeat=is_repeat)
        posts.sort(key=_due)
        return MessageScript(tuple(numbers), tuple(posts))

    # --- What is said ---------------------------------------------------------------------------

    def _reports(
        self, facts: DeliveryReport, steps: list[StatusStep], starts_us: int, draw: Random
    ) -> list[DeliveryReport]:
        """Return the report of each step, as far as it can be read from what will be posted."""
        reports: list[DeliveryReport] = []
        before: datetime | None = None
        for step in steps:
            created = self._plan.start + timedelta(microseconds=starts_us + step.at_us)
            said = clipped(created, draw, self._disturbances.time_forms)
            if before is not None:
                if happens(draw, self._disturbances.ties):
                    said = before
                elif said <= before:
                    # Cut off, it would tie with the one before, or go before it.
                    said = created
            before = said if before is None else max(before, said)
            report = msgspec.structs.replace(
                facts,
                code=step.code,
                final=step.final,
                created=said,
                price_nano=0 if step.is_free else facts.price_nano,
            )
            if happens(draw, self._disturbances.missing_fields):
                report = _without_fields(report, draw)
            elif happens(draw, self._disturbances.time_forms * _UNREADABLE):
                report = msgspec.structs.replace(report, created=None)
            reports.append(report)
        return reports

    # --- When it is said ------------------------------------------------------------------------

    def _dues(self, steps: list[StatusStep], starts_us: int, draw: Random) -> list[int]:
        """Return when each step's report is posted: soon and in order, but for disturbances."""
        disturbances = self._disturbances
        ends_us = starts_us + steps[-1].at_us + _LATENCY_US[1]
        dues: list[int] = []
        before_us = 0
        for step in steps:
            soon_us = starts_us + step.at_us + skewed(draw, *_LATENCY_US)
            due_us = before_us = max(soon_us, before_us + _IN_ORDER_US)
            if happens(draw, disturbances.late):
                due_us = ends_us + skewed(draw, *_LATE_US)
            elif happens(draw, disturbances.reordered):
                due_us += skewed(draw, *_REORDERED_US)
            if happens(draw, disturbances.bursts):
                due_us += -due_us % _BURST_US
            dues.append(due_us)
        return dues

    # --- How it is said -------------------------------------------------------------------------

    def _add_posts(
        self,
        posts: list[Post],
        message: int,
        number: int,
        report: DeliveryReport,
        due_us: int,
        draw: Random,
        *,
        is_repeat: bool,
    ) -> None:
        """Add a report's post, its repetition, and the junk beside it."""
        disturbances = self._disturbances
        body = body_of(report, draw, disturbances)
        delivery = self._delivery(draw)
        posts.append(Post(due_us, message, number, body, delivery=delivery, is_repeat=is_repeat))
        if happens(draw, disturbances.duplicates):
            if not happens(draw, _AT_ONCE):
                due_us += skewed(draw, *_REPEATED_US)
            if disturbances.respells and happens(draw, _RESPELLED):
                body = body_of(report, draw, disturbances)
            delivery = self._delivery(draw)
            posts.append(Post(due_us, message, number, body, delivery=delivery, is_repeat=True))
        posts.extend(
            Post(
                due_us,
                message,
                INVALID_PAYLOAD,
                invalid_payload.body,
                expected=invalid_payload.expected,
            )
            for invalid_payload in invalid_payload_beside(body, draw, disturbances)
        )

    def _delivery(self, draw: Random) -> Delivery:
        if happens(draw, self._disturbances.cut):
            return Delivery.CUT_INSIDE if happens(draw, _CUT_INSIDE) else Delivery.CUT_AFTER
        if happens(draw, self._disturbances.chunked):
            return Delivery.CHUNKED
        return Delivery.WHOLE


_UNREADABLE: Final = 0.1
"""The share of other forms of time that can't be read."""


def _due(post: Post) -> int:
    return post.due_us


def _without_fields(report: DeliveryReport, draw: Random) -> DeliveryReport:
    """Return a report with one to three fields missing."""
    missing: dict[str, object] = {}
    for _ in range(1 + int(draw.random() * 3)):
        name = _FIELDS_THAT_MAY_MISS[int(draw.random() * len(_FIELDS_THAT_MAY_MISS))]
        missing[name] = False if name == "final" else None
    return msgspec.structs.replace(report, **missing)
