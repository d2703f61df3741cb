import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.simulator.response_reader import KEPT_BYTES, Answer, AnswerReader, NotHttpError

USUAL = (
    b"HTTP/1.1 200 OK\r\nServer: kvitto\r\nContent-Length: 0\r\n"
    b"Date: Mon, 12 Jan 2026 08:00:00 GMT\r\n\r\n"
)
ANSWERS = {
    USUAL: Answer(200, 0, b"", keeps=True),
    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n": Answer(
        200, 0, b"", keeps=False
    ),
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok": Answer(200, 2, b"ok", keeps=True),
    b"HTTP/1.1 503\r\ncontent-length:  3 \r\n\r\nno\n": Answer(503, 3, b"no\n", keeps=True),
    b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n": Answer(200, 0, b"", keeps=False),
    b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n": Answer(
        200, 0, b"", keeps=True
    ),
    b"HTTP/1.1 204 No Content\r\n\r\n": Answer(204, 0, b"", keeps=True),
    b"HTTP/1.1 100 Continue\r\n\r\n" + USUAL: Answer(200, 0, b"", keeps=True),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n": Answer(
        200, 13, b"abc0123456789", keeps=True
    ),
    b"HTTP/1.1 302 Found\r\nLocation: http://example.net/\r\nContent-Length: 0\r\n\r\n": Answer(
        302, 0, b"", keeps=True
    ),
}


@pytest.mark.parametrize(("data", "answer"), ANSWERS.items())
def test_an_answer_in_one_piece(data: bytes, answer: Answer) -> None:
    reader = AnswerReader()
    assert reader.feed(data) == answer
    assert reader.is_clean


@given(st.sampled_from(list(ANSWERS)), st.lists(st.integers(1, 30), min_size=1, max_size=20))
def test_an_answer_in_any_pieces(data: bytes, sizes: list[int]) -> None:
    reader = AnswerReader()
    found = None
    expected = ANSWERS[data]
    while data:
        assert found is None
        size = sizes[len(data) % len(sizes)]
        found = reader.feed(data[:size])
        data = data[size:]
    assert found == expected
    assert reader.is_clean


def test_one_answer_after_another() -> None:
    reader = AnswerReader()
    for data, answer in ANSWERS.items():
        assert reader.feed(data) == answer


def test_a_body_without_a_length_ends_with_the_connection() -> None:
    reader = AnswerReader()
    assert reader.feed(b"HTTP/1.1 502 Bad Gateway\r\n\r\n<html>") is None
    assert reader.feed(b"</html>") is None
    assert reader.end() == Answer(502, 13, b"<html></html>", keeps=False)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
)
def test_an_answer_that_breaks_off_is_none(data: bytes) -> None:
    reader = AnswerReader()
    assert reader.feed(data) is None
    assert reader.end() is None


def test_what_follows_an_answer_is_noticed() -> None:
    reader = AnswerReader()
    reader.feed(USUAL + b"HTTP/1.1 408")
    assert not reader.is_clean


def test_of_a_large_body_the_beginning_is_kept() -> None:
    reader = AnswerReader()
    reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    for _ in range(99):
        assert reader.feed(b"x" * 10_000) is None
    answer = reader.feed(b"x" * 10_000)
    assert answer == Answer(200, 1_000_000, b"x" * KEPT_BYTES, keeps=True)


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x15\x03\x01",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 10_000,
    ],
    ids=lambda data: repr(data[:50]),
)
def test_what_is_not_http_is_noticed(data: bytes) -> None:
    with pytest.raises(NotHttpError):
        AnswerReader().feed(data)
