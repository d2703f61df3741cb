"""A batch's messages by outcome and by status code, as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.money import Money
from app.core.status import Outcome, outcome_of
from app.core.sums import StatusSum
from app.ui import words

Costs = Mapping[str, Money]


@dataclass(frozen=True)
class BreakdownRow:
    """An outcome, or one of its codes.

    Attributes:
        outcome: the outcome.
        code: the code; of an outcome, the only one that occurs, or None where several do.
        is_outcome: whether it is an outcome.
        messages: how many messages stand there.
        whole: how many messages the batch has.
        segments: how many SMS parts they need.
        costs: what they cost by currency; None where that is not known (yet).
    """

    outcome: Outcome
    code: int | None
    is_outcome: bool
    messages: int
    whole: int
    segments: int
    costs: Costs | None

    @property
    def word(self) -> str:
        """What it is called."""
        if self.is_outcome or self.code is None:
            return words.outcome_word(self.outcome)
        return words.status_word(self.code)

    @property
    def meaning(self) -> str:
        """What it means, with the sender's own name of a code."""
        if self.code is None:
            return words.outcome_meaning(self.outcome)
        return f"{words.sender_name(self.code)} ({self.code})\n{words.status_meaning(self.code)}"


@dataclass
class BreakdownGroup:
    """An outcome and its codes, in order of their numbers; none where there is only one."""

    row: BreakdownRow
    codes: list[BreakdownRow]


def breakdown(
    statuses: Mapping[int, StatusSum], costs: Mapping[int, Costs] | None
) -> Sequence[BreakdownGroup]:
    """Return the outcomes that occur, in stacking order, and their codes.

    Args:
        statuses: the messages by code.
        costs: what they cost by code and currency; None where that is not known.
    """
    whole = sum(counted.messages for counted in statuses.values())
    codes: dict[Outcome, list[BreakdownRow]] = {outcome: [] for outcome in Outcome}
    for code, counted in sorted(statuses.items()):
        if counted.messages:
            outcome = outcome_of(code)
            of_code = None if costs is None else costs.get(code, {})
            codes[outcome].append(
                BreakdownRow(
                    outcome, code, False, counted.messages, whole, counted.segments, of_code
                )
            )
    return [
        BreakdownGroup(_sum(outcome, rows), rows if len(rows) > 1 else [])
        for outcome, rows in codes.items()
        if rows
    ]


def _sum(outcome: Outcome, rows: Sequence[BreakdownRow]) -> BreakdownRow:
    costs: dict[str, Money] | None = {}
    for row in rows:
        if row.costs is None or costs is None:
            costs = None
            continue
        for currency, cost in row.costs.items():
            before = costs.get(currency, Money(0, currency))
            costs[currency] = Money(before.nano + cost.nano, currency)
    return BreakdownRow(
        outcome,
        rows[0].code if len(rows) == 1 else None,
        True,
        sum(row.messages for row in rows),
        rows[0].whole,
        sum(row.segments for row in rows),
        costs,
    )
