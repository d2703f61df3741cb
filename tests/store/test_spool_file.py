"""The file in which reports wait keeps nothing of what the store has."""

import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from kvitto.receiver.spooling import SPOOL_NAME
from kvitto.store.spool_file import SpoolFile
from kvitto.store.write_requests import ReportRequest
from tests.store.arrivals import START, a_report


def traces(folder: Path, reports: Sequence[ReportRequest]) -> int:
    files = b"".join(one.read_bytes() for one in folder.glob(f"{SPOOL_NAME}*"))
    return sum(files.count(one.body) for one in reports)


def test_nothing_is_left_of_what_the_store_has_once_no_more_waits(tmp_path: Path) -> None:
    waiting = [ReportRequest(a_report(one), f"body {one}".encode(), START) for one in ("a", "b")]
    killed = tmp_path / "killed"
    killed.mkdir()
    with closing(SpoolFile(tmp_path / SPOOL_NAME)) as file:
        file.add(waiting)
        (first, _), (second, _) = file.first(2)
        file.remove([first], is_last=False)
        for suffix in ("", "-wal"):
            shutil.copy(tmp_path / f"{SPOOL_NAME}{suffix}", killed)
        file.remove([second], is_last=True)
        assert traces(tmp_path, waiting) == 0
    assert traces(killed, waiting[:1]) > 0
    with closing(SpoolFile(killed / SPOOL_NAME)) as file:
        assert traces(killed, waiting[:1]) == 0
        assert [one for _, one in file.first(2)] == waiting[1:]
