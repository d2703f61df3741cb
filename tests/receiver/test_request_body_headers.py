"""The headers that are kept."""

from kvitto.receiver.connection_limits import Limits
from kvitto.receiver.request_body import KeyHider, kept_headers

LIMITS = Limits(kept_fields=3, kept_field_bytes=20)


def test_headers_are_kept_in_their_order_as_they_came() -> None:
    raw = [(b"B", b"1"), (b"a", b"\xc3\xa5"), (b"B", b"2")]
    assert kept_headers(raw, KeyHider([]), LIMITS) == (("B", "1"), ("a", "å"), ("B", "2"))


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert kept_headers([(b"\xff", b"a\xe5")], KeyHider([]), LIMITS) == (("\ufffd", "a\ufffd"),)


def test_no_more_than_the_limit_is_kept() -> None:
    assert kept_headers([(b"a", b"1")] * 5, KeyHider([]), LIMITS) == (("a", "1"),) * 3
    assert kept_headers([(b"name", b"x" * 30), (b"b", b"c")], KeyHider([]), LIMITS) == (
        ("name", "x" * 16),
    )
    assert kept_headers([(b"n" * 30, b"x")], KeyHider([]), LIMITS) == ()


def test_callback_keys_are_cut_out_before_anything_is_cut_off() -> None:
    raw = [(b"Referer", b"/r/s3cret/x"), (b"s3cret", b"s3cret")]
    kept = kept_headers(raw, KeyHider(["s3cret", ""]), LIMITS)
    assert kept == (("Referer", "/r/…/x"), ("…", "…"))
