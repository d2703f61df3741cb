"""What the benchmarks return, and the tables that it makes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import linear_regression, median
from typing import Final, NamedTuple

_HEADINGS: Final = ("what", "measured", "goal", "reached")
_EXPONENT: Final = "exponent"
_MILLION: Final = 1_000_000


BEGIN: Final = "<!-- packaging/bench.sh --readme writes from here … -->"
END: Final = "<!-- … to here -->"


class Row(NamedTuple):
    """One line of the table.

    Attributes:
        what: what was measured.
        measured: what came out, with its unit.
        target: what it must reach, if there is such a thing.
        reached: whether it did.
        messages: how many messages the store has, where that is one of several sizes; 0 elsewhere.
        value: the number of what was measured, for the exponent of its growth; of a size only.
    """

    what: str
    measured: str
    target: str = ""
    reached: bool | None = None
    messages: int = 0
    value: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is measured.

    Attributes:
        rounds: how often each server of a comparison has its turn.
        warm_up_s: how long a load runs before it is measured.
        measured_s: how long it is measured.
        steady_s: how long the steady load runs whose answers are timed.
        kills: how many times the program is killed.
        folds_s: how long the store folds groups of one size.
        stores: the numbers of messages in the stores of whose rows the growth is told.
        big: the number of messages in the one large store of all other parts; 0 for a small one.
        starts: how often the window and its receiver are started, and the receiver is killed.
        idle_s: how long both are left alone.
    """

    rounds: int
    warm_up_s: float
    measured_s: float
    steady_s: float
    kills: int
    folds_s: float
    stores: Sequence[int]
    big: int
    starts: int
    idle_s: float


FULL: Final = Scale(
    rounds=7,
    warm_up_s=1.0,
    measured_s=4.0,
    steady_s=20.0,
    kills=200,
    folds_s=5.0,
    stores=(100_000, 1_000_000, 5_000_000),
    big=1_000_000,
    starts=5,
    idle_s=600.0,
)
QUICK: Final = Scale(
    rounds=2,
    warm_up_s=0.3,
    measured_s=1.0,
    steady_s=2.0,
    kills=3,
    folds_s=0.5,
    stores=(2_000, 10_000),
    big=10_000,
    starts=2,
    idle_s=5.0,
)


def at_most(
    what: str,
    value: float,
    target: float,
    unit: str,
    more: str = "",
    digits: int = 1,
    *,
    messages: int = 0,
) -> Row:
    """Return the row of something that must not be more than its target."""
    measured, goal = f"{value:,.{digits}f} {unit}{more}", f"≤ {target:,g} {unit}"
    return Row(what, measured, goal, value <= target, messages, value)


def by_size(messages: int, at_a_million: float, beyond: float) -> float:
    """Return the target for a store of a size: up to a million messages, or beyond."""
    return at_a_million if messages <= _MILLION else beyond


def in_markdown(rows: Iterable[Row]) -> str:
    """Return the rows as tables in Markdown, their columns even.

    Those of one size stand in the first; in the second is the growth of the others.
    """
    every = list(rows)
    plain = [row for row in every if not row.messages]
    lines = [
        _HEADINGS,
        *((row.what, row.measured, row.target, _word(row.reached)) for row in plain),
    ]
    tables = [_table(lines)] if plain or len(every) == len(plain) else []
    if len(plain) < len(every):
        tables.append(_table(_growth([row for row in every if row.messages])))
    return "\n\n".join(tables)


def _growth(rows: Sequence[Row]) -> list[Sequence[str]]:
    """Return the lines of the table of what was measured at several sizes."""
    sizes = sorted({row.messages for row in rows})
    titles = [f"{size:,} messages" for size in sizes]
    lines: list[Sequence[str]] = [("what", *titles, _EXPONENT, *_HEADINGS[2:])]
    for what in dict.fromkeys(row.what for row in rows):
        of_it = {row.messages: row for row in rows if row.what == what}
        cells = [of_it[size].measured if size in of_it else "" for size in sizes]
        goals = " / ".join(dict.fromkeys(row.target for row in of_it.values() if row.target))
        known = [row.reached for row in of_it.values() if row.reached is not None]
        missed = [f"{size:,}" for size in sizes if size in of_it and of_it[size].reached is False]
        word = f"not reached: {', '.join(missed)}" if missed else _word(True if known else None)
        lines.append((what, *cells, _exponent(of_it), goals, word))
    return lines


def _exponent(of_it: dict[int, Row]) -> str:
    """Return by which power of the store's size something grows: the slope of the logarithms."""
    known = [(log(size), log(row.value)) for size, row in of_it.items() if row.value > 0]
    if len(known) < 2:
        return ""
    return f"{linear_regression(*zip(*known, strict=True)).slope:.2f}"


def _table(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    rule = tuple("-" * width for width in widths)
    return "\n".join(
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in (lines[0], rule, *lines[1:])
    )


def put_into(page: Path, table: str) -> None:
    """Put a table between the two marks of a page, in the place of what is there."""
    text = page.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    assert found, f"{page} has no place for the table"
    page.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", "utf-8")


def _word(reached: bool | None) -> str:
    return {True: "reached", False: "not reached", None: ""}[reached]


def spread(values: Sequence[float], unit: str = "", digits: int = 0) -> str:
    """Return the median of some measurements, with the least and the greatest of them."""
    low, middle, high = (
        f"{value:,.{digits}f}" for value in (min(values), median(values), max(values))
    )
    return f"{middle}{unit} ({low} to {high})" if len(values) > 1 else f"{middle}{unit}"
