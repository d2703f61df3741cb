"""Every error that the user can meet has a text in both languages, made of its code and values."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Final, get_args, get_type_hints

import pytest

import kvitto
from kvitto.export.export_errors import ExportError, NoBatchInQuarantineError, TerminalError
from kvitto.problem import ProblemError
from kvitto.reachability.input_errors import InputError
from kvitto.receiver.listener import open_sockets
from kvitto.receiver.receiver_errors import (
    AddressFault,
    AddressUnusableError,
    Problem,
    ReceiverError,
    error_of,
    problem_of,
)
from kvitto.store.errors import FilesReplacedError, LogLargeError, StoreError
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.preferences import Language
from kvitto.ui.text.error_text import error_text

FILE: Final = Path("/data/kvitto {db}.db")
VALUES: Final[dict[type, object]] = {
    str: "a {word}",
    bool: True,
    int: 4711,
    Path: FILE,
    datetime: datetime(2027, 3, 1, 10, tzinfo=UTC),
}
BASES: Final = frozenset({StoreError, ReceiverError, ExportError, InputError})
OF_THE_COMMAND_LINE: Final = frozenset({NoBatchInQuarantineError, TerminalError})


def kinds_of(base: type[ProblemError]) -> Iterator[type[ProblemError]]:
    """Yield every class below `base` that is raised."""
    for kind in base.__subclasses__():
        if kind.__module__.startswith("kvitto."):
            if kind not in BASES:
                yield kind
            yield from kinds_of(kind)


def errors_of(kind: type[ProblemError]) -> Iterator[ProblemError]:
    """Yield an error of a class with values; where one is an enum, an error for each of its own."""
    hints = get_type_hints(kind)
    values: dict[str, list[object]] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        hint = hints[field.name]
        one = get_args(hint)[0] if isinstance(hint, UnionType) else hint
        values[field.name] = list(one) if issubclass(one, Enum) else [VALUES[one]]
    for place in range(max(map(len, values.values()), default=1)):
        yield kind(**{name: some[min(place, len(some) - 1)] for name, some in values.items()})


ERRORS: Final = [one for kind in kinds_of(ProblemError) for one in errors_of(kind)] + [
    FilesReplacedError(FILE, ""),
    LogLargeError(FILE, 300, ""),
    AddressUnusableError("", 80, AddressFault.NO_SUCH_NAME),
]
CROSSING: Final = [one for one in ERRORS if isinstance(one, StoreError | ReceiverError)]


def name_of(error: ProblemError) -> str:
    """Return the name of a test's case."""
    return f"{type(error).__name__} {getattr(error, 'fault', '')}".strip()


def test_there_are_errors_of_all_packages() -> None:
    assert len({type(error) for error in ERRORS}) > 45
    assert {base for base in BASES if any(isinstance(one, base) for one in ERRORS)} == BASES


@pytest.mark.parametrize("error", ERRORS, ids=name_of)
def test_each_is_told_in_the_language_with_its_values(
    error: ProblemError, languages: Languages
) -> None:
    languages.speak(Language.ENGLISH)
    english = error_text(error)
    languages.speak(Language.SWEDISH)
    swedish = error_text(error)

    if not isinstance(error, InputError):
        told = error.text(str, lambda count: f"{count:,}")
        assert english == told, "the window and the terminal say the same"
    assert (swedish == english) is (type(error) in OF_THE_COMMAND_LINE)
    for value in vars(error).values():
        assert isinstance(value, Enum) or (str(value) in english) is (str(value) in swedish)
    if isinstance(getattr(error, "count", None), int):
        assert "4,711" in english
        assert "4\N{NO-BREAK SPACE}711" in swedish
    for told in (english, swedish):
        assert "{" not in told.replace(str(FILE), "").replace("a {word}", "")


@pytest.mark.parametrize("error", CROSSING, ids=name_of)
def test_each_that_crosses_to_another_process_is_told_there_as_here(
    error: StoreError | ReceiverError,
) -> None:
    again = error_of(problem_of(error))

    assert type(again) is type(error)
    assert (vars(again), again.detail) == (vars(error), error.detail)
    assert error_text(again) == error_text(error)


@pytest.mark.parametrize(
    "problem",
    [
        Problem("SomethingNewError", {"file": "/data/kvitto.db"}),
        Problem("DiskFullError"),
        Problem("DiskFullError", {"file": "/data/kvitto.db", "size": 4}),
        Problem("QueueFullError", {"waiting": "many"}),
        Problem("PortTakenError", {"host": "::1", "port": "8370"}),
        Problem("AddressUnusableError", {"host": "", "port": 1, "fault": "new"}),
        Problem("StoreError"),
        Problem("english"),
    ],
    ids=lambda problem: f"{problem.code} {len(problem.values)}",
)
def test_what_another_version_sends_is_told_whatever_it_is(
    problem: Problem, languages: Languages
) -> None:
    languages.speak(Language.SWEDISH)

    assert problem.code in error_text(error_of(problem))


@pytest.mark.parametrize(
    ("host", "port", "reason"),
    [
        ("192.0.2.1", 8370, "det är inte en adress till den här datorn"),
        ("", 8370, "på ett tomt namn: ingen dator har det namnet"),
        ("127.0.0.1", 99_999, "99999 är ingen port"),
    ],
)
def test_why_an_address_is_of_no_use_is_told_in_the_language(
    host: str, port: int, reason: str, languages: Languages
) -> None:
    languages.speak(Language.SWEDISH)
    with pytest.raises(ReceiverError) as caught:
        open_sockets(host, port, 1)

    assert reason in error_text(caught.value)


def test_no_sentence_is_searched_for_in_another() -> None:
    """Texts are made of codes and values: a pattern has no words in it."""
    for file in (Path(kvitto.__file__).parent / "ui" / "text").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
            ):
                pattern = ast.unparse(node.args[0])
                assert node.args, file
                assert "escape" not in pattern, file
                assert isinstance(node.args[0], ast.Constant | ast.JoinedStr), file
                assert " " not in pattern.replace("(?: ", ""), file


def test_what_says_that_it_goes_on_by_itself_is_tried_again() -> None:
    def all_below(error: type[ProblemError]) -> Iterator[type[ProblemError]]:
        for one in error.__subclasses__():
            yield one
            yield from all_below(one)

    says = {
        one: "goes on by itself" in one.english
        for one in all_below(ProblemError)
        if hasattr(one, "english")
    }
    assert any(says.values())
    assert says == {one: one.goes_on_by_itself for one in says}
