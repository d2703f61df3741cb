"""What happened to a message, step by step: its reports as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from app.store.records import ReportRecord
from app.ui import words


@dataclass(frozen=True)
class Step:
    """One report about a message, in the order in which things happened.

    Attributes:
        record: the report.
        after_s: how long after the step before, in seconds; None for the first.
        is_current: whether it is the message's current state.
        shows_secret: whether to say by which secret it came: there are several.
    """

    record: ReportRecord
    after_s: float | None
    is_current: bool
    shows_secret: bool

    @property
    def key(self) -> tuple[datetime, int]:
        """What tells the steps apart, and orders them: when it happened, and its arrival."""
        return self.record.received.created, self.record.received.sequence

    @property
    def code(self) -> int:
        """The report's code."""
        return self.record.received.report.code

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
        said = [words.status_meaning(self.code)]
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


def history(records: Sequence[ReportRecord], *, current: int | None, secrets: int) -> list[Step]:
    """Return a message's reports in the order in which things happened.

    Args:
        records: the reports.
        current: the place in the order of arrival of the current state's report.
        secrets: how many secrets are valid.
    """
    ordered = sorted(records, key=lambda one: (one.received.created, one.received.sequence))
    shows_secret = secrets > 1 or len({one.secret for one in ordered}) > 1
    steps: list[Step] = []
    before: datetime | None = None
    for record in ordered:
        created = record.received.created
        after_s = None if before is None else (created - before).total_seconds()
        is_current = record.received.sequence == current
        steps.append(Step(record, after_s, is_current, shows_secret))
        before = created
    return steps
