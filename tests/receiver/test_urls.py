"""Addresses and URLs."""

import pytest

from kvitto.receiver.urls import authority, callback_url, path_of, redacted


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "127.0.0.1:8370"),
        ("0.0.0.0", "127.0.0.1:8370"),
        ("::1", "[::1]:8370"),
        ("::", "[::1]:8370"),
        ("2001:DB8::1", "[2001:db8::1]:8370"),
        ("localhost", "localhost:8370"),
    ],
)
def test_an_address_is_shown_as_a_url_has_it(host: str, shown: str) -> None:
    assert authority(host, 8370) == shown


def test_the_callback_url_ends_in_the_callback_key_if_there_is_one() -> None:
    assert callback_url("::", 80, "abc") == "http://[::1]:80/r/abc"
    assert callback_url("127.0.0.1", 8370, None) == "http://127.0.0.1:8370/"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:8370/r/0123abcd", "http://127.0.0.1:8370/r/…"),
        ("POST /r/0123abcd?a=b HTTP/1.1", "POST /r/…?a=b HTTP/1.1"),
        ("http://127.0.0.1:8370/", "http://127.0.0.1:8370/"),
    ],
)
def test_a_redacted_url_has_no_callback_key(url: str, shown: str) -> None:
    assert redacted(url) == shown


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/r/a", "/r/a"),
        ("/r/a?b=/c#d", "/r/a"),
        ("/r/a#b?c", "/r/a"),
        ("/r/%61", "/r/a"),
        ("http://host:80/r/a?b", "/r/a"),
        ("http://host", "/"),
        ("http://host?b=/r/a", "/"),
        ("*", "*"),
        ("host:443", "host:443"),
    ],
)
def test_the_path_of_a_target_is_found_in_every_form(target: str, path: str) -> None:
    assert path_of(target) == path
