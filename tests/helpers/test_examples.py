from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.helpers.examples import examples


@pytest.fixture
def profile() -> Iterator[None]:
    """Let a test load another profile."""
    before = settings.get_current_profile_name()
    yield
    settings.load_profile(before)


@pytest.mark.usefixtures("profile")
@pytest.mark.parametrize(("name", "tried"), [("ci", 30), ("thorough", 1200), ("quick", 6)])
def test_a_number_of_examples_grows_with_the_profile(name: str, tried: int) -> None:
    settings.load_profile(name)

    assert examples(60).max_examples == tried


@pytest.mark.usefixtures("profile")
def test_one_example_at_least_is_tried() -> None:
    settings.load_profile("quick")

    assert examples(3).max_examples == 1
