"""A file that is there whole or not at all."""

import errno
import io
import os
import stat
import threading
from pathlib import Path

import pytest

from kvitto.export.atomic_file import destination, roomiest_folder
from kvitto.export.export_errors import (
    ExportError,
    IsADatabaseError,
    NoFolderError,
    NoRoomError,
    NotAFileError,
    NotWritableError,
    OutputFailedError,
)
from tests.export.full_disk import FullDisk


def test_the_file_appears_whole_and_for_the_user_alone(folder: Path) -> None:
    path = folder / "out.csv"

    with destination(path) as stream:
        stream.write(b"new")
        stream.flush()
        assert not path.exists()
        [part] = folder.iterdir()
        assert stat.S_IMODE(part.stat().st_mode) == 0o600

    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(folder.iterdir()) == [path]


@pytest.mark.parametrize("error", [RuntimeError("ours"), KeyboardInterrupt()])
def test_a_broken_export_leaves_the_older_file_and_nothing_else(
    folder: Path, error: BaseException
) -> None:
    path = folder / "out.csv"
    path.write_bytes(b"old")

    def export() -> None:
        with destination(path) as stream:
            stream.write(b"half")
            raise error

    with pytest.raises(type(error)):
        export()

    assert path.read_bytes() == b"old"
    assert list(folder.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, NoRoomError),
        (errno.EDQUOT, NoRoomError),
        (errno.EACCES, NotWritableError),
        (errno.EROFS, NotWritableError),
        (errno.EIO, OutputFailedError),
    ],
)
def test_what_the_system_says_is_told_in_words(
    folder: Path, number: int, kind: type[ExportError]
) -> None:
    path = folder / "out.csv"
    path.write_bytes(b"old")

    with pytest.raises(kind) as caught, destination(path):
        raise OSError(number, os.strerror(number))

    assert str(folder) in str(caught.value)
    assert os.strerror(number) in caught.value.detail
    assert path.read_bytes() == b"old"
    assert list(folder.iterdir()) == [path]


def test_a_full_disk_under_a_stream_is_told_in_words() -> None:
    with pytest.raises(NoRoomError, match="not whole"), destination(FullDisk(room=2)) as stream:
        stream.write(b"more")


def test_a_folder_that_is_missing_is_named(folder: Path) -> None:
    with pytest.raises(NoFolderError, match="no folder"), destination(folder / "no" / "out.csv"):
        pytest.fail("there is nothing to write to")


def test_a_folder_is_no_file(folder: Path) -> None:
    with pytest.raises(NotAFileError), destination(folder):
        pytest.fail("there is nothing to write to")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_file_is_not_replaced(folder: Path) -> None:
    path = folder / "out.csv"
    path.write_bytes(b"old")
    path.chmod(0o400)

    with pytest.raises(NotWritableError), destination(path):
        pytest.fail("it is found out before the work begins")

    assert path.read_bytes() == b"old"


def test_a_database_is_never_replaced(data_dir: Path, folder: Path) -> None:
    path = folder / "kvitto.db"
    path.write_bytes(b"SQLite format 3\0 and all that was received")

    with pytest.raises(IsADatabaseError), destination(path):
        pytest.fail("it is found out before the work begins")

    assert path.read_bytes().startswith(b"SQLite")


def test_a_link_still_leads_to_the_file_that_is_replaced(folder: Path) -> None:
    place, link = folder / "place.csv", folder / "link.csv"
    place.write_bytes(b"old")
    link.symlink_to(place)

    with destination(link) as stream:
        stream.write(b"new")

    assert link.is_symlink()
    assert place.read_bytes() == b"new"


def test_a_device_stays_a_device() -> None:
    null = Path(os.devnull)

    with destination(null) as stream:
        stream.write(b"gone")

    assert not null.is_file()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_named_pipe_is_written_to(folder: Path) -> None:
    path = folder / "pipe"
    os.mkfifo(path)
    read: list[bytes] = []
    other_end = threading.Thread(target=lambda: read.append(path.read_bytes()))
    other_end.start()

    with destination(path) as stream:
        stream.write(b"through")
    other_end.join(timeout=60)

    assert read == [b"through"]
    assert path.is_fifo()


def test_a_stream_is_left_open() -> None:
    stream = io.BytesIO()

    with destination(stream) as lent:
        lent.write(b"x")

    assert stream.getvalue() == b"x"


def test_a_broken_pipe_ends_it_quietly_now_and_later() -> None:
    reading, writing = os.pipe()
    os.close(reading)

    with os.fdopen(writing, "wb") as pipe:
        with destination(pipe) as stream:
            stream.write(b"x" * 100_000)
        pipe.write(b"what the interpreter would flush at its end")


def test_a_pipe_that_breaks_at_the_last_flush_is_quiet_too() -> None:
    reading, writing = os.pipe()
    os.close(reading)

    with os.fdopen(writing, "wb") as pipe, destination(pipe) as stream:
        stream.write(b"little")


def test_temporary_files_go_where_there_is_room(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "kvitto.export.atomic_file._free_bytes", lambda one: 9 if one == folder else 1
    )

    assert roomiest_folder(folder / "out.xlsx") == folder
    assert roomiest_folder(io.BytesIO()) != folder


def test_a_folder_that_is_missing_has_no_room(folder: Path) -> None:
    assert roomiest_folder(folder / "no" / "out.xlsx").is_dir()
