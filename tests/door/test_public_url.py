"""What users type for a public URL."""

import pytest

from app.door.public_url import PublicUrlError, host_of, public_base, public_callback_url


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        ("https://a-b.trycloudflare.com", "https://a-b.trycloudflare.com"),
        (" https://A.example.net/ ", "https://a.example.net"),
        ("a.example.net", "https://a.example.net"),
        ("a.example.net:8443", "https://a.example.net:8443"),
        ("http://a.example.net:80/", "http://a.example.net"),
        ("https://a.example.net:443", "https://a.example.net"),
        ("http://127.0.0.1:8370/r/0123abcd", "http://127.0.0.1:8370"),
        ("https://a.example.net/kvitto/r/0123abcd?x=1#y", "https://a.example.net/kvitto"),
        ("https://a.example.net/kvitto/", "https://a.example.net/kvitto"),
        ("https://a.example.net/r/", "https://a.example.net"),
        ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"),
        ("https://smörgås.example", "https://xn--smrgs-pra0j.example"),
    ],
)
def test_what_the_user_has_at_hand_will_do(typed: str, base: str) -> None:
    assert public_base(typed) == base
    assert public_base(base) == base


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://",
        "ftp://a.example.net",
        "https://me:pass@a.example.net",
        "https://a b",
        "https://a.example.net:99999",
        "https://a.example.net:0",
        "https://[::1",
        "a\nb",
        '"a"',
        f"https://{'ö' * 99}.example",
    ],
)
def test_what_is_no_url_is_refused_in_words(typed: str) -> None:
    with pytest.raises(PublicUrlError, match=r"\.$"):
        public_base(typed)


def test_a_callback_url_is_the_base_and_the_secret() -> None:
    assert public_callback_url("https://a.example", "5ecre7") == "https://a.example/r/5ecre7"
    assert host_of("https://a.example:8443") == "a.example"
