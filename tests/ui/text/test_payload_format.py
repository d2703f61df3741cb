"""Raw bodies, made readable without changing what they say."""

import json

from hypothesis import given
from hypothesis import strategies as st

from kvitto.ui.text.masking import mask_all_numbers
from kvitto.ui.text.payload_format import hexadecimal, readable


def unchanged(text: str) -> str:
    return text


def test_json_is_indented_and_its_numbers_are_left_as_they_were_written() -> None:
    text = readable(b'\xef\xbb\xbf{"price":0.0820,"id":12345678901234567890,"name":"\xc3\x85sa"}')

    assert text.splitlines() == [
        "{",
        '  "price": 0.0820,',
        '  "id": 12345678901234567890,',
        '  "name": "Åsa"',
        "}",
    ]


def test_what_is_no_json_is_shown_as_text() -> None:
    assert readable(b"code=201&\xff") == "code=201&\N{REPLACEMENT CHARACTER}"
    assert readable(b"") == ""


def test_bytes_are_shown_with_their_place_and_characters() -> None:
    assert hexadecimal(b"{\x00\xc5 12345678", unchanged).splitlines() == [
        "000000  7b 00 c5 20 31 32 33 34  {.. 1234",
        "000008  35 36 37 38              5678",
    ]


def test_hidden_numbers_are_hidden_in_the_bytes_too() -> None:
    text = hexadecimal(b'"46701740605"', mask_all_numbers)

    assert "34 36" not in text
    assert "4670" not in text
    assert text.count("•") == 9 * 3


def test_what_the_hiding_looks_like_is_no_byte() -> None:
    assert "•" not in hexadecimal(bytes(range(256)), unchanged)


@given(st.binary(max_size=200))
def test_all_bytes_are_there(body: bytes) -> None:
    lines = hexadecimal(body, unchanged).splitlines()

    assert b"".join(bytes.fromhex(line[8:32]) for line in lines) == body


@given(
    st.recursive(
        st.integers() | st.text() | st.none(),
        lambda one: st.lists(one) | st.dictionaries(st.text(), one),
    )
)
def test_readable_json_says_the_same(value: object) -> None:
    assert json.loads(readable(json.dumps(value).encode())) == value


@given(st.binary())
def test_any_bytes_can_be_shown(body: bytes) -> None:
    readable(body)
