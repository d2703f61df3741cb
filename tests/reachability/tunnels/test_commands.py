"""Command lines of tunnel programs, and what is read in their words."""

from pathlib import Path

import pytest

from kvitto.reachability.input_errors import TunnelConfigError
from kvitto.reachability.tunnels.commands import (
    STARTABLE,
    command_of,
    forwarded_header,
    is_installed,
    program_of,
    shown,
    url_in,
)
from kvitto.reachability.tunnels.providers import TunnelConfig, TunnelProvider
from tests.reachability.programs import Programs

HERE = ("127.0.0.1", 8370)
QUICK = TunnelConfig(TunnelProvider.CLOUDFLARED_QUICK)
NAMED = TunnelConfig(
    TunnelProvider.CLOUDFLARED_NAMED, name="office", url="https://kvitto.example.net"
)
SSH = TunnelConfig(
    TunnelProvider.SSH, name="me@example.net", remote="9000", url="https://example.net"
)


def command(config: TunnelConfig, listens_on: tuple[str, int] = HERE) -> str:
    return " ".join(command_of(config, listens_on, Path("/data"), 20555))


def test_a_quick_tunnel_leads_to_us_and_leaves_the_users_own_settings_alone() -> None:
    assert command(QUICK) == (
        "cloudflared tunnel --config /data/cloudflared.yml --no-autoupdate "
        "--metrics 127.0.0.1:20555 --protocol http2 --url http://127.0.0.1:8370"
    )


def test_a_named_tunnel_is_run_by_its_name() -> None:
    assert command(NAMED) == (
        "cloudflared tunnel --no-autoupdate --metrics 127.0.0.1:20555 --protocol http2 "
        "run --url http://127.0.0.1:8370 office"
    )


def test_ngrok_takes_the_users_domain_if_there_is_one() -> None:
    config = TunnelConfig(TunnelProvider.NGROK)
    assert command(config) == (
        "ngrok http --log=stdout --log-format=logfmt --inspect=false http://127.0.0.1:8370"
    )
    own = TunnelConfig(TunnelProvider.NGROK, name="kvitto.ngrok.app")
    assert "--url=https://kvitto.ngrok.app" in command(own)


def test_what_a_far_end_says_is_shown_with_its_marks() -> None:
    assert shown("url \N{RIGHT-TO-LEFT OVERRIDE}moc.elpmaxe") == "url ⟨U+202E⟩moc.elpmaxe"


def test_ssh_asks_nobody_and_ends_when_its_line_or_its_port_is_gone() -> None:
    line = command(SSH)
    assert line.endswith("-R 9000:127.0.0.1:8370 -- me@example.net")
    for option in ("BatchMode=yes", "ExitOnForwardFailure=yes", "ServerAliveInterval=10"):
        assert option in line


def test_a_receiver_on_every_address_is_reached_at_this_computers_own() -> None:
    assert "-R 9000:127.0.0.1:8370 " in command(SSH, ("0.0.0.0", 8370))
    assert "-R 9000:[::1]:8370 " in command(SSH, ("::", 8370))


@pytest.mark.parametrize(
    "config",
    [
        TunnelConfig(TunnelProvider.SSH),
        TunnelConfig(TunnelProvider.SSH, name="-oProxyCommand=evil"),
        TunnelConfig(TunnelProvider.SSH, name="me@a b"),
        TunnelConfig(TunnelProvider.SSH, name="me@a", remote="-x"),
        TunnelConfig(TunnelProvider.NGROK, name="a\nb"),
        TunnelConfig(TunnelProvider.CLOUDFLARED_NAMED, name="office"),
        TunnelConfig(TunnelProvider.OTHER, url="https://a.example"),
    ],
)
def test_what_makes_no_command_is_refused_in_words(config: TunnelConfig) -> None:
    with pytest.raises(TunnelConfigError, match=r"\.$"):
        command(config)


def test_a_quick_tunnels_url_counts_once_it_is_connected() -> None:
    lines = [
        "INF Requesting new quick Tunnel on trycloudflare.com...",
        "ERR failed to request quick Tunnel: Post https://api.trycloudflare.com/tunnel: EOF",
        "INF |  https://a-b-c.trycloudflare.com        |",
    ]
    assert url_in(QUICK, lines) == ""
    connected = "INF Registered tunnel connection connIndex=0"
    assert url_in(QUICK, [*lines, connected]) == "https://a-b-c.trycloudflare.com"


def test_a_named_tunnels_url_is_what_the_user_said() -> None:
    assert url_in(NAMED, ["INF Starting tunnel"]) == ""
    assert url_in(NAMED, ["INF Registered tunnel connection connIndex=0"]) == NAMED.url


@pytest.mark.parametrize("quote", ["", '"'])
def test_ngroks_url_is_read_in_its_log(quote: str) -> None:
    line = (
        f'lvl=info msg="started tunnel" addr=http://127.0.0.1:8370 url={quote}https://a.app{quote}'
    )
    assert url_in(TunnelConfig(TunnelProvider.NGROK), [line]) == "https://a.app"
    assert url_in(TunnelConfig(TunnelProvider.NGROK), ["lvl=info msg=hello"]) == ""


def test_a_funnels_url_is_read_in_what_it_says() -> None:
    lines = ["Available on the internet:", "", "https://me.tail1234.ts.net/", "|-- proxy http://x"]
    assert url_in(TunnelConfig(TunnelProvider.TAILSCALE), lines) == "https://me.tail1234.ts.net"


def test_sshs_url_is_the_users_or_the_port_that_the_far_end_took() -> None:
    assert url_in(SSH, []) == ""
    assert url_in(SSH, ["Kvitto: connected"]) == "https://example.net"
    bare = TunnelConfig(TunnelProvider.SSH, name="me@example.net")
    lines = ["Kvitto: connected", "Allocated port 41234 for remote forward to 127.0.0.1:8370"]
    assert url_in(bare, lines[:1]) == ""
    assert url_in(bare, lines) == "http://example.net:41234"
    own_port = TunnelConfig(TunnelProvider.SSH, name="example.net", remote="0.0.0.0:9000")
    assert url_in(own_port, lines[:1]) == "http://example.net:9000"


@pytest.mark.parametrize(
    ("line", "clean"),
    [
        ("\x1b[31mred\x1b[0m\ttext\x07", "redtext"),
        ("POST /r/0123abcd 200", "POST /r/… 200"),
        ("Your authtoken: 2abcDEF", "Your authtoken: …"),
        ('{"token": "abc"}', '{"token": …'),
        ("eyJhIjoiMjFhNWIyNzhmOGU1NTA2NzhlMGIyYThjNmZiNWE5M2Ei end", "… end"),
        ("x" * 30 + " y" * 500, ("x" * 30 + " y" * 500)[:300]),
        ("proxy http://me:hemligt@proxy:3128 refused", "proxy http://…@proxy:3128 refused"),
    ],
)
def test_lines_are_shown_plain_short_and_without_callback_keys(line: str, clean: str) -> None:
    assert shown(line) == clean


def test_only_what_lies_there_is_installed(programs: Programs) -> None:
    programs.install("ngrok")
    assert [kind for kind in STARTABLE if is_installed(kind)] == [TunnelProvider.NGROK]
    assert not is_installed(TunnelProvider.OTHER)
    assert program_of(TunnelProvider.OTHER) == ""


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        (TunnelProvider.CLOUDFLARED_QUICK, "CF-Connecting-IP"),
        (TunnelProvider.NGROK, "X-Forwarded-For"),
        (TunnelProvider.SSH, None),
        (TunnelProvider.OTHER, None),
    ],
)
def test_only_a_header_that_the_tunnel_sets_itself_is_believed(
    kind: TunnelProvider, header: str | None
) -> None:
    assert forwarded_header(kind) == header
