"""Parts for tests of the heartbeat: a clock that can be set, heartbeats, a store that refuses."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from kvitto.core.outages import OutageCause
from kvitto.core.timestamps import to_microseconds
from kvitto.store.database import Database
from kvitto.store.errors import DiskFullError
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.outage_queries import OutageReader

START: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WITHIN_S: Final = 30.0


class Clock:
    """Goes on by a second whenever it is looked at."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> datetime:
        self.looks += 1
        return START + timedelta(seconds=self.looks - 1)


class Signs:
    """Counts the heartbeats that were stored, and can wait for more of them."""

    def __init__(self) -> None:
        self._kept = threading.Semaphore(0)

    def __call__(self) -> None:
        self._kept.release()

    def wait(self, count: int) -> None:
        for _ in range(count):
            assert self._kept.acquire(timeout=WITHIN_S), "no heartbeat"

    def wait_anew(self) -> None:
        """Wait for one that begins after this call."""
        while self._kept.acquire(blocking=False):
            pass
        self.wait(2)  # the first may be under way


class Turned:
    """Clocks that stand still until they are turned."""

    def __init__(self) -> None:
        self.second = 0.0

    def __call__(self) -> datetime:
        return START + timedelta(seconds=self.second)

    def steady(self) -> float:
        return self.second


class Refused:
    """An edit that the disk refuses."""

    def apply(self, *_arguments: object) -> bool:
        raise DiskFullError(Path("kvitto.db"))


class Failing(Signs):
    """A disk that refuses heartbeats, from the construction until `end`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self._monkeypatch = monkeypatch
        self._keep = RecordHeartbeat.apply
        monkeypatch.setattr("kvitto.receiver.heartbeat.ALARM_S", 0.001)
        monkeypatch.setattr(RecordHeartbeat, "apply", self._refuse)

    def _refuse(self, *_arguments: object) -> bool:
        self()
        raise DiskFullError(Path("kvitto.db"))

    def end(self) -> None:
        """Refuse no more."""
        self._monkeypatch.setattr(RecordHeartbeat, "apply", self._keep)


def outages_of(database: Database) -> list[tuple[OutageCause, float, float | None]]:
    """Return the cause, begin and end of each outage, in seconds since the start."""
    later = START + timedelta(days=1)
    found = OutageReader(database).outages(START, now=later, is_running=True)
    return [
        (
            one.by,
            (one.begin - START).total_seconds(),
            None if one.end is None else (one.end - START).total_seconds(),
        )
        for one in found
    ]


def seconds(microseconds: int) -> int:
    """Return a time in seconds since the start."""
    return (microseconds - to_microseconds(START)) // 1_000_000
