"""What stays out of the packaged program, and what must not."""

import shutil
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import PySide6
import pytest

from tests.packaging.scripts import build_module

icu = build_module("build_icu")
shared = build_module("build_shared")
unneeded = build_module("build_unneeded")

_LINUX_ONLY = pytest.mark.skipif(sys.platform != "linux", reason="Qt has ICU on Linux only")
_QT = Path(PySide6.__file__).parent / "Qt/lib"


@pytest.mark.parametrize(
    "name",
    [
        "coll/root.res",
        "coll/sv.res",
        "coll/ucadata.icu",
        "lang/en_001.res",
        "pool.res",
        "sv_SE.res",
        "supplementalData.res",
        "zoneinfo64.res",
    ],
)
def test_what_all_languages_need_and_ours_is_kept(name: str) -> None:
    assert icu.is_kept(f"icudt73l/{name}", 100_000)


@pytest.mark.parametrize(
    "name", ["coll/zh.res", "lang/de_AT.res", "zu.res", "brkitr/thaidict.dict", "ibm-943.cnv"]
)
def test_what_only_other_languages_need_is_left_out(name: str) -> None:
    assert not icu.is_kept(f"icudt73l/{name}", 100_000)


def test_data_of_another_layout_is_refused() -> None:
    with pytest.raises(RuntimeError, match="another way"):
        icu.smaller_data(struct.pack("<HHI", 4, 0, 1) + struct.pack("<II", 12, 99) + b"a\0")


@_LINUX_ONLY
def test_swedish_is_sorted_alike_with_less_data(tmp_path: Path) -> None:
    [library] = _QT.glob("libicudata.so.*")
    made = tmp_path / library.name
    shutil.copy(library, made)
    icu.shrink_icu(made)
    assert made.stat().st_size < library.stat().st_size / 4
    sort = (
        "from PySide6.QtCore import QCollator, QLocale, QStringConverter;"
        "c = QCollator(QLocale('sv_SE'));"
        "print(sorted('zebra öl ål äpple apa'.split(), key=c.sortKey), QLocale('sv').toUpper('å'));"
        "print(len(QStringConverter.availableCodecs()))"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", sort],
            env={"LD_PRELOAD": preloaded, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for preloaded in ("", str(made))
    ]
    assert told[0][0] == told[1][0] == "['apa', 'zebra', 'ål', 'äpple', 'öl'] Å"
    assert int(told[1][1]) < int(told[0][1]), "the smaller one was not used"


def make_libraries(folder: Path, needs: Mapping[str, Sequence[str]]) -> None:
    """Make libraries that need others, each after those that it needs."""
    empty = folder / "empty.o"
    subprocess.run(["as", "-o", empty, "/dev/null"], check=True)
    for name, needed in needs.items():
        target = folder / name
        arguments: list[str | Path] = ["-shared", "-soname", target.name, "-o", target, empty]
        subprocess.run(["ld", *arguments, *(folder / one for one in needed)], check=True)
    empty.unlink()


def needed_by(file: Path) -> list[str]:
    told = subprocess.run(
        ["objdump", "--private-headers", file], capture_output=True, text=True, check=True
    )
    return sorted(unneeded.NEEDED.findall(told.stdout))


@_LINUX_ONLY
def test_the_drivers_copies_give_way_to_the_libraries_that_are_there(tmp_path: Path) -> None:
    copies, driver = "psycopg_binary.libs", tmp_path / "psycopg_binary/pq.so"
    for folder in (driver.parent, tmp_path / copies, tmp_path / "numpy.libs"):
        folder.mkdir()
    crypto, ssl = f"{copies}/libcrypto-3a0647ea.so.3", f"{copies}/libssl-6a9b88ec.so.3"
    others = f"{copies}/libldap-fb847fea.so.2.0.200", f"{copies}/libpq-e9b5c9ac.so.5.18"
    make_libraries(
        tmp_path,
        {
            crypto: [],
            ssl: [crypto],
            others[0]: [ssl, crypto],
            others[1]: [ssl, *others[:1]],
            "psycopg_binary/pq.so": [others[1]],
            "numpy.libs/libssl-01234567.so.3": [],
        },
    )
    (tmp_path / "libssl-6a9b88ec.so.3").symlink_to(ssl)

    there = {"libssl.so.3", "libcrypto.so.3", "libpq.so.5"}
    assert shared.replace_copies(tmp_path, there.__contains__) == ["libcrypto.so.3", "libssl.so.3"]

    left = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.so*")}
    assert left == {*others, "psycopg_binary/pq.so", "numpy.libs/libssl-01234567.so.3"}
    assert needed_by(tmp_path / others[0]) == ["libcrypto.so.3", "libssl.so.3"]
    assert needed_by(tmp_path / others[1]) == ["libldap-fb847fea.so.2.0.200", "libssl.so.3"]
    assert needed_by(driver) == ["libpq-e9b5c9ac.so.5.18"]
    assert shared.replace_copies(tmp_path, there.__contains__) == []


@_LINUX_ONLY
def test_only_libraries_that_something_needs_stay(tmp_path: Path) -> None:
    (tmp_path / "PySide6/Qt/lib").mkdir(parents=True)
    (tmp_path / "python3").mkdir()
    compiled: dict[str, list[str]] = {
        "libfar.so.1": [],
        "libnear.so.1": ["libfar.so.1"],
        "libgone.so.1": ["libfar.so.1"],
        "libpython3.so.1": [],
        "PySide6/Qt/lib/libQtGone.so.6": [],
        "python3/module.so": ["libnear.so.1"],
    }
    make_libraries(tmp_path, compiled)
    (tmp_path / "libQtGone.so.6").symlink_to("PySide6/Qt/lib/libQtGone.so.6")
    assert unneeded.delete_unneeded(tmp_path) == ["libQtGone.so.6", "libgone.so.1"]
    left = {file.name for file in tmp_path.rglob("*.so*")}
    assert left == {"libfar.so.1", "libnear.so.1", "libpython3.so.1", "module.so"}
