"""Ways to other computers."""

import pytest

from kvitto.reachability.network import (
    Proxy,
    has_route,
    is_this_computer,
    own_addresses,
    proxy_for,
)

URL = "https://a.example.net/r/x"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_there_is_a_way_to_this_computer() -> None:
    assert has_route(["127.0.0.1"])


def test_there_is_no_way_to_nowhere() -> None:
    assert not has_route([])
    assert not has_route(["::1%no-interface"])


def test_its_own_addresses_tell_of_the_network() -> None:
    assert own_addresses(["127.0.0.1", "::1%no-interface"]) == {"127.0.0.1"}
    assert own_addresses([]) == frozenset()


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("a.localhost", True),
        ("192.0.2.1", False),
        ("a.example.net", False),
    ],
)
def test_this_computer_is_known_by_its_names(host: str, is_ours: bool) -> None:
    assert is_this_computer(host) is is_ours


def test_the_proxy_that_is_set_is_used_for_others_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:3128")
    monkeypatch.setenv("no_proxy", "inside.example.net")
    proxy = proxy_for(URL)
    assert proxy == Proxy("http://127.0.0.1:3128", "127.0.0.1:3128")
    assert proxy_for("http://127.0.0.1:8370/r/x") is None
    assert proxy_for("https://inside.example.net/r/x") is None


@pytest.mark.parametrize(
    ("told", "url", "place"),
    [
        ("http://proxy:3128/", "http://proxy:3128", "proxy:3128"),
        ("proxy:3128", "http://proxy:3128", "proxy:3128"),
        ("HTTP://proxy", "http://proxy:80", "proxy:80"),
        ("http://[fd00::1]:3128", "http://[fd00::1]:3128", "[fd00::1]:3128"),
        ("http://me:pw@proxy:3128", "http://me:pw@proxy:3128", "proxy:3128"),
        ("me:p@s/w#d@proxy:3128", "http://me:p%40s%2Fw%23d@proxy:3128", "proxy:3128"),
        ("http://me:p%40s@proxy:3128", "http://me:p%40s@proxy:3128", "proxy:3128"),
    ],
)
def test_a_proxy_is_used_however_it_is_written(
    monkeypatch: pytest.MonkeyPatch, told: str, url: str, place: str
) -> None:
    monkeypatch.setenv("https_proxy", told)
    proxy = proxy_for(URL)
    assert proxy is not None
    assert (proxy.url, proxy.place) == (url, place)


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("socks5://me:pw@127.0.0.1:1080", "socks5://127.0.0.1:1080"),
        ("socks5h://proxy:1080", "socks5h://proxy:1080"),
        ("https://proxy:443", "https://proxy:443"),
        ("http://", ""),
        ("http://proxy:many", ""),
        ("http://[::1", ""),
        ("http://a b:80", "http://a b:80"),
    ],
)
def test_a_proxy_that_we_can_not_use_is_known_and_left_out(
    monkeypatch: pytest.MonkeyPatch, told: str, place: str
) -> None:
    monkeypatch.setenv("https_proxy", told)
    proxy = proxy_for(URL)
    assert proxy is not None
    assert (proxy.url, proxy.place) == ("", place)


def test_a_proxy_for_everything_is_one_for_this_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:1080")
    assert proxy_for(URL) is not None


def test_name_and_password_of_a_proxy_are_to_be_hidden_in_every_spelling(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", "http://me:p%40s w@proxy:3128")
    proxy = proxy_for(URL)
    assert proxy is not None
    assert {"me", "p%40s w", "p@s w", "p%2540s%20w"} <= set(proxy.hidden)
