"""Stores into which campaigns were reported, some reports of them lost."""

import shutil
from pathlib import Path

import pytest

from tests.books.misbehaviour import (
    MINI,
    SMALL,
)
from tests.books.repairs import fill


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    fill(folder, SMALL)
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "store"
    shutil.copytree(filled, copy)
    return copy


@pytest.fixture(scope="module")
def mini_filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mini")
    fill(folder, MINI)
    return folder


@pytest.fixture
def mini(mini_filled: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "store"
    shutil.copytree(mini_filled, copy)
    return copy
