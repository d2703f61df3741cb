"""What the parts have measured, kept so that parts of one table can be measured one by one."""

import getpass
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from tests.benchmarks.table import Row


class PartResult(msgspec.Struct):
    """What one part has measured.

    Attributes:
        rows: its lines of the table.
        seconds: how long its last run took.
        at: when that ended, UTC.
        machine: where, and under which load.
    """

    rows: list[Row]
    seconds: float
    at: datetime
    machine: str


class Results:
    """The results of all parts, each in a file of its own.

    Args:
        folder: where; None for a folder among the temporary files.
    """

    def __init__(self, folder: Path | None = None) -> None:
        usual = Path(tempfile.gettempdir()) / f"kvitto-benchmarks-{getpass.getuser()}" / "results"
        self._folder: Final = folder or usual

    def keep(
        self, name: str, rows: Iterable[Row], seconds: float, machine: str, *, is_whole: bool
    ) -> None:
        """Keep what a part has measured.

        Args:
            name: the part.
            rows: what it told.
            seconds: how long it took.
            machine: where.
            is_whole: whether that is all that the part tells; else it replaces only rows of stores
                of the same sizes.
        """
        measured = list(rows)
        if not is_whole:
            sizes = {row.messages for row in measured}
            measured += [row for row in self._rows(name) if row.messages not in sizes]
        self._folder.mkdir(parents=True, exist_ok=True)
        result = PartResult(measured, seconds, datetime.now(UTC), machine)
        file = self._folder / f"{name}.json"
        unfinished = file.with_suffix(".new")
        unfinished.write_bytes(msgspec.json.encode(result))
        unfinished.replace(file)

    def read(self, name: str) -> PartResult | None:
        """Return what a part has measured last; None where it never has."""
        file = self._folder / f"{name}.json"
        return msgspec.json.decode(file.read_bytes(), type=PartResult) if file.exists() else None

    def of(self, names: Sequence[str]) -> dict[str, PartResult]:
        """Return what has been measured, by the names of the parts, in their order."""
        read = {name: self.read(name) for name in names}
        return {name: result for name, result in read.items() if result is not None}

    def _rows(self, name: str) -> list[Row]:
        known = self.read(name)
        return [] if known is None else known.rows


def told_when(results: dict[str, PartResult]) -> str:
    """Return in a sentence when each part was measured, and how long it took."""
    parts = (
        f"`{name}` {one.at:%Y-%m-%d %H:%M} UTC, {one.seconds:,.0f} s"
        for name, one in results.items()
    )
    return "Measured: " + "; ".join(parts) + "."
