"""What iP.1's books say of a batch, in words: whether it is complete, or why they can't say."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject

from kvitto.core.invisible import plain_line
from kvitto.core.outages import IP1_RETRIES
from kvitto.store.asked_reader import AskedRecord, DifferentMessage
from kvitto.store.records import BatchRecord
from kvitto.ui.text import formatting

if TYPE_CHECKING:
    from kvitto.books.pass_result import PassResult


_OPERATORS: Final = {
    ("240", "01"): "Telia",
    ("240", "02"): "Tre",
    ("240", "06"): "Telenor",
    ("240", "07"): "Tele2",
    ("240", "08"): "Telenor",
}
"""The large networks of Sweden, by the ITU's list; others are told by their numbers."""
_MOST_OPERATORS: Final = 6


class AskedFacts(NamedTuple):
    """What there is to show of what iP.1 said of a batch; "" for nothing.

    Attributes:
        asked: whether it is complete.
        named: its reference, tags and sender.
        operators: how many messages each operator had.
        text: its text.
        there: how many messages it has; None if unknown.
    """

    asked: str = ""
    named: str = ""
    operators: str = ""
    text: str = ""
    there: int | None = None


class AskedText(QObject):
    """The words, in the language of now."""

    def batch_text(
        self, batch: BatchRecord, asked: AskedRecord, now: datetime, *, was_reachable: bool | None
    ) -> str:
        """Return whether a batch is complete by iP.1's books.

        Args:
            batch: the batch and its sums.
            asked: what came of asking.
            now: the time, UTC.
            was_reachable: whether no interruption is known while it reported; None if unknown.
        """
        said = [
            *self._unknown(asked),
            *self._differing(batch, asked),
            *self._unreported(asked, now, was_reachable=was_reachable),
        ]
        if asked.incomplete is not None:
            said.insert(
                0,
                self.tr("Can't say: {reason}.").format(reason=self.reason(asked.incomplete)),
            )
        elif batch.reports and batch.last_seen >= asked.asked_at:
            # Whatever it said, it did not know of these.
            said.insert(0, self.tr("Reports have come since iP.1 was asked."))
        elif not (asked.unknown_there or asked.differing):
            said.insert(0, self._agrees(batch, asked))
        said.append(self.tr("Asked {time}.").format(time=_when(asked.asked_at, now)))
        return " ".join(said)

    def _agrees(self, batch: BatchRecord, asked: AskedRecord) -> str:
        counted = {
            "seen": formatting.number(asked.seen),
            "there": formatting.number(asked.there if asked.there is not None else asked.seen),
        }
        here = None if asked.cost is None else batch.cost.get(asked.cost.currency)
        if asked.cost is not None and here == asked.cost:
            return self.tr("iP.1 agrees: {seen} of {there} messages, {sum}.").format(
                sum=formatting.sum_money(asked.cost), **counted
            )
        agrees = self.tr("iP.1 agrees: {seen} of {there} messages.").format(**counted)
        return f"{agrees} {self._sums(batch, asked)}".rstrip()

    def _sums(self, batch: BatchRecord, asked: AskedRecord) -> str:
        """Return both sums where iP.1's is another one; "" where it is not, or is not known."""
        if asked.cost is None or batch.cost.get(asked.cost.currency) == asked.cost:
            return ""
        return self.tr("iP.1's sum is {there}, ours {here}.").format(
            there=formatting.sum_money(asked.cost), here=formatting.sums(batch.cost) or "–"
        )

    def _unknown(self, asked: AskedRecord) -> list[str]:
        if not asked.unknown_there:
            return []
        return [
            self.tr(
                "%n message(s) here are unknown to iP.1: somebody may have your callback URL. Make "
                "a new key in the settings, under Receiving.",
                "",
                asked.unknown_there,
            )
        ]

    def _differing(self, batch: BatchRecord, asked: AskedRecord) -> list[str]:
        if not asked.differing:
            return []
        differs = self.tr(
            "iP.1 says another result, price, number of SMS parts, recipient or time of %n "
            "message(s):",
            "",
            asked.differing,
        )
        which = [self._different(one) for one in asked.different]
        if (more := asked.differing - len(which)) > 0:
            which.append(self.tr("%n more", "", more))
        return [f"{differs} {', '.join(which)}. {self._sums(batch, asked)}".rstrip()]

    def _different(self, one: DifferentMessage) -> str:
        """Return which message it is, and in what it differs."""
        words = {
            "price": self.tr("price"),
            "segments": self.tr("SMS parts"),
            "recipient": self.tr("recipient"),
            "status": self.tr("result"),
            "time": self.tr("time, by whole hours"),
        }
        said = ", ".join(words.get(kind, kind) for kind in one.kinds)
        if one.price is not None:
            said += f": {formatting.money(one.price)}"
        return f"{plain_line(one.message_id)} ({said})"

    def _unreported(
        self, asked: AskedRecord, now: datetime, *, was_reachable: bool | None
    ) -> list[str]:
        if not asked.unreported or asked.latest_unreported is None:
            return []
        said = [
            self.tr(
                "%n status(es) that were not reported here came from iP.1.",
                "",
                asked.unreported,
            )
        ]
        if asked.silent:
            said.append(self.tr("%n message(s) have not been reported at all.", "", asked.silent))
        until = asked.latest_unreported + IP1_RETRIES.longest
        if until > now:
            said.append(
                self.tr("What is missing may be on its way until {time}.").format(
                    time=_when(until, now)
                )
            )
        elif was_reachable:
            said.append(
                self.tr(
                    "No interruption is known of that time: check the tunnel, it may lose reports.",
                )
            )
        return said

    def named(self, asked: AskedRecord) -> str:
        """Return by what iP.1 names a batch."""
        return " · ".join(filter(None, (asked.reference, ", ".join(asked.tags), asked.sender)))

    def operators(self, asked: AskedRecord) -> str:
        """Return how many messages each operator had, and how many it delivered, a line each."""
        known = [one for one in asked.operators if one.mcc or one.mnc]
        lines = [
            self.tr("{operator}: {delivered} of {messages} delivered").format(
                operator=operator_name(one.mcc, one.mnc),
                delivered=formatting.number(one.delivered),
                messages=formatting.number(one.messages),
            )
            for one in known[:_MOST_OPERATORS]
        ]
        if len(known) > _MOST_OPERATORS:
            lines.append(self.tr("%n more operator(s)", "", len(known) - _MOST_OPERATORS))
        return "\n".join(lines)

    def reason(self, why: str) -> str:
        """Return why iP.1's books can't say whether a batch is complete; ends a sentence."""
        reasons = {
            "pending": self.tr("not everything has been asked yet"),
            "busy": self.tr("iP.1 did not answer, or had no time"),
            "certificate": self.tr("what answers as iP.1 has a certificate that can't be trusted"),
            "own_limit": self.tr("Kvitto asks no more in this hour, to be no burden"),
            "key_refused": self.tr("iP.1 refuses the key"),
            "not_found": self.tr("iP.1 does not know this batch"),
            "unreadable": self.tr("an answer of iP.1 can't be read"),
            "moved": self.tr("the list changed while it was read"),
            "fewer": self.tr("iP.1 lists fewer messages than it says there are"),
            "size_unknown": self.tr("iP.1 does not say how many messages there are"),
            "budget": self.tr(
                "it takes more questions than Kvitto asks at once by itself: Ask iP.1 asks them all"
            ),
            "histories": self.tr("of some messages iP.1 does not say what became of them"),
            "behind": self.tr("iP.1's books have not caught up with the reports"),
            "not_asked": self.tr("a batch that is archived, deleted or a demo is not asked about"),
        }
        return reasons.get(why) or self.tr("the reason is not known")

    def results(self, results: "Sequence[PassResult]", now: datetime) -> str:
        """Return what came of the questions of the user, in one sentence or two."""
        agreeing = sum(one.agrees for one in results)
        unsaid = [one.incomplete.value for one in results if one.incomplete is not None]
        added = sum(one.added_statuses for one in results)
        others = len(results) - agreeing - len(unsaid)
        said: list[str] = []
        if agreeing:
            said.append(self.tr("iP.1 agrees about %n batch(es).", "", agreeing))
        if others:
            said.append(self.tr("Of %n batch(es), something differs.", "", others))
        if added:
            said.append(self.tr("%n missing status(es) fetched.", "", added))
        if unsaid:
            # What ended the questions comes last.
            said.append(
                self.tr("Of %n batch(es), iP.1 can't say: {reason}.", "", len(unsaid)).format(
                    reason=self.reason(unsaid[-1])
                )
            )
        again_at = next((one.again_at for one in results if one.again_at is not None), None)
        if again_at is not None:
            said.append(
                self.tr("It can be asked again at {time}.").format(time=_when(again_at, now))
            )
        return " ".join(said)


def operator_name(mcc: str, mnc: str) -> str:
    """Return what an operator is called: its name, or its numbers."""
    numbers = plain_line("-".join(filter(None, (mcc, mnc))))
    name = _OPERATORS.get((mcc, mnc.zfill(2)))
    return numbers if name is None else f"{name} ({numbers})"


def _when(moment: datetime, now: datetime) -> str:
    clock = formatting.clock_time(moment, with_seconds=False)
    is_today = moment.astimezone().date() == now.astimezone().date()
    return clock if is_today else f"{formatting.day(moment)} {clock}"
