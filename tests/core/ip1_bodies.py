"""Bodies for the reader of the SMS service's reports: sound ones, and all that may come instead."""

import json
from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kvitto.core.ip1_parser import parse
from kvitto.core.rejection import RejectedBodyError, RejectionKind
from kvitto.core.report import DeliveryReport

FIELDS: Final[dict[str, str]] = {
    "messageId": '"5c613848879973045cf39ac4"',
    "batchId": '"5c613848879973045cf39ac3"',
    "recipient": '"456189040623"',
    "code": "102",
    "duration": "0",
    "created": '"2018-10-23T17:43:21Z"',
    "segments": "2",
    "price": "0.082",
    "currency": '"eur"',
    "reference": '"A client reference"',
}
"""The sample's fields as raw JSON, with a time that can be read."""
NEEDED: Final = ("messageId", "batchId", "code")
OPTIONAL: Final = tuple(name for name in FIELDS if name not in NEEDED)
WHOLE: Final = DeliveryReport(
    message_id="5c613848879973045cf39ac4",
    batch_id="5c613848879973045cf39ac3",
    code=102,
    final=False,
    created=datetime(2018, 10, 23, 17, 43, 21, tzinfo=UTC),
    recipient="456189040623",
    segments=2,
    price_nano=82_000_000,
    currency="EUR",
    reference="A client reference",
)


def body(**changes: str | None) -> bytes:
    """Return the sample with fields set to raw JSON, or left out where that is None."""
    pairs = ((name, raw) for name, raw in {**FIELDS, **changes}.items() if raw is not None)
    return ("{" + ", ".join(f'"{name}": {raw}' for name, raw in pairs) + "}").encode()


def rejection(refused: bytes) -> RejectedBodyError:
    with pytest.raises(RejectedBodyError) as caught:
        parse(refused)
    return caught.value


def refused_for(refused: bytes) -> str:
    """Return the reason why a JSON body is not a report."""
    error = rejection(refused)
    assert error.kind is RejectionKind.NOT_A_REPORT
    return str(error)


def assert_unreadable(name: str, raw: str, why: str) -> None:
    """Check that a field that can't be read costs a report if it is needed, and itself if not."""
    spoiled = body(**{name: raw})
    if name in NEEDED:
        assert refused_for(spoiled) == f"The field {name} {why}."
        return
    read = parse(spoiled)
    assert read == parse(body(**{name: None}))
    assert read.left_out == (name,)


# --- Whatever comes ------------------------------------------------------------------------------

MARKS: Final = ("☃", "8675309")
"""In every hostile text and number; never in our own words."""


def hostile_numbers() -> SearchStrategy[str]:
    """Draw numbers as JSON writes them, of any length and exponent."""
    digits = st.sampled_from(("0", "1", "8675309", "86753090.5", "0.8675309", "-8675309"))
    exponents = st.integers(-(10**25), 10**25) | st.integers(-1_000_001, 1_000_001)
    return digits | st.builds("{}e{}".format, digits, exponents)


def hostile_texts() -> SearchStrategy[str]:
    """Draw JSON texts with any characters, halves of pairs included."""
    characters = st.characters(exclude_categories=[])
    texts = st.text(characters, max_size=20).map(lambda text: f"{text}☃")
    return (texts | hostile_numbers()).map(json.dumps)


def hostile_values() -> SearchStrategy[str]:
    """Draw raw JSON values of all kinds."""
    leaves = st.sampled_from(("null", "true", "false", '""')) | hostile_numbers() | hostile_texts()
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda them: f"[{','.join(them)}]")
            | st.lists(st.tuples(hostile_texts(), inner), max_size=3).map(
                lambda pairs: "{" + ",".join(f"{name}:{raw}" for name, raw in pairs) + "}"
            )
        ),
        max_leaves=5,
    )


def hostile_bodies() -> SearchStrategy[bytes]:
    """Draw objects with the report's fields, some of them as they should be."""
    names = (*FIELDS, "id", "body", "direction", "statuses", "emailId", "recipientAddress", "☃")
    fields = st.fixed_dictionaries(
        {},
        optional={
            name: (st.just(FIELDS[name]) if name in FIELDS else st.nothing()) | hostile_values()
            for name in names
        },
    )
    return fields.map(
        lambda drawn: (
            "{" + ",".join(f'"{name}":{raw}' for name, raw in drawn.items()) + "}"
        ).encode()
    )
