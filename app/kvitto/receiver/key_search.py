"""Find a key in a request's target, even if the URL around it is malformed.

A URL is copied by hand, wrapped by mail programs, put together from parts and rewritten by
proxies. 32 hexadecimal digits are a key wherever they are. Pure, bounded functions of the target
alone, so that the time taken reveals nothing about the valid keys.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import unquote

from kvitto.core.rejection import RejectedBodyError
from kvitto.core.report import Origin

KEY_LENGTH: Final = 32
MOST_CANDIDATES: Final = 16
"""So many runs of exactly 32 digits are tried, and as many longer ones."""

LONGEST_TARGET: Final = 2_048
"""Only so many characters are searched."""
_DECODINGS: Final = 3
"""A URL may be percent-encoded again at each step of its way."""
_LONGEST_EXTRA: Final = 12
_RUN: Final = re.compile(rf"[0-9A-Fa-f]{{{KEY_LENGTH},}}")
_INVISIBLE: Final = re.compile("[\\s\u00ad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]+")
"""White space and other invisible characters: a line break may be in the middle of a key."""


class KeyCandidate(NamedTuple):
    """What may be a key.

    Attributes:
        value: 32 hexadecimal digits, in lower case.
        extra: letters and digits that are right before or after it; "" where nothing is.
    """

    value: str
    extra: str


def key_candidates(target: str) -> list[KeyCandidate]:
    """Return what may be a key in a request's target: those that stand alone first.

    Args:
        target: the target as it came, with its query.
    """
    if len(target) < KEY_LENGTH:
        return []
    alone: dict[str, KeyCandidate] = {}
    glued: dict[str, KeyCandidate] = {}
    for form in _forms(target[:LONGEST_TARGET]):
        for match in _RUN.finditer(form):
            for one in _candidates(form, match):
                found = glued if one.extra else alone
                if len(found) < MOST_CANDIDATES:
                    found.setdefault(one.value, one)
    return [*alone.values(), *glued.values()]


def _forms(target: str) -> Iterator[str]:
    """Yield the target as it came and decoded, each also without its white space."""
    for _ in range(_DECODINGS + 1):
        yield target
        joined = _INVISIBLE.sub("", target)
        if joined != target:
            yield joined
        decoded = unquote(target)
        if decoded == target:
            return
        target = decoded


def _candidates(form: str, match: re.Match[str]) -> Iterator[KeyCandidate]:
    run = match.group().lower()
    before, after = _word_before(form, match.start()), _word_after(form, match.end())
    surplus = len(run) - KEY_LENGTH
    if not surplus:
        yield KeyCandidate(run, before + after)
        return
    # The key may be at either end of a longer run; nobody writes digits on both sides of it.
    yield KeyCandidate(run[:KEY_LENGTH], _short(before + run[KEY_LENGTH:] + after))
    yield KeyCandidate(run[surplus:], _short(before + run[:surplus] + after))


def _word_before(form: str, end: int) -> str:
    begin = end
    while begin > max(0, end - _LONGEST_EXTRA) and form[begin - 1].isalnum():
        begin -= 1
    return form[begin:end]


def _word_after(form: str, begin: int) -> str:
    end = begin
    while end < min(len(form), begin + _LONGEST_EXTRA) and form[end].isalnum():
        end += 1
    return form[begin:end]


def _short(extra: str) -> str:
    return extra if len(extra) <= _LONGEST_EXTRA else extra[:_LONGEST_EXTRA] + "…"


class Authorization(NamedTuple):
    """A request that was authenticated: by a key, or where none is needed.

    Attributes:
        key: the number of its key in the store; None where none is needed.
        origin: what its report counts as.
        marks: what was wrong with its URL.
        extra: letters and digits right beside the key, with which the request is refused.
    """

    key: int | None
    origin: Origin
    marks: tuple[str, ...] = ()
    extra: str = ""


OnUnanswered: TypeAlias = Callable[[RejectedBodyError, bytes, Authorization | None], None]
"""Is told what came and is no whole request, its beginning, and who sent the one before it."""
