"""Files that are opened to append to."""

import os
import stat
from pathlib import Path

from kvitto.appending import handle_to_append, open_to_append


class _Kernel:
    """Stands in for kernel32."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def CreateFileW(self, *values: object) -> int:  # noqa: N802 - its name
        self.asked.append(values)
        return 7


def test_each_write_goes_to_the_end_also_after_the_file_was_cut(data_dir: Path) -> None:
    file = data_dir / "some.log"
    one, other = open_to_append(file), open_to_append(file)
    try:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        os.write(one, b"first")
        os.write(other, b"second")
        os.truncate(file, 0)
        os.write(one, b"third")
    finally:
        os.close(one)
        os.close(other)
    assert file.read_bytes() == b"third"


def test_windows_lets_others_write_and_rename_it_meanwhile() -> None:
    kernel = _Kernel()
    assert handle_to_append(Path("some.log"), kernel) == 7
    [(path, access, sharing, _security, how, _attributes, _template)] = kernel.asked
    assert (path, how) == ("some.log", 4)  # OPEN_ALWAYS
    assert access == 0x0010_0004  # SYNCHRONIZE, FILE_APPEND_DATA and not FILE_WRITE_DATA
    assert sharing == 0x7  # reading, writing, deleting
