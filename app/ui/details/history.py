"""What happened to a message, step by step: its reports as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication

from app.core.door import SENDER, ClosedBy, Closure
from app.core.lateness import CLOCKS, Late, Lateness, lateness
from app.store.records import ReportRecord
from app.ui import words
from app.ui.details.lateness_words import late_sentence, late_word
from app.ui.details.mark_words import mark_sentences


@dataclass(frozen=True)
class Step:
    """One report about a message, in the order in which things happened.

    Attributes:
        record: the report.
        after_s: how long after the step before, in seconds; None for the first.
        is_current: whether it is the message's current state.
        shows_secret: whether to say by which secret it came: there are several.
        late: how late it came and why; None where the sender did not say when it happened.
        causes: why our door was closed between that and the arrival, in order.
    """

    record: ReportRecord
    after_s: float | None
    is_current: bool
    shows_secret: bool
    late: Lateness | None = None
    causes: tuple[ClosedBy, ...] = ()

    @property
    def key(self) -> tuple[datetime, int]:
        """What tells the steps apart, and orders them: when it happened, and its arrival."""
        return self.record.received.created, self.record.received.sequence

    @property
    def code(self) -> int:
        """The report's code."""
        return self.record.received.report.code

    @property
    def is_final(self) -> bool:
        """Whether the report is the last one about its message."""
        return self.record.received.report.final

    @property
    def has_own_time(self) -> bool:
        """Whether the sender said when it happened."""
        return self.record.received.report.created is not None

    @property
    def lag_s(self) -> float:
        """How long after it happened the report came, in seconds; negative where clocks differ."""
        received = self.record.received
        return (received.arrived - received.created).total_seconds()

    def after_text(self) -> str:
        """Return how long after the step before it happened."""
        return "" if self.after_s is None else f"+{words.duration(self.after_s)}"

    def lag_text(self) -> str:
        """Return how long the report took to come; or that the time is ours."""
        if not self.has_own_time:
            return QCoreApplication.translate("History", "time is ours")
        return signed_duration(self.lag_s)

    def late_text(self) -> str:
        """Return why the report came late; "" where it did not."""
        return late_word(self.late)

    def way_text(self) -> str:
        """Return how the report came, and by which secret where there are several."""
        way = words.origin_word(self.record.origin)
        if not self.shows_secret:
            return way
        if self.record.secret is None:
            return QCoreApplication.translate("History", "{way}, no secret").format(way=way)
        return QCoreApplication.translate("History", "{way}, secret {key}").format(
            way=way, key=self.record.secret
        )

    def sentences(self) -> str:
        """Return all that there is to say of the step, in sentences."""
        said = [words.status_meaning(self.code, final=self.is_final)]
        arrived = words.exact_time(self.record.received.arrived)
        if not self.has_own_time:
            said.append(
                QCoreApplication.translate(
                    "History",
                    "It came {arrived}. The sender gave no time that can be read: this one is "
                    "ours.",
                ).format(arrived=arrived)
            )
        elif self.lag_s < 0:
            said.append(
                QCoreApplication.translate(
                    "History",
                    "It came {arrived}, {lag} before the sender says that it happened: the two "
                    "clocks differ.",
                ).format(arrived=arrived, lag=words.duration(self.lag_s))
            )
        else:
            said.append(
                QCoreApplication.translate(
                    "History", "It came {arrived}, {lag} after it happened."
                ).format(arrived=arrived, lag=words.duration(self.lag_s))
            )
        if self.late is not None and self.late.kind is not Late.PROMPT:
            said.append(late_sentence(self.late, self.causes))
        said += mark_sentences(self.record.marks)
        if self.record.body_bytes is not None:
            said.append(
                QCoreApplication.translate(
                    "History",
                    "Its body had {size} bytes. Kept of it are the fields of a report, and the "
                    "beginnings of what was besides.",
                ).format(size=words.number(self.record.body_bytes))
            )
        if self.record.repeats:
            said.append(
                QCoreApplication.translate(
                    "History", "The same report came again {count} ×."
                ).format(count=words.number(self.record.repeats))
            )
        if self.is_current:
            said.append(QCoreApplication.translate("History", "It is the message's current state."))
        return " ".join(said)


def signed_duration(seconds: float) -> str:
    """Return a length of time, with a minus sign where it is negative."""
    return f"−{words.duration(seconds)}" if seconds <= -1 else words.duration(seconds)


def history(
    records: Sequence[ReportRecord],
    *,
    current: int | None,
    secrets: int,
    closures: Sequence[Closure] = (),
    proofs: Mapping[int, Sequence[datetime]] = MappingProxyType({}),
) -> list[Step]:
    """Return a message's reports in the order in which things happened.

    Args:
        records: the reports.
        current: the place in the order of arrival of the current state's report.
        secrets: how many secrets are valid.
        closures: when our door was closed; those that ended before `since` don't matter.
        proofs: in which minutes reports came by each secret, by its key.
    """
    ordered = sorted(records, key=lambda one: (one.received.created, one.received.sequence))
    shows_secret = secrets > 1 or len({one.secret for one in ordered}) > 1
    steps: list[Step] = []
    before: datetime | None = None
    for record in ordered:
        created = record.received.created
        after_s = None if before is None else (created - before).total_seconds()
        is_current = record.received.sequence == current
        late = _lateness(record, closures, proofs)
        causes = _causes(record, closures) if late and late.kind is Late.CLOSED_DOOR else ()
        steps.append(Step(record, after_s, is_current, shows_secret, late, causes))
        before = created
    return steps


def since(records: Sequence[ReportRecord]) -> datetime | None:
    """Return from when on closures matter to a message's reports; None where there are none."""
    return min((one.received.created for one in records), default=None)


def _lateness(
    record: ReportRecord, closures: Sequence[Closure], proofs: Mapping[int, Sequence[datetime]]
) -> Lateness | None:
    created, arrived = record.received.report.created, record.received.arrived
    if created is None:
        return None
    came = () if record.secret is None else proofs.get(record.secret, ())
    # Its own minute proves nothing of the time before.
    others = [one for one in came if one < arrived.replace(second=0, microsecond=0)]
    return lateness(created, arrived, closures, SENDER, others)


def _causes(record: ReportRecord, closures: Sequence[Closure]) -> tuple[ClosedBy, ...]:
    """Return why the door was closed while a report was under way, each cause once."""
    created, arrived = record.received.created - CLOCKS, record.received.arrived
    meanwhile = sorted(
        (one.begin, one.by)
        for one in closures
        if one.begin < arrived and (one.end is None or one.end >= created)
    )
    return tuple(dict.fromkeys(by for _begin, by in meanwhile))
