"""What users type for a public URL."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.reachability.host_scope import HostScope
from kvitto.reachability.input_errors import InputError, PublicUrlError
from kvitto.reachability.public_url import host_of, public_base, public_callback_url, scope_of_base
from kvitto.ui.text.error_text import error_text


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        ("https://a-b.trycloudflare.com", "https://a-b.trycloudflare.com"),
        (" https://A.example.net/ ", "https://a.example.net"),
        ("a.example.net", "https://a.example.net"),
        ("a.example.net:8443", "https://a.example.net:8443"),
        ("http://a.example.net:80/", "http://a.example.net"),
        ("https://a.example.net:443", "https://a.example.net"),
        ("http://192.168.1.10:8370/r/0123abcd", "http://192.168.1.10:8370"),
        ("http://0xc0a8010a:8370/", "http://192.168.1.10:8370"),
        ("http.example.net", "https://http.example.net"),
        ("HTTPS://a.example.net", "https://a.example.net"),
        ("printer:8370", "https://printer:8370"),
        ("https://a--b.example.net", "https://a--b.example.net"),
        ("https://xn--smrgs-pra0j.example", "https://xn--smrgs-pra0j.example"),
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
    ("typed", "said"),
    [
        *((text, "missing") for text in ("", "  ", "\n")),
        *((text, "two slashes") for text in ("https:/a.example", "https:a.example")),
        *((text, "two slashes") for text in ("http//a.example", "https;//a.example", "htps:/a.b")),
        ("https:///a.example", "two slashes"),
        *((text, "two slashes in a row") for text in ("https://a.example//b", "a.example/b//")),
        *((text, "twice") for text in ("https://https://a.example", "http://https:/a.example")),
        *((text, "no host") for text in ("https://", "https://?x", "https://#")),
        *((text, "begins with") for text in ("ftp://a.example", "ttps://a.example", "ws://a.b")),
        *((text, "password") for text in ("https://me:pass@a.example.net", "me@a.example")),
        *((text, "space") for text in ("https://a b", "a\nb", "a.example /r/1", "a\tb.example")),
        *((text, "characters") for text in ('"a"', "a.example/{x}", "a<b>.example", "a\\b")),
        *((text, "port") for text in ("a.example:99999", "a.example:0", "a.example:", "a.b:x")),
        *((text, "port") for text in ("a.example:-1", "a.example:80:80", "a.example:8e1")),
        *((text, "dot at the end") for text in ("https://a.example.", "a.example./r/12")),
        *((text, "dot at the end") for text in ("a.example/kvitto.", "a.example.:8370")),
        *((text, "between two dots") for text in ("a..example", ".a.example")),
        *((text, "too long") for text in (f"{'a' * 64}.example", f"{'a.' * 126}example")),
        *((text, "letters, digits") for text in ("a_b.example", "-a.example", "a-.example")),
        *((text, "letters, digits") for text in ("a.example,", "a.example;", "a.ex%61mple", "a!b")),
        *((text, "no ? and no #") for text in ("a.example?x=1", "a.example/b#c")),
        *((text, "follows the host") for text in ("a.example/b,", "a.example/../b", "a.b/%zz")),
        *((text, "name of a host") for text in (f"https://{'ö' * 99}.example", "xn--\u00e4.b")),
        *((text, "address of a computer") for text in ("1.2.3.4.5", "256.1.1.1", "224.0.0.1")),
        *(
            (text, "address of a computer")
            for text in ("http://[fe80::1%25eth0]/", "http://[ff02::1]")
        ),
        *((text, "URL") for text in ("https://[::1", "https://a]b", "http://[::g]")),
        *((text, "itself") for text in ("http://127.0.0.1:8370/r/0123abcd", "localhost:8370")),
        *((text, "itself") for text in ("https://kvitto.localhost", "http://[::1]:8370", "127.1")),
        *((text, "itself") for text in ("http://[::ffff:127.0.0.1]", "2130706433", "0x7f.1")),
        *((text, "itself") for text in ("0.0.0.0:8370", "\uff11\uff12\uff17.0.0.1")),
    ],
)
def test_what_is_no_public_url_is_refused_in_words_that_say_why(typed: str, said: str) -> None:
    with pytest.raises(PublicUrlError) as refused:
        public_base(typed)
    assert said in error_text(InputError(refused.value.fault))


_BITS = st.sampled_from(
    (
        *("https://", "http:", "/", "//", ".", ":", "@", "[", "]", "%", "?", "#"),
        *("a", "xn--", "127", "1", "localhost", "::", "0x", ",", "_", "-", "ä"),
        *("\u3002", "\ud800", "\u212a", "\u2024", "8" * 40),
    )
)


@given(st.one_of(st.text(), st.lists(_BITS, max_size=12).map("".join)))
def test_whatever_is_typed_is_a_public_base_or_refused_in_words(typed: str) -> None:
    try:
        base = public_base(typed)
    except PublicUrlError:
        return
    assert public_base(base) == base
    assert base.isascii()
    assert scope_of_base(base) is not HostScope.COMPUTER


def test_the_scope_of_a_base_is_that_of_its_host() -> None:
    assert scope_of_base("https://a.example.net/kvitto") is HostScope.PUBLIC
    assert scope_of_base("http://[fd00::1]:8370") is HostScope.NETWORK
    assert scope_of_base("") is HostScope.COMPUTER


def test_a_callback_url_is_the_base_and_the_callback_key() -> None:
    assert public_callback_url("https://a.example", "5ecre7") == "https://a.example/r/5ecre7"
    assert host_of("https://a.example:8443") == "a.example"
