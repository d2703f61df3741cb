"""What the receiver may answer, and what breaks its contract.

Source: protocol, "What we answer".
"""

from http import HTTPStatus
from typing import Final

import msgspec

from kvitto.simulator.requests import Post
from kvitto.simulator.response_reader import Answer

OK: Final = HTTPStatus.OK.value
UNAVAILABLE: Final = HTTPStatus.SERVICE_UNAVAILABLE.value
_GATEWAYS: Final = frozenset({429, 502, 504, *range(520, 531)})
"""What a tunnel or proxy in between answers when it can't reach the receiver: not its words."""
_EXPLAINED: Final = frozenset({400, 422})
"""These say why, in JSON."""


def is_transient(status: int) -> bool:
    """Tell whether an answer says "not now": never a promise, and never a breach."""
    return status == UNAVAILABLE or status in _GATEWAYS


def breach(post: Post, answer: Answer) -> str | None:
    """Return how an answer breaks the contract, in a few words; None if it does not.

    Args:
        post: what was posted, in whichever spelling.
        answer: what came back.
    """
    status = answer.status
    if is_transient(status):
        return None
    if status == post.expected:
        return _wrong_words(answer)
    asked = "what is no report" if post.is_invalid_payload else "a report"
    if post.is_invalid_payload:
        return f"{status} to {asked} instead of {post.expected}"
    return f"{status} to {asked}"


def _wrong_words(answer: Answer) -> str | None:
    """Tell whether an answer of the right status lacks the words that go with it."""
    if answer.status == OK:
        return None if answer.size == 0 else "200 with a body"
    if answer.status in _EXPLAINED and answer.size <= len(answer.beginning):
        try:
            msgspec.json.decode(answer.beginning, type=_Explanation)
        except msgspec.DecodeError:
            return f"{answer.status} that does not say why"
    return None


class _Explanation(msgspec.Struct):
    error: str
