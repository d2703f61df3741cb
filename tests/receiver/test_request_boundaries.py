"""Where requests end in a stream of bytes."""

from hypothesis import given
from hypothesis import strategies as st

from kvitto.receiver.request_boundaries import RequestBoundaries
from tests.receiver.wire import a_chunked_request, a_request

bodies = st.binary(max_size=40) | st.sampled_from([b"0\r\n\r\n", b"\r\n\r\n", b"5\r\n"])
requests = (
    bodies.map(lambda body: a_request("/r/x", body))
    | st.lists(bodies.filter(bool), max_size=4).map(lambda parts: a_chunked_request("/r/x", *parts))
    | st.just(a_request("/", method="GET"))
    | st.just(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    | st.just(
        b"POST / HTTP/1.1\r\nTRANSFER-ENCODING: Chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n"
    )
)


def ends_of(data: bytes, at_once: list[int]) -> list[int]:
    """Return where requests end in `data`, which comes in pieces that end at these places."""
    boundaries, found, begin = RequestBoundaries(32_768), [], 0
    for end in [*sorted({at for at in at_once if 0 < at < len(data)}), len(data)]:
        piece, at = data[begin:end], 0
        while at < len(piece):
            at = boundaries.cut(piece, at)
            if boundaries.is_between:
                found.append(begin + at)
        begin = end
    return found


@given(st.lists(requests, min_size=1, max_size=5), st.lists(st.integers(1, 900), max_size=12))
def test_every_end_is_found_however_the_stream_is_cut(parts: list[bytes], cuts: list[int]) -> None:
    ends, at = [], 0
    for part in parts:
        at += len(part)
        ends.append(at)
    assert ends_of(b"".join(parts), cuts) == ends


@given(st.binary(max_size=300), st.lists(st.integers(1, 300), max_size=5))
def test_no_bytes_stop_it(data: bytes, cuts: list[int]) -> None:
    ends_of(data, cuts)
    ends_of(a_request("/", b"x") + data, cuts)


SIZES = st.text("-+0_xX 5fF;\t", max_size=6).map(str.encode) | st.sampled_from([b"-5", b"-5;a"])


@given(st.lists(SIZES, max_size=5), st.lists(st.integers(1, 300), max_size=5))
def test_no_chunk_size_stops_it(sizes: list[bytes], cuts: list[int]) -> None:
    chunks = b"".join(size + b"\r\nhello\r\n" for size in sizes)
    ends_of(a_chunked_request("/").removesuffix(b"0\r\n\r\n") + chunks, cuts)


def test_what_came_since_the_last_request_is_known_up_to_a_bound() -> None:
    boundaries = RequestBoundaries(10)
    data = a_request("/", b"x") + b"POST"
    assert boundaries.cut(data, boundaries.cut(data)) == len(data)
    assert boundaries.unfinished_head == b"POST"
    boundaries.cut(b" /" + b"x" * 50)
    assert boundaries.unfinished_head == b"POST /xxxx"
