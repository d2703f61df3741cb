"""Where a number is from."""

import pytest

from kvitto.core.calling_codes import LONGEST, calling_code_of


@pytest.mark.parametrize(
    ("digits", "code"),
    [
        ("46701234567", "46"),
        ("4748123456", "47"),
        ("15551234567", "1"),
        ("79161234567", "7"),
        ("358401234567", "358"),
        ("35", ""),
        ("0701234567", ""),
        ("", ""),
        (None, ""),
        ("Kvitto", ""),
        ("+4670", ""),
        ("٤٦", ""),
    ],
)
def test_the_first_digits_tell_the_country(digits: str | None, code: str) -> None:
    assert calling_code_of(digits) == code
    if digits is not None:
        assert calling_code_of(digits[:LONGEST]) == code
