"""No export ever touches a file of the data folder, however its path is spelled."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kvitto.export.atomic_file import destination
from kvitto.export.export_errors import ExportError, InDataFolderError
from kvitto.export.exporter import export
from kvitto.export.leftovers import noted, part_of, remove_leftovers
from kvitto.paths import database_file, lock_file
from kvitto.store.database import open_database
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer
from tests.helpers.program import PROJECT, run
from tests.store.arrivals import a_report, append_all, arriving


def plain(data: Path, _other: Path) -> Path:
    return data / "kvitto.db-wal"


def new_name(data: Path, _other: Path) -> Path:
    return data / "new.csv"


def with_dots(data: Path, other: Path) -> Path:
    return other / ".." / data.name / "kvitto.db"


def linked_folder(data: Path, other: Path) -> Path:
    (other / "link").symlink_to(data)
    return other / "link" / "kvitto.db-shm"


def linked_file(data: Path, other: Path) -> Path:
    (other / "link.csv").symlink_to(data / "kvitto.db-wal")
    return other / "link.csv"


def dangling_link(data: Path, other: Path) -> Path:
    (other / "link.csv").symlink_to(data / "not there yet")
    return other / "link.csv"


def hard_link(data: Path, other: Path) -> Path:
    os.link(data / "kvitto.db", other / "hard.csv")
    return other / "hard.csv"


def in_a_folder_of_it(data: Path, _other: Path) -> Path:
    (data / "reachability").mkdir()
    return data / "reachability" / "out.csv"


def by_a_descriptor(data: Path, _other: Path) -> Path:
    return Path(f"/proc/self/cwd/{os.path.relpath(data)}/kvitto.db-wal")


def inodes(folder: Path) -> dict[str, int]:
    return {one.name: one.stat().st_ino for one in folder.iterdir()}


SPELLINGS = [
    plain,
    new_name,
    with_dots,
    linked_folder,
    linked_file,
    dangling_link,
    hard_link,
    in_a_folder_of_it,
    by_a_descriptor,
]


@pytest.mark.parametrize("spelled", SPELLINGS, ids=lambda one: one.__name__)
async def test_a_file_of_the_data_folder_is_refused_before_it_is_touched(
    data_dir: Path, folder: Path, spelled: Callable[[Path, Path], Path]
) -> None:
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(20)])
        target = spelled(data_dir, folder)
        before = inodes(data_dir)

        with pytest.raises(InDataFolderError, match="nothing else is written there"):
            export(Reader(database), "messages", None, None, target)

        assert inodes(data_dir) == before
        await append_all(writer, [arriving(a_report("late"))])
        assert Reader(database).counts().messages == 21
        assert writer.incident is None
        writer.close()


def test_the_folder_of_another_kvitto_is_refused_too(tmp_path: Path, data_dir: Path) -> None:
    other = tmp_path / "another"
    open_database(other).close()
    lock_file(other).touch()

    with pytest.raises(InDataFolderError), destination(other / "kvitto.db-wal", data_dir):
        pass

    assert not (other / "kvitto.db-wal").exists()


def test_standard_output_that_is_such_a_file_is_refused(data_dir: Path) -> None:
    open_database(data_dir).close()
    target = data_dir / "out.csv"

    with target.open("wb") as out:
        done = subprocess.run(
            [sys.executable, "-m", "kvitto", "export", "--data-dir", data_dir],
            cwd=PROJECT,
            stdout=out,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )

    assert done.returncode == 1
    assert b"nothing else is written there" in done.stderr
    assert target.read_bytes() == b""


def test_the_command_refuses_it_in_words(data_dir: Path) -> None:
    open_database(data_dir).close()
    before = database_file(data_dir).read_bytes()

    done = run("export", "--data-dir", data_dir, database_file(data_dir))

    assert done.returncode == 1
    assert "nothing else is written there" in done.stderr
    assert database_file(data_dir).read_bytes() == before


# --- What was left behind -----------------------------------------------------------------------


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_a_killed_export_left_is_removed_at_the_next_start(
    data_dir: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = part_of(folder / "out.csv")
    notes = noted(data_dir, part, folder)
    monkeypatch.setattr("kvitto.export.leftovers.os.getpid", ended_process)
    notes.__enter__()
    part.write_bytes(b"numbers")

    assert remove_leftovers(data_dir) == 1

    assert list(folder.iterdir()) == []
    assert remove_leftovers(data_dir) == 0


def test_what_an_export_makes_that_is_under_way_stays(data_dir: Path, folder: Path) -> None:
    with destination(folder / "out.csv", data_dir) as stream:
        stream.write(b"numbers")
        assert remove_leftovers(data_dir) == 0
    assert (folder / "out.csv").read_bytes() == b"numbers"
    assert list((data_dir / "exports").iterdir()) == []


@pytest.mark.parametrize("name", ["mine.csv", ".mine.part", "..0123456789abcdef.part"])
def test_nothing_is_removed_that_is_not_called_so(
    data_dir: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("kvitto.export.leftovers.os.getpid", ended_process)
    noted(data_dir, folder / name, None).__enter__()
    (folder / name).write_bytes(b"mine")

    assert remove_leftovers(data_dir) == 0

    assert (folder / name).read_bytes() == b"mine"


def test_a_link_in_the_place_of_a_leftover_is_not_followed(
    data_dir: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.export.leftovers.os.getpid", ended_process)
    part = part_of(folder / "out.csv")
    noted(data_dir, part, None).__enter__()
    (folder / "mine").write_bytes(b"mine")
    part.symlink_to(folder / "mine")

    assert remove_leftovers(data_dir) == 0
    assert (folder / "mine").exists()


def test_an_export_that_is_killed_leaves_nothing_after_the_next(
    data_dir: Path, folder: Path
) -> None:
    open_database(data_dir).close()
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from kvitto.export.atomic_file import destination\n"
        "with destination(Path(sys.argv[1]) / 'out.csv', Path(sys.argv[2])) as stream:\n"
        "    stream.write(b'numbers'); stream.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program, folder, data_dir], cwd=PROJECT, check=False)
    [left] = folder.iterdir()
    assert left.read_bytes() == b"numbers"

    assert run("export", "--data-dir", data_dir).returncode == 0

    assert list(folder.iterdir()) == []


def test_who_does_not_read_on_does_not_hold_the_log(data_dir: Path) -> None:
    """The export has read all before anybody reads a line of it."""
    reading, writing = os.pipe()
    with open_database(data_dir) as database, os.fdopen(writing, "wb") as pipe:
        try:
            with destination(pipe, data_dir) as stream:
                stream.write(b"x" * 1_000_000)
                assert stream is not pipe
                os.close(reading)
        except ExportError:
            pytest.fail("nobody reading is no error")
        assert database.connections.has_written
