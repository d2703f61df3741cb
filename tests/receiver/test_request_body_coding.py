"""Content codings and character sets."""

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy

from kvitto.core.rejection import RejectedBodyError, RejectionKind
from kvitto.receiver.request_body import report_in, transcoded, unpacked

LIMIT = 65_536
BODY = b'{"code": 201}' * 10


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("packed", "encodings"),
    [
        (BODY, []),
        (BODY, ["identity", ""]),
        (gzip.compress(BODY, mtime=0), ["gzip"]),
        (gzip.compress(BODY, mtime=0), ["identity, X-GZIP"]),
        (gzip.compress(BODY[:50], mtime=0) + gzip.compress(BODY[50:], mtime=0), [" GZip "]),
        (zlib.compress(BODY), ["deflate"]),
        (raw_deflate(BODY), ["deflate"]),
    ],
)
def test_what_was_packed_is_unpacked(packed: bytes, encodings: list[str]) -> None:
    assert unpacked(packed, encodings, LIMIT) == BODY


@given(st.binary(max_size=2_000))
def test_any_body_survives_every_coding(body: bytes) -> None:
    assert unpacked(gzip.compress(body, mtime=0), ["gzip"], LIMIT) == body
    assert unpacked(zlib.compress(body), ["deflate"], LIMIT) == body
    assert unpacked(raw_deflate(body), ["deflate"], LIMIT) == body


@pytest.mark.parametrize(
    ("packed", "encodings", "reason"),
    [
        (gzip.compress(BODY, mtime=0)[:-1], ["gzip"], "not whole"),
        (gzip.compress(BODY, mtime=0) + b"garbage", ["gzip"], "not whole"),
        (BODY, ["gzip"], "not whole"),
        (BODY, ["deflate"], "not whole"),
        (zlib.compress(BODY)[:-5], ["deflate"], "not whole"),
        (BODY, ["br"], "other than gzip or deflate"),
        (BODY, ["gzip", "br"], "other than gzip or deflate"),
        (BODY, ["gzip, deflate"], "other than gzip or deflate"),
    ],
)
def test_what_cannot_be_unpacked_is_refused_as_no_json(
    packed: bytes, encodings: list[str], reason: str
) -> None:
    with pytest.raises(RejectedBodyError, match=reason) as caught:
        unpacked(packed, encodings, LIMIT)
    assert caught.value.kind is RejectionKind.NOT_JSON


@pytest.mark.parametrize("size", [LIMIT, LIMIT + 1, 20_000_000])
@pytest.mark.parametrize(
    ("pack", "name"),
    [(gzip.compress, "gzip"), (zlib.compress, "deflate"), (raw_deflate, "deflate")],
)
def test_nothing_larger_than_the_limit_is_unpacked(
    size: int, pack: Callable[[bytes], bytes], name: str
) -> None:
    packed = pack(bytes(size))
    if size <= LIMIT:
        assert len(unpacked(packed, [name], LIMIT)) == size
        return
    with pytest.raises(RejectedBodyError, match="too large") as caught:
        unpacked(packed, [name], LIMIT)
    assert caught.value.kind is RejectionKind.TOO_LARGE


def test_the_limit_holds_for_all_members_of_a_gzip_body_together() -> None:
    with pytest.raises(RejectedBodyError, match="too large"):
        unpacked(gzip.compress(bytes(LIMIT)) + gzip.compress(b"x", mtime=0), ["gzip"], LIMIT)


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("iso-8859-1", "latin-1"),
        ("ISO-8859-15", "iso8859-15"),
        ("windows-1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("UTF-16LE", "utf-16-le"),
        ("utf-32", "utf-32"),
    ],
)
def test_a_declared_charset_is_read(charset: str, codec: str) -> None:
    text = '{"reference": "Höst"}'
    for kind in (f"text/json; charset={charset}", f'application/json;CHARSET="{charset}"; a=b'):
        assert transcoded(text.encode(codec), kind) == text.encode("utf-8")


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "application/json",
        "a/b; charset=utf-8",
        "a/b; charset=zlib",
        "a/b; charset=../x",
        "charset",
    ],
)
def test_nothing_is_transcoded_from_charsets_that_are_not_known(kind: str) -> None:
    assert transcoded(b"\xe5", kind) is None


def test_bytes_that_are_not_in_the_declared_charset_stay_as_they_are() -> None:
    assert transcoded(b"\xd8\x00\xd8\x00", "a/b; charset=utf-16be") is None


@pytest.mark.parametrize("behind", [b"\0", b"\0\0", b";", b"\x1a", b"\n;\n", b"\xef\xbb\xbf", b","])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_what_stands_behind_a_whole_report_costs_it_nothing(behind: bytes, charset: str) -> None:
    text = '{"messageId": "m", "batchId": "b", "code": 201, "reference": "Å"}'
    body = text.encode() + behind
    if charset == "utf-16":
        body = (text + behind.decode()).encode("utf-16")

    report, kept = report_in(body, CIMultiDictProxy(CIMultiDict[str]()), LIMIT)

    assert (report.message_id, report.reference) == ("m", "Å")
    assert kept == body


def test_two_reports_in_one_body_are_none() -> None:
    one = b'{"messageId": "m", "batchId": "b", "code": 201}'
    with pytest.raises(RejectedBodyError):
        report_in(one + one, CIMultiDictProxy(CIMultiDict[str]()), LIMIT)
