"""Targets that were not encoded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.receiver.request_boundaries import encode_target
from tests.receiver.wire import a_request


@pytest.mark.parametrize(
    ("target", "encoded"),
    [(b"/a b", b"/a%20b"), (b"/\xc2\xa0", b"/%C2%A0"), (b"/a\t", b"/a%09"), (b"/a ", b"/a%20")],
)
def test_the_target_is_encoded_and_nothing_else(target: bytes, encoded: bytes) -> None:
    rest = " HTTP/1.1\r\nX: a\u00a0b\r\n\r\nbödy  x".encode()
    before = b"GET / HTTP/1.1\r\n\r\n"
    changed = encode_target(before + b"POST " + target + rest, len(before))
    assert changed == before + b"POST " + encoded + rest


@given(st.binary(max_size=200))
def test_whatever_comes_a_usual_request_is_left_as_it_is(rest: bytes) -> None:
    request = a_request("/r/x?a=%20b", b"x") + rest
    assert encode_target(request, 0) == request
    encode_target(rest, 0)
