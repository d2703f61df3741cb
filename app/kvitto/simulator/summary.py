"""What came of a campaign: counts, as text and as JSON."""

import math
from collections import Counter
from enum import Enum
from http import HTTPStatus
from typing import Any, Final

import msgspec

from kvitto.simulator.campaign import Campaign
from kvitto.simulator.delivery_results import DeliveryResult, DeliveryResults
from kvitto.simulator.requests import Post, PostAnswer
from kvitto.simulator.retry_queue import Attempt, Verdict

MAX_LOST_TOLD: Final = 1000
"""Lost reports that are told one by one; the rest are counted."""
_MAX_EXAMPLES: Final = 3
_GROWTH: Final = math.log(1.02)
_SHORTEST_S: Final = 1e-6
OK: Final = HTTPStatus.OK.value
UNAVAILABLE: Final = HTTPStatus.SERVICE_UNAVAILABLE.value
_GATEWAYS: Final = frozenset({429, 502, 504, *range(520, 531)})
"""What a tunnel or proxy in between answers when it can't reach the receiver: not its words."""
_EXPLAINED: Final = frozenset({400, 422})
"""These say why, in JSON."""


def is_transient(status: int) -> bool:
    """Tell whether an answer says "not now": never a promise, and never a breach."""
    return status == UNAVAILABLE or status in _GATEWAYS


def breach(post: Post, answer: PostAnswer) -> str | None:
    """Return how an answer breaks the contract, in a few words; None if it does not.

    Args:
        post: what was posted, in whichever spelling.
        answer: what came back.
    """
    status = answer.status
    if is_transient(status):
        return None
    if status == post.expected:
        return _wrong_words(answer)
    asked = "what is no report" if post.is_invalid_payload else "a report"
    if post.is_invalid_payload:
        return f"{status} to {asked} instead of {post.expected}"
    return f"{status} to {asked}"


def _wrong_words(answer: PostAnswer) -> str | None:
    """Tell whether an answer of the right status lacks the words that go with it."""
    if answer.status == OK:
        return None if answer.size == 0 else "200 with a body"
    if answer.status in _EXPLAINED and answer.size <= len(answer.beginning):
        try:
            msgspec.json.decode(answer.beginning, type=_Explanation)
        except msgspec.DecodeError:
            return f"{answer.status} that does not say why"
    return None


class _Explanation(msgspec.Struct):
    error: str


class Latencies:
    """Durations, by which share of them is how long.

    Attributes:
        count: how many there are.
        longest_s: the longest, exactly; 0 where there is none.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.count = 0
        self.longest_s = 0.0
        self._classes: Counter[int] = Counter()

    def add(self, duration_s: float) -> None:
        """Count one."""
        self.count += 1
        self.longest_s = max(self.longest_s, duration_s)
        self._classes[int(math.log(max(duration_s, _SHORTEST_S) / _SHORTEST_S) / _GROWTH)] += 1

    def quantile_s(self, share: float) -> float:
        """Return the duration that this share of all does not exceed, at most 2 % too long.

        Args:
            share: 0.5 for the median, 0.99 for all but the slowest in a hundred.
        """
        wanted = math.ceil(share * self.count)
        seen = 0
        for number in sorted(self._classes):
            seen += self._classes[number]
            if seen >= wanted:
                return min(self.longest_s, _SHORTEST_S * math.exp((number + 1) * _GROWTH))
        return self.longest_s


class TryFailure(Enum):
    """Why a try had no answer."""

    UNREACHABLE = "no connection"
    """The connection was refused, or the host is not known: nothing was sent."""
    SILENT = "no answer in time"
    BROKEN = "connection broken"
    CUT = "connection cut by us"
    NOT_HTTP = "not an HTTP answer"


class PostingSummary:
    """Counts what is posted and answered, while it happens.

    Attributes:
        begun_messages: how many messages have been heard of.
        reports: posts of reports, repetitions among them; each is posted until it is answered 200.
        repeats: how many of them were repetitions.
        sent: how many times a report has gone out whole.
        taken: how many posts of reports were answered 200.
        retried: tries beyond the first.
        deleted: posts of reports that had all their tries.
        invalid_payload: posts of what is no report.
        invalid_payload_refused: how many of them were answered as they must be, by status.
        invalid_payload_deleted: how many of them never were answered.
        answers: all answers, by status.
        failures: tries without an answer, by reason.
        breaches: answers that broke the contract, by what they were.
        examples: the ids of a few messages for each of them.
        latencies: how long answers took, from the beginning of the try.
        delivery_results: what became of each report.
        elapsed_s: how long it has taken so far.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.begun_messages = 0
        self.reports = 0
        self.repeats = 0
        self.sent = 0
        self.taken = 0
        self.retried = 0
        self.deleted = 0
        self.invalid_payload = 0
        self.invalid_payload_refused: Counter[int] = Counter()
        self.invalid_payload_deleted = 0
        self.answers: Counter[int] = Counter()
        self.failures: Counter[TryFailure] = Counter()
        self.breaches: Counter[str] = Counter()
        self.examples: dict[str, list[int]] = {}
        self.latencies = Latencies()
        self.delivery_results = DeliveryResults()
        self.elapsed_s = 0.0

    # --- What happens ---------------------------------------------------------------------------

    def begin(self, attempt: Attempt) -> None:
        """Count the beginning of a try."""
        post = attempt.post
        if attempt.tries > 1:
            self.retried += 1
            return
        self.begun_messages = max(self.begun_messages, post.message + 1)
        if post.is_invalid_payload:
            self.invalid_payload += 1
        else:
            self.reports += 1
            self.repeats += post.is_repeat

    def note_sent(self, post: Post) -> None:
        """Note that a post goes out whole: from now on it may be stored."""
        if not post.is_invalid_payload:
            self.sent += 1
            self.delivery_results.learn(post.message, post.report, DeliveryResult.SENT)

    def answer(self, post: Post, answer: PostAnswer, took_s: float) -> bool:
        """Count an answer; return whether the SMS service is satisfied with it.

        With what is no report it is satisfied by any answer but "not now": that no sender would
        go on posting junk is assumed.
        """
        self.answers[answer.status] += 1
        self.latencies.add(took_s)
        broken = breach(post, answer)
        if broken is not None:
            self._count_breach(broken, post)
        if post.is_invalid_payload:
            if broken is None and answer.status == post.expected:
                self.invalid_payload_refused[answer.status] += 1
            return broken is not None or answer.status == post.expected
        if answer.status != OK:
            return False
        self.taken += 1
        self.delivery_results.learn(post.message, post.report, DeliveryResult.TAKEN)
        return True

    def fail(self, post: Post, failure: TryFailure) -> None:
        """Count a try without an answer."""
        self.failures[failure] += 1
        if failure is TryFailure.NOT_HTTP:
            self._count_breach("an answer that is not HTTP", post)

    def settle(self, post: Post, verdict: Verdict) -> None:
        """Count what the SMS service decides after a try."""
        if verdict is not Verdict.DELETED:
            return
        if post.is_invalid_payload:
            self.invalid_payload_deleted += 1
        else:
            self.deleted += 1
            self.delivery_results.delete(post.message, post.report)

    def _count_breach(self, what: str, post: Post) -> None:
        self.breaches[what] += 1
        examples = self.examples.setdefault(what, [])
        if len(examples) < _MAX_EXAMPLES:
            examples.append(post.message)

    # --- What came of it ------------------------------------------------------------------------

    @property
    def is_clean(self) -> bool:
        """Whether nothing was deleted and no answer broke the contract."""
        return not (self.deleted or self.breaches)

    @property
    def unanswered(self) -> int:
        """How many posts of reports are neither answered 200 nor deleted: it was stopped."""
        return self.reports - self.taken - self.deleted

    @property
    def rate_per_s(self) -> float:
        """How many posts were answered per second."""
        return self.answers.total() / self.elapsed_s if self.elapsed_s else 0.0

    def as_json(self, campaign: Campaign) -> dict[str, Any]:
        """Return all numbers, fit for JSON."""
        lost = list(self.delivery_results.lost())
        return {
            "reports_made": self.reports,
            "repetitions_among_them": self.repeats,
            "answered_200": self.taken,
            "retried": self.retried,
            "deleted_by_the_sender": self.deleted,
            "still_to_be_answered": self.unanswered,
            "lost": len(lost),
            "lost_reports": [
                {
                    "batch_id": report.batch_id,
                    "message_id": report.message_id,
                    "code": report.code,
                    "created": None if report.created is None else report.created.isoformat(),
                    "may_be_stored": self.delivery_results.of(message, number)
                    is DeliveryResult.SENT,
                }
                for message, number in lost[:MAX_LOST_TOLD]
                for report in (campaign.script(message).reports[number],)
            ],
            "invalid_payload_posted": self.invalid_payload,
            "invalid_payload_refused_as_it_must_be": {
                str(status): count for status, count in sorted(self.invalid_payload_refused.items())
            },
            "invalid_payload_never_answered": self.invalid_payload_deleted,
            "contract_broken": dict(self.breaches.most_common()),
            "answers": {str(status): count for status, count in sorted(self.answers.items())},
            "without_answer": {
                failure.value: self.failures[failure]
                for failure in TryFailure
                if self.failures[failure]
            },
            "answer_ms": {
                "p50": _ms(self.latencies.quantile_s(0.5)),
                "p99": _ms(self.latencies.quantile_s(0.99)),
                "max": _ms(self.latencies.longest_s),
            },
            "seconds": round(self.elapsed_s, 3),
            "answers_per_s": round(self.rate_per_s, 1),
        }

    def as_text(self, campaign: Campaign) -> list[str]:
        """Return the lines for people."""
        lost = sum(1 for _ in self.delivery_results.lost())
        refused = self.invalid_payload_refused.total()
        by_status = ", ".join(
            f"{n} × {status}" for status, n in sorted(self.invalid_payload_refused.items())
        )
        without = ", ".join(f"{n} × {failure.value}" for failure, n in self.failures.most_common())
        lines = [
            _line("Reports made", f"{self.reports}, {self.repeats} of them repetitions"),
            _line("Answered 200", str(self.taken)),
            _line("Tried again", f"{self.retried} times" + (f" ({without})" if without else "")),
            _line("Given up and deleted", f"{self.deleted}, {lost} reports lost"),
        ]
        if self.unanswered:
            lines.append(_line("Still to be answered", str(self.unanswered)))
        if self.invalid_payload:
            told = f"{self.invalid_payload} posted, {refused} refused as they must be"
            lines.append(_line("No reports", told + (f": {by_status}" if by_status else "")))
        lines.append(
            _line(
                "Answers took",
                f"p50 {_ms(self.latencies.quantile_s(0.5))} ms, "
                f"p99 {_ms(self.latencies.quantile_s(0.99))} ms, "
                f"slowest {_ms(self.latencies.longest_s)} ms",
            )
        )
        lines.append(_line("Speed", f"{self.rate_per_s:.0f} answers/s for {self.elapsed_s:.1f} s"))
        lines.append(_line("Contract broken", f"{self.breaches.total()} times"))
        for what, count in self.breaches.most_common():
            ids = ", ".join(campaign.message_id(message) for message in self.examples[what])
            lines.append(f"  {count} × {what} (messages {ids})")
        return lines


def _ms(duration_s: float) -> float:
    return round(duration_s * 1000, 1)


def _line(name: str, told: str) -> str:
    return f"{name:<22} {told}"
