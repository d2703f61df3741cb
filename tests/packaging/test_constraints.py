import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

import kvitto

PROJECT = Path(__file__).parents[2]


def pin_lines() -> list[str]:
    text = (PROJECT / "packaging/constraints.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def pins() -> dict[NormalizedName, str]:
    pairs = (line.split("==") for line in pin_lines())
    return {canonicalize_name(name): version for name, version in pairs}


def requirements() -> list[Requirement]:
    pyproject = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    project = pyproject["project"]
    wanted = [*pyproject["build-system"]["requires"], *project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        wanted += extra
    return [Requirement(line) for line in wanted]


def test_a_pin_is_a_name_and_a_version_and_nothing_else() -> None:
    odd = [line for line in pin_lines() if not re.fullmatch(r"[\w.-]+==[\w.]+", line)]
    assert odd == []


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_each_requirement_is_pinned_to_a_version_that_it_admits(requirement: Requirement) -> None:
    assert requirement.specifier.contains(pins()[canonicalize_name(requirement.name)])


def installed() -> dict[NormalizedName, str]:
    """Return what is installed, but for the program and what comes with every environment."""
    found = {canonicalize_name(one.name): one.version for one in metadata.distributions()}
    itself = {"kvitto", "pip"}
    return {name: version for name, version in found.items() if name not in itself}


def test_what_is_installed_is_what_is_pinned() -> None:
    assert installed().items() <= pins().items()


def test_the_package_has_the_version_of_the_program() -> None:
    assert metadata.version("kvitto") == kvitto.__version__
