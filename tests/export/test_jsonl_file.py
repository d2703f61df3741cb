"""JSON Lines as others read them."""

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.export.table_writer import Value
from kvitto.export.text_files import JsonLinesFile
from tests.export.reading import HOSTILE


def written(*rows: Sequence[Value]) -> bytes:
    stream = io.BytesIO()
    file = JsonLinesFile(stream, ["a", "b"])
    for row in rows:
        file.write(row)
    file.finish()
    file.close()
    return stream.getvalue()


def test_each_row_is_an_object_with_every_column() -> None:
    noon = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    data = written([1, None], [True, noon])

    assert data == b'{"a":1,"b":null}\n{"a":true,"b":"2026-03-01T12:00:00Z"}\n'


@pytest.mark.parametrize(
    "amount", ["0.082", "-0.082", "0.000000001", "999999999.999999999", "0", "12345678901234567890"]
)
def test_amounts_are_numbers_with_exactly_their_digits(amount: str) -> None:
    assert written([Decimal(amount), 0]) == f'{{"a":{amount},"b":0}}\n'.encode()


@given(st.text() | st.sampled_from(HOSTILE))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    [line] = written([text, text]).splitlines()

    assert json.loads(line) == {"a": text, "b": text}


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9))
def test_any_amount_comes_back_as_it_was(amount: Decimal) -> None:
    row = json.loads(written([amount, 0]), parse_float=Decimal, parse_int=Decimal)

    assert row["a"] == amount


@given(st.lists(st.text(), max_size=5))
def test_no_text_ends_a_line_or_reaches_a_terminal(texts: list[str]) -> None:
    text = written(*([one, "\x85\u2028\u2029\x7f\x9b\x1b"] for one in texts)).decode("utf-8")

    assert len(text.splitlines()) == len(texts)
    assert not any(character in text for character in "\x1b\x7f\x85\x9b\r")


def test_marks_that_can_t_be_seen_are_escaped_and_mean_the_same() -> None:
    stream = io.BytesIO()
    text = "\u202e46701\u200b\U000e0041\x7f\u2028 Höstrea 👩‍👧"
    JsonLinesFile(stream, ["a"]).write([text])
    line = stream.getvalue()
    assert json.loads(line) == {"a": text}
    assert rb"\u202e46701\u200b\udb40\udc41\u007f\u2028 " in line
    assert "Höstrea 👩‍👧".encode() in line


@given(st.lists(st.tuples(st.text() | st.sampled_from(HOSTILE), st.text()), min_size=1, max_size=4))
def test_a_block_is_written_as_its_rows_are(rows: list[tuple[str, str]]) -> None:
    stream = io.BytesIO()
    JsonLinesFile(stream, ["a", "b"]).write_block(list(zip(*rows, strict=True)))

    assert stream.getvalue() == written(*rows)


def test_a_control_character_of_ascii_reaches_no_terminal() -> None:
    stream = io.BytesIO()
    file = JsonLinesFile(stream, ["a"])
    file.write(["x\x7f"])
    file.write_block([["x\x7f"]])
    assert stream.getvalue() == b'{"a":"x\\u007f"}\n' * 2
