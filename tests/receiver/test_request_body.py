"""Reading bodies: whole, in pieces, in chunks, packed, too large, broken off."""

import contextlib
import gzip
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import pytest

from kvitto.core.rejection import RejectionKind
from kvitto.receiver.connection_limits import Limits
from kvitto.receiver.server import ReceiverService
from kvitto.store.write_requests import RejectedRequest, ReportRequest
from tests.receiver.conftest import Starter
from tests.receiver.fake_store import FakeStore
from tests.receiver.wire import Wire, a_body, a_chunked_request, a_request, wait_until

LIMIT = 64 * 1024
MEGABYTE = 1024 * 1024

pytestmark = pytest.mark.usefixtures("parser")


def padded(size: int) -> bytes:
    """Return a report of exactly so many bytes."""
    return a_body(owner="x" * (size - len(a_body(owner=""))))


@contextlib.contextmanager
def peak_below(size: int) -> Iterator[None]:
    """Fail if this process ever holds so many bytes more than now."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < size
    finally:
        tracemalloc.stop()


# --- Whole and in pieces --------------------------------------------------------------------------


def test_a_body_may_come_in_pieces(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    request = a_request(path, a_body())
    pieces = [request[start : start + 7] for start in range(0, len(request), 7)]
    with Wire(receiver.port) as wire:
        assert wire.send(*pieces).answer().status == 200
    assert fake_store.only(ReportRequest).body == a_body()


def test_a_body_may_come_in_chunks(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    body = a_body()
    with Wire(receiver.port) as wire:
        assert wire.ask(a_chunked_request(path, body)).status == 200
        assert wire.ask(a_chunked_request(path, body[:9], body[9:])).status == 200
        single = [body[at : at + 1] for at in range(len(body))]
        assert wire.ask(a_chunked_request(path, *single)).status == 200
        request = a_chunked_request(path, body[:50], body[50:])
        assert wire.send(*(request[at : at + 3] for at in range(0, len(request), 3))).answer()
    assert [kept.body for kept in fake_store.of(ReportRequest)] == [body] * 4


def test_a_body_of_exactly_the_limit_is_taken(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, padded(LIMIT))).status == 200
        half = LIMIT // 2
        body = padded(LIMIT)
        assert wire.ask(a_chunked_request(path, body[:half], body[half:])).status == 200
    assert [len(kept.body) for kept in fake_store.of(ReportRequest)] == [LIMIT] * 2


# --- Packed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [(gzip.compress(a_body()), "gzip"), (zlib.compress(a_body()), "deflate")],
)
def test_a_packed_report_is_kept_unpacked(
    receiver: ReceiverService, path: str, fake_store: FakeStore, packed: bytes, encoding: str
) -> None:
    field = f"Content-Encoding: {encoding}"
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, packed, field)).status == 200
        chunked = a_chunked_request(path, packed[:20], packed[20:], fields=(field,))
        assert wire.ask(chunked).status == 200
    assert [kept.body for kept in fake_store.of(ReportRequest)] == [a_body()] * 2


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(b"no", "gzip"), (gzip.compress(a_body())[:-3], "gzip"), (b"\xce\xb2", "br")],
)
def test_what_cannot_be_unpacked_is_no_json_and_is_kept_as_it_came(
    receiver: ReceiverService, path: str, fake_store: FakeStore, body: bytes, encoding: str
) -> None:
    with Wire(receiver.port) as wire:
        answer = wire.ask(a_request(path, body, f"Content-Encoding: {encoding}"))
        assert wire.ask(a_request(path, a_body())).status == 200
    kept = fake_store.only(RejectedRequest)
    assert (answer.status, answer.json()) == (400, {"error": kept.reason.english})
    assert (kept.kind, kept.body) == (RejectionKind.NOT_JSON, body)
    assert ("Content-Encoding", encoding) in kept.headers


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "UTF8",
        "identity",
        "none",
        "br",
        "gzip",
        "x-gzip",
        "deflate",
        "gzip, gzip",
        "zstd",
        "",
    ],
)
def test_plain_json_is_read_whatever_coding_its_label_names(
    receiver: ReceiverService, path: str, fake_store: FakeStore, encoding: str
) -> None:
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, a_body(), f"Content-Encoding: {encoding}")).status == 200
    assert fake_store.only(ReportRequest).body == a_body()


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(a_body()),
        zlib.compress(a_body()),
        gzip.compress(gzip.compress(a_body())),
        gzip.compress(a_body().decode().encode("utf-16")),
    ],
)
@pytest.mark.parametrize("fields", [(), ("Content-Encoding: utf-8",), ("Content-Encoding: br",)])
def test_a_packed_report_is_read_without_its_label(
    receiver: ReceiverService,
    path: str,
    fake_store: FakeStore,
    packed: bytes,
    fields: tuple[str, ...],
) -> None:
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, packed, *fields)).status == 200
    assert fake_store.only(ReportRequest).report.code == 102


@pytest.mark.parametrize("label", ["gzip", ""])
def test_json_that_is_no_report_is_told_as_that_whatever_its_label(
    receiver: ReceiverService, path: str, fake_store: FakeStore, label: str
) -> None:
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, b"[]", f"Content-Encoding: {label}")).status == 422
    assert fake_store.only(RejectedRequest).kind is RejectionKind.NOT_A_REPORT


@pytest.mark.parametrize("fields", [(), ("Content-Encoding: br",)])
def test_a_bomb_without_its_label_is_refused_without_being_unpacked(
    receiver: ReceiverService, path: str, fake_store: FakeStore, fields: tuple[str, ...]
) -> None:
    bomb = gzip.compress(bytes(20 * MEGABYTE))
    with Wire(receiver.port) as wire, peak_below(2 * MEGABYTE):
        assert wire.ask(a_request(path, bomb, *fields)).status == 413
    assert fake_store.only(RejectedRequest).kind is RejectionKind.TOO_LARGE


@pytest.mark.parametrize(
    ("pack", "encoding"), [(gzip.compress, "gzip"), (zlib.compress, "deflate")]
)
def test_a_bomb_is_refused_without_being_unpacked(
    receiver: ReceiverService,
    path: str,
    fake_store: FakeStore,
    pack: Callable[[bytes], bytes],
    encoding: str,
) -> None:
    bomb = pack(bytes(20 * MEGABYTE))
    assert len(bomb) < LIMIT
    with Wire(receiver.port) as wire, peak_below(2 * MEGABYTE):
        answer = wire.ask(a_request(path, bomb, f"Content-Encoding: {encoding}"))
    assert (answer.status, answer.closes) == (413, True)
    kept = fake_store.only(RejectedRequest)
    assert (kept.kind, kept.size, kept.body) == (RejectionKind.TOO_LARGE, len(bomb), bomb[:4096])


# --- Character sets -------------------------------------------------------------------------------


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-16", "utf-16le"])
def test_a_declared_charset_is_read_and_the_bytes_are_kept_as_they_came(
    receiver: ReceiverService, path: str, fake_store: FakeStore, charset: str
) -> None:
    body = '{"messageId":"1","batchId":"2","code":201,"reference":"Höst"}'.encode(charset)
    with Wire(receiver.port) as wire:
        field = f"Content-Type: application/json; charset={charset}"
        assert wire.ask(a_request(path, body, field)).status == 200
    kept = fake_store.only(ReportRequest)
    assert (kept.report.reference, kept.body) == ("Höst", body)


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
@pytest.mark.parametrize("is_marked", [True, False])
@pytest.mark.parametrize("fields", [(), ("Content-Type: application/json; charset=utf-8",)])
def test_other_encodings_of_unicode_are_known_by_how_they_begin(
    receiver: ReceiverService,
    path: str,
    fake_store: FakeStore,
    codec: str,
    is_marked: bool,
    fields: tuple[str, ...],
) -> None:
    text = '{"messageId":"1","batchId":"2","code":201,"reference":"Höst 🍁"}'
    begins = "\ufeff" if is_marked and codec[-3:] in {"-le", "-be"} else ""
    body = (begins + text).encode(codec)
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, body, *fields)).status == 200
    kept = fake_store.only(ReportRequest)
    assert (kept.report.reference, kept.body) == ("Höst 🍁", body)


def test_utf_8_is_read_as_such_whatever_is_declared(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    body = '{"messageId":"1","batchId":"2","code":201,"reference":"Höst"}'.encode()
    with Wire(receiver.port) as wire:
        field = "Content-Type: application/json; charset=iso-8859-1"
        assert wire.ask(a_request(path, body, field)).status == 200
    assert fake_store.only(ReportRequest).report.reference == "Höst"


def test_what_is_no_json_in_the_declared_charset_either_is_refused(
    receiver: ReceiverService, path: str
) -> None:
    with Wire(receiver.port) as wire:
        request = a_request(path, b"\xe5", "Content-Type: text/plain; charset=iso-8859-1")
        assert wire.ask(request).status == 400


# --- Too large ------------------------------------------------------------------------------------


def test_an_announced_body_over_the_limit_is_refused_before_it_is_read(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    with Wire(receiver.port) as wire:
        answer = wire.ask(a_request(path, b"x" * 5_000, length=100 * MEGABYTE))
    kept = fake_store.only(RejectedRequest)
    assert (answer.status, answer.closes) == (413, True)
    assert answer.json() == {"error": kept.reason.english}
    assert (kept.kind, kept.size, kept.body) == (
        RejectionKind.TOO_LARGE,
        100 * MEGABYTE,
        b"x" * 4096,
    )


@pytest.mark.parametrize("beginning", [b"", b"a little"])
def test_a_large_body_that_does_not_come_is_not_waited_for(
    start: Starter, path: str, fake_store: FakeStore, beginning: bytes
) -> None:
    receiver = start(Limits(excerpt_s=0.05, request_s=300.0))
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, beginning, length=LIMIT + 1)).status == 413
    assert fake_store.only(RejectedRequest).body == beginning


def test_a_body_one_byte_over_the_limit_is_refused(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    body = padded(LIMIT + 1)
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, body)).status == 413
    with Wire(receiver.port) as wire:
        assert wire.ask(a_chunked_request(path, body[:100], body[100:])).status == 413
    announced, chunked = fake_store.of(RejectedRequest)
    assert announced.size == LIMIT + 1
    assert chunked.size > LIMIT
    assert announced.body == chunked.body == body[:4096]


@pytest.mark.parametrize("is_announced", [True, False])
def test_a_hundred_megabytes_stop_when_they_are_refused_and_cost_no_memory(
    start: Starter, path: str, is_announced: bool
) -> None:
    receiver = start(Limits(linger_s=0.3))
    piece = bytes(LIMIT)
    head = a_request(path, length=100 * MEGABYTE)
    if not is_announced:
        head = a_chunked_request(path)[: -len("0\r\n\r\n")]
        piece = b"%x\r\n%b\r\n" % (LIMIT, piece)
    sent = 0
    with Wire(receiver.port) as wire, peak_below(4 * MEGABYTE):
        wire.send(head)
        with contextlib.suppress(ConnectionError):
            while sent < 100 * MEGABYTE and wire.is_open():
                wire.send(piece)
                sent += len(piece)
        assert wire.answer().status == 413
    assert sent < 100 * MEGABYTE
    assert receiver.snapshot().refused == 1


# --- Broken off -----------------------------------------------------------------------------------


def test_a_peer_that_breaks_off_in_the_middle_is_kept_and_counted(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    with Wire(receiver.port) as ending, Wire(receiver.port) as breaking:
        ending.send(a_request(path, a_body()[:50], length=100))
        breaking.send(a_request(path, a_body()[:50], length=100))
        wait_until(lambda: receiver.snapshot().open_connections == 2, "both are there")
        ending.half_close().until_closed()
        breaking.reset()
    wait_until(lambda: receiver.snapshot().refused == 2, "both are counted")
    for kept in fake_store.of(RejectedRequest):
        assert (kept.kind, kept.size) == (RejectionKind.CUT_OFF, 100)
        assert a_body().startswith(kept.body)
    assert len(fake_store.stored) == 2
    assert receiver.snapshot().answered == {}


def test_a_chunked_body_that_breaks_off_is_never_taken_for_a_whole_one(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    request = a_chunked_request(path, a_body())[: -len("0\r\n\r\n")]
    with Wire(receiver.port) as wire:
        wire.send(request).half_close().until_closed()
    wait_until(lambda: receiver.snapshot().refused == 1, "it is counted")
    kept = fake_store.only(RejectedRequest)
    assert (kept.kind, kept.body, kept.size) == (RejectionKind.CUT_OFF, a_body(), len(a_body()))


def test_chunks_that_are_none_are_answered_400_and_kept_as_far_as_they_were(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    request = a_chunked_request(path, b"begin", b"end")
    broken = request.replace(b"3\r\nend", b"zz\r\nend")
    with Wire(receiver.port) as wire:
        at = broken.index(b"begin") + 3
        wire.send(broken[:at])
        wait_until(lambda: receiver.snapshot().open_connections == 1, "it is there")
        answer = wire.send(broken[at:]).answer()
        wire.until_closed()
    assert (answer.status, answer.closes) == (400, True)
    for kept in fake_store.of(RejectedRequest):
        # What came before the mistake, where that was read before it; else that it is not HTTP.
        assert kept.kind in {RejectionKind.NOT_JSON, RejectionKind.MALFORMED}
        assert b"begin".startswith(kept.body)


@pytest.mark.parametrize(
    "broken",
    [
        b"zz\r\nend", b"-5\r\nend", b"+3\r\nend", b"0x3\r\nend", b"1_0\r\nend", b" 3\r\nend",
        b"3 \r\nend", b"3\nend\n", b"3;a\nb\r\nend", b"\r\nend", b"3\r\nendless\r\n", b"\0\r\n",
        b"3\r\nend\r\n0\r\nX: y\n\r\n", b"3\r\nend\r\n0\r\nno header\r\n\r\n",
    ],
)  # fmt: skip
def test_no_way_to_break_chunks_is_more_than_one_refused_request(
    receiver: ReceiverService, path: str, fake_store: FakeStore, broken: bytes
) -> None:
    head = a_chunked_request(path, b"begin").removesuffix(b"0\r\n\r\n")
    request = head + broken + b"\r\n"
    for count, pieces in enumerate(
        ([request], [head, broken, b"\r\n"], [request[at : at + 1] for at in range(len(request))]),
        start=1,
    ):
        with Wire(receiver.port) as wire:
            with contextlib.suppress(ConnectionError):
                wire.send(*pieces)
            assert wire.answer().status == 400
            wire.until_closed()
        wait_until(lambda: receiver.snapshot().refused == count, "it is counted")  # noqa: B023
    assert receiver.snapshot().answered.keys() <= {400}
    assert len(fake_store.of(RejectedRequest)) == len(fake_store.stored) == 3
