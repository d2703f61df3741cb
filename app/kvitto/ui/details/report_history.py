"""What happened to a message, step by step: its reports as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication

from kvitto.core.delay import CLOCKS, Delay, DelayReason, delay
from kvitto.core.outages import IP1_RETRIES, Outage, OutageCause
from kvitto.core.report import Origin
from kvitto.store.records import ReportRecord
from kvitto.ui.details.delay_text import late_sentence, late_word
from kvitto.ui.details.mark_text import mark_sentences
from kvitto.ui.text import formatting


@dataclass(frozen=True)
class HistoryStep:
    """One report about a message, in the order in which things happened.

    Attributes:
        record: the report.
        after_s: how long after the step before, in seconds; None for the first.
        is_current: whether it is the message's current state.
        shows_callback_key: whether to say by which secret it came: there are several.
        late: how late it came and why; None where the SMS service did not say when it happened.
        causes: why no report could come in between that and the arrival, in order.
    """

    record: ReportRecord
    after_s: float | None
    is_current: bool
    shows_callback_key: bool
    late: Delay | None = None
    causes: tuple[OutageCause, ...] = ()

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
        """Whether the SMS service said when it happened."""
        return self.record.received.report.created is not None

    @property
    def lag_s(self) -> float:
        """How long after it happened the report came, in seconds; negative where clocks differ."""
        received = self.record.received
        return (received.arrived - received.created).total_seconds()

    def after_text(self) -> str:
        """Return how long after the step before it happened."""
        return "" if self.after_s is None else f"+{formatting.duration(self.after_s)}"

    @property
    def is_asked(self) -> bool:
        """Whether it was never reported, but asked from the SMS service's API."""
        return self.record.origin is Origin.API

    def arrived_text(self) -> str:
        """Return when the report arrived; of one that never came, when iP.1 was asked."""
        time = formatting.exact_time(self.record.received.arrived)
        if not self.is_asked:
            return time
        return QCoreApplication.translate("History", "from iP.1's books, asked {time}").format(
            time=time
        )

    def lag_text(self) -> str:
        """Return how long the report took to come, if it came; or that the time is ours."""
        if self.is_asked:
            return ""
        if not self.has_own_time:
            return QCoreApplication.translate("History", "time is ours")
        return signed_duration(self.lag_s)

    def late_text(self) -> str:
        """Return why the report came late; "" where it did not."""
        return late_word(self.late)

    def way_text(self) -> str:
        """Return how the report came, and by which secret where there are several."""
        way = formatting.origin_word(self.record.origin)
        if not self.shows_callback_key:
            return way
        if self.record.callback_key is None:
            return QCoreApplication.translate("History", "{way}, no key").format(way=way)
        return QCoreApplication.translate("History", "{way}, key {key}").format(
            way=way, key=self.record.callback_key
        )

    def sentences(self) -> str:
        """Return all that there is to say of the step, in sentences."""
        said = [formatting.status_meaning(self.code, final=self.is_final)]
        arrived = formatting.exact_time(self.record.received.arrived)
        if self.is_asked:
            said.append(
                QCoreApplication.translate(
                    "History", "It was never reported here: iP.1 told it when asked, {arrived}."
                ).format(arrived=arrived)
            )
        elif not self.has_own_time:
            said.append(
                QCoreApplication.translate(
                    "History",
                    "It came {arrived}. The SMS service gave no time that can be read: this one is "
                    "ours.",
                ).format(arrived=arrived)
            )
        elif self.lag_s < 0:
            said.append(
                QCoreApplication.translate(
                    "History",
                    "It came {arrived}, {lag} before the SMS service says that it happened: "
                    "the two clocks differ.",
                ).format(arrived=arrived, lag=formatting.duration(self.lag_s))
            )
        else:
            said.append(
                QCoreApplication.translate(
                    "History", "It came {arrived}, {lag} after it happened."
                ).format(arrived=arrived, lag=formatting.duration(self.lag_s))
            )
        if self.late is not None and self.late.kind is not DelayReason.PROMPT:
            said.append(late_sentence(self.late, self.causes))
        said += mark_sentences(self.record.marks)
        if self.record.body_bytes is not None:
            said.append(
                QCoreApplication.translate(
                    "History",
                    "Its body had {size} bytes. Kept of it are the fields of a report, and the "
                    "beginnings of what was besides.",
                ).format(size=formatting.number(self.record.body_bytes))
            )
        if self.record.repeats:
            said.append(
                QCoreApplication.translate(
                    "History", "The same report came again {count} ×."
                ).format(count=formatting.number(self.record.repeats))
            )
        if self.is_current:
            said.append(QCoreApplication.translate("History", "It is the message's current state."))
        return " ".join(said)


def signed_duration(seconds: float) -> str:
    """Return a length of time, with a minus sign where it is negative."""
    return f"−{formatting.duration(seconds)}" if seconds <= -1 else formatting.duration(seconds)


def history(
    records: Sequence[ReportRecord],
    *,
    current: int | None,
    callback_keys: int,
    outages: Sequence[Outage] = (),
    proofs: Mapping[int, Sequence[datetime]] = MappingProxyType({}),
) -> list[HistoryStep]:
    """Return a message's reports in the order in which things happened.

    Args:
        records: the reports.
        current: the place in the order of arrival of the current state's report.
        callback_keys: how many secrets are valid.
        outages: when no report could come in; those that ended before `since` don't matter.
        proofs: in which minutes reports came by each secret, by its key.
    """
    ordered = sorted(records, key=lambda one: (one.received.created, one.received.sequence))
    shows_callback_key = callback_keys > 1 or len({one.callback_key for one in ordered}) > 1
    steps: list[HistoryStep] = []
    before: datetime | None = None
    for record in ordered:
        created = record.received.created
        after_s = None if before is None else (created - before).total_seconds()
        is_current = record.received.sequence == current
        late = _delay(record, outages, proofs)
        causes = _causes(record, outages) if late and late.kind is DelayReason.UNREACHABLE else ()
        steps.append(HistoryStep(record, after_s, is_current, shows_callback_key, late, causes))
        before = created
    return steps


def since(records: Sequence[ReportRecord]) -> datetime | None:
    """Return from when on closures matter to a message's reports; None where there are none."""
    return min((one.received.created for one in records), default=None)


def _delay(
    record: ReportRecord, outages: Sequence[Outage], proofs: Mapping[int, Sequence[datetime]]
) -> Delay | None:
    created, arrived = record.received.report.created, record.received.arrived
    if created is None or record.origin is Origin.API:
        return None
    came = () if record.callback_key is None else proofs.get(record.callback_key, ())
    # Its own minute proves nothing of the time before.
    others = [one for one in came if one < arrived.replace(second=0, microsecond=0)]
    return delay(created, arrived, outages, IP1_RETRIES, others)


def _causes(record: ReportRecord, outages: Sequence[Outage]) -> tuple[OutageCause, ...]:
    """Return why no report could come in while a report was under way, each cause once."""
    created, arrived = record.received.created - CLOCKS, record.received.arrived
    meanwhile = sorted(
        (one.begin, one.by)
        for one in outages
        if one.begin < arrived and (one.end is None or one.end >= created)
    )
    return tuple(dict.fromkeys(by for _begin, by in meanwhile))
