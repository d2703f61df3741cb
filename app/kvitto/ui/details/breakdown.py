"""A batch's messages by result and by status code, as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kvitto.core.aggregates import StatusSum
from kvitto.core.money import Money
from kvitto.core.shares import split_beside, split_percent
from kvitto.core.status import Result, is_ended_unknown, result_of
from kvitto.ui.text import formatting

Costs = Mapping[str, Money]


@dataclass(frozen=True)
class BreakdownRow:
    """An result, or one of its codes.

    Attributes:
        result: the result.
        code: the code; of an result, the only one that occurs, or None where several do.
        is_final: whether it is the last status of its messages; what a code means depends on it.
        is_result: whether it is an result.
        messages: how many messages stand there.
        share: how many per cent of the batch's messages that is; of all results they add up to
            100, with those that are not seen yet, and of an result's codes to the result's.
        segments: how many SMS parts they need.
        costs: what they cost by currency; None where that is not known (yet).
    """

    result: Result
    code: int | None
    is_final: bool
    is_result: bool
    messages: int
    share: int
    segments: int
    costs: Costs | None

    @property
    def word(self) -> str:
        """What it is called."""
        if self.code is None or (self.is_result and not self._is_more_exact):
            return formatting.result_word(self.result)
        return formatting.status_word(self.code, final=self.is_final)

    @property
    def _is_more_exact(self) -> bool:
        """Whether the status says what the result's word does not."""
        code, final = self.code, self.is_final
        return code is not None and is_ended_unknown(code, final=final)

    @property
    def meaning(self) -> str:
        """What it means, with the SMS service's own name of a code."""
        if self.code is None:
            return formatting.result_meaning(self.result)
        meaning = formatting.status_meaning(self.code, final=self.is_final)
        return f"{formatting.sender_name(self.code)} ({self.code})\n{meaning}"


@dataclass
class BreakdownGroup:
    """An result and its codes, in order of their numbers; none where there is only one."""

    row: BreakdownRow
    codes: list[BreakdownRow]


def breakdown(
    statuses: Mapping[int, StatusSum],
    costs: Mapping[tuple[int, bool], Costs] | None,
    unseen: int = 0,
) -> Sequence[BreakdownGroup]:
    """Return the results that occur, in stacking order, and their codes.

    Args:
        statuses: the messages by code.
        costs: what they cost by code, whether they are finished, and currency; None where that is
            not known.
        unseen: how many more messages are expected: shares are of them all.
    """
    codes: dict[Result, list[BreakdownRow]] = {result: [] for result in Result}
    for code, counted in sorted(statuses.items()):
        by_result: dict[Result, list[BreakdownRow]] = {}
        for final, messages, segments in (
            (True, counted.finished, counted.finished_segments),
            (
                False,
                counted.messages - counted.finished,
                counted.segments - counted.finished_segments,
            ),
        ):
            if messages:
                result = result_of(code, final=final)
                of_code = None if costs is None else costs.get((code, final), {})
                row = BreakdownRow(result, code, final, False, messages, 0, segments, of_code)
                by_result.setdefault(result, []).append(row)
        for result, rows in by_result.items():
            codes[result].append(rows[0] if len(rows) == 1 else _sum(rows, is_result=False))
    groups = [(_sum(rows, is_result=True), rows) for rows in codes.values() if rows]
    counts = [row.messages for row, _rows in groups]
    # The delivered come first, and the table tells their share too.
    is_led = bool(groups) and groups[0][0].result is Result.DELIVERED
    first, others = (counts[0], counts[1:]) if is_led else (0, counts)
    share_of_first, left = split_beside(first, [*others, unseen])
    shares = [share_of_first, *left[:-1]] if is_led else left[:-1]
    return [
        BreakdownGroup(replace(row, share=share), _shared(rows, share) if len(rows) > 1 else [])
        for (row, rows), share in zip(groups, shares, strict=True)
    ]


def _shared(rows: Sequence[BreakdownRow], whole: int) -> list[BreakdownRow]:
    """Give each row its share, so that they add up to `whole` per cent."""
    shares = split_percent([row.messages for row in rows], whole)
    return [replace(row, share=share) for row, share in zip(rows, shares, strict=True)]


def _sum(rows: Sequence[BreakdownRow], *, is_result: bool) -> BreakdownRow:
    costs: dict[str, Money] | None = {}
    for row in rows:
        if row.costs is None or costs is None:
            costs = None
            continue
        for currency, cost in row.costs.items():
            before = costs.get(currency, Money(0, currency))
            costs[currency] = Money(before.nano + cost.nano, currency)
    return BreakdownRow(
        rows[0].result,
        rows[0].code if len({row.code for row in rows}) == 1 else None,
        rows[0].is_final,
        is_result,
        sum(row.messages for row in rows),
        0,
        sum(row.segments for row in rows),
        costs,
    )
