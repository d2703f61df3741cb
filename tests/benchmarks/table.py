"""What the benchmarks return, and the table that it makes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

_HEADINGS: Final = ("what", "measured", "goal", "reached")


BEGIN: Final = "<!-- packaging/bench.sh --readme writes from here … -->"
END: Final = "<!-- … to here -->"


class Row(NamedTuple):
    """One line of the table.

    Attributes:
        what: what was measured.
        measured: what came out, with its unit.
        target: what it must reach, if there is such a thing.
        reached: whether it did.
    """

    what: str
    measured: str
    target: str = ""
    reached: bool | None = None


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
        stores: the numbers of messages in the stores that are opened, checked and exported.
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
    starts: int
    idle_s: float


FULL: Final = Scale(
    rounds=7,
    warm_up_s=1.0,
    measured_s=4.0,
    steady_s=20.0,
    kills=200,
    folds_s=5.0,
    stores=(100_000, 1_000_000),
    starts=5,
    idle_s=180.0,
)
QUICK: Final = Scale(
    rounds=2,
    warm_up_s=0.3,
    measured_s=1.0,
    steady_s=2.0,
    kills=3,
    folds_s=0.5,
    stores=(1_000, 10_000),
    starts=2,
    idle_s=5.0,
)


def at_most(
    what: str, value: float, target: float, unit: str, more: str = "", digits: int = 1
) -> Row:
    """Return the row of something that must not be more than its target."""
    return Row(what, f"{value:,.{digits}f} {unit}{more}", f"≤ {target:,g} {unit}", value <= target)


def in_markdown(rows: Iterable[Row]) -> str:
    """Return the rows as a table in Markdown, its columns even."""
    lines = [_HEADINGS] + [(row.what, row.measured, row.target, _word(row.reached)) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
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
    return {True: "yes", False: "NO", None: ""}[reached]


def spread(values: Sequence[float], unit: str = "", digits: int = 0) -> str:
    """Return the median of some measurements, with the least and the greatest of them."""
    low, middle, high = (
        f"{value:,.{digits}f}" for value in (min(values), median(values), max(values))
    )
    return f"{middle}{unit} ({low} to {high})" if len(values) > 1 else f"{middle}{unit}"
