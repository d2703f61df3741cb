"""The program in this test's own data folder, ended with the test."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from tests.helpers.program import Program


class Start(Protocol):
    """Starts the program; its data folder is the test's own unless one is given."""

    def __call__(self, *options: str, port: int = 0, folder: Path | None = None) -> Program: ...


@pytest.fixture
def start(data_dir: Path) -> Iterator[Start]:
    with ExitStack() as running:

        def start_one(*options: str, port: int = 0, folder: Path | None = None) -> Program:
            program = Program(data_dir if folder is None else folder, *options, port=port)
            return running.enter_context(program)

        yield start_one
