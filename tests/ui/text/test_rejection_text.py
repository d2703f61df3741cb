"""Reasons can be said in the reader's language: all that the parser and the receiver give."""

import ast
import inspect
import json
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from kvitto.core import ip1_parser
from kvitto.core.rejection import RejectedBodyError, RejectionKind
from kvitto.receiver import handler, protocol, request_body, request_boundaries
from kvitto.ui.text.rejection_text import is_known, kind_word, reason_text

_VALUES = {
    "name": "segments",
    "kind": "a list",
    "MAX_ID_LENGTH": "256",
    "names[0]": "gzip",
    "caller.extra": "x",
}


def sentences_in(module: ModuleType) -> set[str]:
    """Return the literal sentences of a module that are about a body, a field or JSON."""
    tree = ast.parse(inspect.getsource(module))
    inner = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            found.add("".join(_text_of(part) for part in node.values))
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in inner | docstrings
        ):
            found.add(node.value)
    return {
        one
        for one in found
        if one.startswith(("The ", "This ")) and one.endswith(".") and "\n" not in one
    }


def _text_of(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    written = ast.unparse(part.value)
    if written.startswith("_KINDS_OF_JSON"):
        return "a number"
    return _VALUES.get(written, "64")


@pytest.mark.parametrize(
    "module",
    [ip1_parser, request_body, request_boundaries, protocol, handler],
    ids=lambda one: str(one.__name__),
)
def test_every_reason_in_the_program_is_known(module: ModuleType) -> None:
    sentences = sentences_in(module)

    assert sentences
    assert not [one for one in sentences if not is_known(one)]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda one: (
        st.lists(one, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "messageId",
                    "batchId",
                    "code",
                    "price",
                    "segments",
                    "duration",
                    "currency",
                    "body",
                ]
            ),
            one,
        )
    ),
)


@given(st.binary() | _JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_is_refused_is_refused_for_a_known_reason(posted: bytes) -> None:
    reason = ""
    try:
        ip1_parser.parse(posted)
    except RejectedBodyError as rejection:
        reason = rejection.reason

    assert not reason or is_known(reason)


def test_what_is_filled_in_stays(qtbot: QtBot) -> None:
    reason = "The field segments is a list, not a number."

    assert reason_text(reason) == reason


def test_an_unknown_reason_is_shown_as_it_was_kept(qtbot: QtBot) -> None:
    assert not is_known("Why not.")
    assert reason_text("Why not.") == "Why not."


def test_every_kind_has_a_word(qtbot: QtBot) -> None:
    assert len({kind_word(kind) for kind in RejectionKind}) == len(RejectionKind)
