"""What is told of a tunnel is checked before it is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.reachability.input_errors import InputError, TunnelConfigError
from kvitto.reachability.tunnels.providers import TunnelConfig, TunnelProvider, checked
from kvitto.ui.text.error_text import error_text

SSH = TunnelProvider.SSH
NAMED = TunnelProvider.CLOUDFLARED_NAMED
NGROK = TunnelProvider.NGROK
URL = "https://kvitto.example.net"


@pytest.mark.parametrize(
    "config",
    [
        TunnelConfig(TunnelProvider.CLOUDFLARED_QUICK),
        TunnelConfig(TunnelProvider.TAILSCALE),
        TunnelConfig(NGROK),
        TunnelConfig(NGROK, name="kvitto.ngrok.app"),
        TunnelConfig(NAMED, name="kvitto-2.office_a", url=URL),
        TunnelConfig(NAMED, name="6ff42ae2-765d-4adf-8112-31c55c1551ef", url=URL),
        *(
            TunnelConfig(SSH, name)
            for name in ("me@server.example.net", "server", "my_server", "10.0.0.1", "me@fd00::1")
        ),
        *(
            TunnelConfig(SSH, "me@a", remote, URL)
            for remote in ("", "0", "8370", "127.0.0.1:8370", "*:80", "[::1]:65535", "a.b:1")
        ),
    ],
)
def test_an_order_that_can_be_started_is_kept_as_it_is(config: TunnelConfig) -> None:
    assert checked(config) == config


def test_addresses_are_kept_in_their_usual_form() -> None:
    given_order = TunnelConfig(NAMED, "a", url="Kvitto.example.net/r/0123")
    assert checked(given_order).url == URL
    assert checked(TunnelConfig(NGROK, "https://Kvitto.ngrok.app/")).name == "kvitto.ngrok.app"


@pytest.mark.parametrize(
    ("config", "said"),
    [
        *(
            (TunnelConfig(SSH, name), "without ssh://")
            for name in ("ssh://me@server:22", "ssh://server", "server/x", "http://a.example")
        ),
        *((TunnelConfig(SSH, name), "port") for name in ("me@server:22", "server:22", "a:b")),
        *(
            (TunnelConfig(SSH, name), "name of a server")
            for name in ("-oProxyCommand=evil", "me@a b", "me@", "a..b", "a;b", "$(x)", "a\nb", "ö")
        ),
        *(
            (TunnelConfig(SSH, name), "before the @")
            for name in ("-oProxyCommand=x@a", "@server", "a b@c", "a:b@c", "a@b@c")
        ),
        (TunnelConfig(SSH), "missing"),
        *(
            (TunnelConfig(SSH, "me@a", remote), "port there")
            for remote in ("-x", "80 80", "99999", "-1", "a:b", ":80", "80:", "[::1:80", "\u0668")
        ),
        (TunnelConfig(SSH, "me@a", url="http://localhost:8370"), "itself"),
        (TunnelConfig(SSH, "me@a", url="https:/a.example"), "two slashes"),
        (TunnelConfig(NAMED, name="a"), "needed"),
        (TunnelConfig(NAMED, url=URL), "needed"),
        *(
            (TunnelConfig(NAMED, name=name, url=URL), "letters, digits")
            for name in ("--config=x", "-x", "a b", "a\nb", "a/b", " a")
        ),
        (TunnelConfig(NAMED, name="a", url="https://a.example,"), "letters, digits"),
        *(
            (TunnelConfig(NGROK, name=name), "ngrok")
            for name in ("kvitto", "nas.local", "10.0.0.1", "kvitto.internal")
        ),
        (TunnelConfig(NGROK, name="--config=x"), "letters, digits"),
        (TunnelConfig(NGROK, name="a.example:80"), "address of a computer"),
        (TunnelConfig(NGROK, name="a..example"), "between two dots"),
        (TunnelConfig(TunnelProvider.OTHER, url=URL), "no program"),
    ],
)
def test_what_can_not_be_started_is_refused_in_words_that_say_why(
    config: TunnelConfig, said: str
) -> None:
    with pytest.raises(TunnelConfigError) as refused:
        checked(config)
    assert said in error_text(InputError(refused.value.fault))


@given(st.sampled_from(TunnelProvider), st.text(), st.text(), st.text())
def test_whatever_is_told_is_an_order_or_refused_in_words(
    kind: TunnelProvider, name: str, remote: str, url: str
) -> None:
    config = TunnelConfig(kind, name, remote, url)
    try:
        config = checked(config)
    except TunnelConfigError:
        return
    assert not any(one.startswith("-") for one in (config.name, config.remote, config.url))
    assert checked(config) == config
