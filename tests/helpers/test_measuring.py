"""What is measured, and what is left out quickly: tests/conftest.py marks it."""

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

MADE_UP = "COVERAGE_PROCESS_MADE_UP"


@pytest.fixture(scope="module", autouse=True)
def _programs_are_measured() -> Iterator[None]:
    """Let programs that are started be measured, as coverage does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MADE_UP, "as coverage does")
        yield


def test_a_program_is_measured_with_its_test() -> None:
    assert MADE_UP in os.environ


@pytest.mark.no_cover
def test_a_program_is_not_measured_where_its_test_is_not() -> None:
    assert MADE_UP not in os.environ


@pytest.mark.no_cover
def test_nothing_watches_the_lines_of_a_test_that_is_not_measured() -> None:
    assert sys.gettrace() is None


@pytest.mark.slow
def test_what_is_slow_is_not_measured() -> None:
    assert MADE_UP not in os.environ
    assert sys.gettrace() is None


@given(value=st.booleans())
def test_a_law_is_not_measured(value: bool) -> None:
    del value
    assert MADE_UP not in os.environ
    assert sys.gettrace() is None


def test_what_is_quick_is_not_marked_slow(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("slow") is None
