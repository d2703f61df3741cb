"""Ways to other computers."""

import pytest

from app.door.network import has_route, is_this_computer, proxy_for


def test_there_is_a_way_to_this_computer() -> None:
    assert has_route(["127.0.0.1"])


def test_there_is_no_way_to_nowhere() -> None:
    assert not has_route([])
    assert not has_route(["::ffff:256.0.0.1"])


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
    assert proxy_for("https://a.example.net/r/x") == "http://127.0.0.1:3128"
    assert proxy_for("http://127.0.0.1:8370/r/x") is None
    assert proxy_for("https://inside.example.net/r/x") is None


def test_a_proxy_that_is_not_http_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:1080")
    assert proxy_for("https://a.example.net/r/x") is None
