"""Stores with very many messages, made once and kept for the next run.

They lie in the system's folder for temporary files, under names that change with the code that
makes them.
"""

import getpass
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.benchmarks.big_store import LARGEST, make_big_store
from tests.benchmarks.table import Scale
from tests.helpers.program import PROJECT

DAYS: Final = 730
_MESSAGES_PER_BATCH: Final = 100
_LEAST_MESSAGES: Final = 1_000


def store_of(messages: int) -> Path:
    """Return the data folder of a store with so many messages, and a hundredth as many batches.

    The first batch has a hundred thousand of them, and the newest two hundred thousand have eight
    reports; of a smaller store it is half, and a fifth. They are of two years. Whoever gets it must
    not write into it.
    """
    return _kept(str(messages), lambda made: _make_store(made, messages))


def copy_of(messages: int, folder: Path) -> Path:
    """Return `folder`, with a copy of `store_of` that may be written into."""
    shutil.copytree(store_of(messages), folder)
    for file in filter(Path.is_file, folder.rglob("*")):
        # Else the receiver's first folding writes all of it to the disk, and its answers wait.
        with file.open("rb") as copied:
            os.fsync(copied.fileno())
    return folder


def _kept(name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that is kept for the next run; made where the code has changed since."""
    kept = Path(tempfile.gettempdir()) / f"kvitto-benchmarks-{getpass.getuser()}"
    kept.mkdir(mode=0o700, exist_ok=True)
    folder = kept / f"{name}-{_fingerprint()}"
    if not folder.exists():
        for older in kept.glob(f"{name}-*"):
            shutil.rmtree(older)
        with tempfile.TemporaryDirectory(dir=kept) as unfinished:
            made = Path(unfinished) / "data"
            make(made)
            made.replace(folder)
    return folder


def size_of_big_store(scale: Scale) -> int:
    """Return how many messages are in it."""
    return scale.big or _LEAST_MESSAGES


def copy_of_big_store(scale: Scale, folder: Path) -> Path:
    """Return `folder`, with a copy of a store with very many messages that may be written into."""
    return copy_of(size_of_big_store(scale), folder)


def _make_store(folder: Path, messages: int) -> None:
    make_big_store(
        folder,
        messages,
        messages // _MESSAGES_PER_BATCH,
        min(LARGEST, messages // 2),
        whole=min(2 * LARGEST, messages // 5),
        days=DAYS,
    )


def _fingerprint() -> str:
    """Return what changes with the code that decides what is in a store."""
    digest = hashlib.blake2b(Path(__file__).read_bytes(), digest_size=6)
    digest.update(Path(__file__).with_name("big_store.py").read_bytes())
    for folder in ("app/kvitto/core", "app/kvitto/store"):
        for file in sorted((PROJECT / folder).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()
