"""Finding tunnels that are there already."""

import pytest

from kvitto.reachability.reachability_status import FoundTunnel
from kvitto.reachability.tunnels.discovery import DiscoveryTargets, find_tunnels
from kvitto.reachability.tunnels.providers import TunnelProvider
from tests.reachability.far_ends import FarEnds
from tests.reachability.programs import Programs

PORT = 8370
NOWHERE = DiscoveryTargets(ngrok=(), cloudflared=(), tailscale="")


def ngrok(*pairs: tuple[str, str]) -> dict[str, object]:
    tunnels = [
        {"public_url": url, "proto": "https", "config": {"addr": addr, "inspect": True}}
        for url, addr in pairs
    ]
    return {"/api/tunnels": {"tunnels": tunnels, "uri": "/api/tunnels"}}


def cloudflared(hostname: str, *routes: tuple[str, str], ready: int = 1) -> dict[str, object]:
    ingress = [{"hostname": name, "service": service} for name, service in routes]
    return {
        "/ready": {"status": 200, "readyConnections": ready, "connectorId": "x"},
        "/quicktunnel": {"hostname": hostname},
        "/config": {"version": 1, "config": {"ingress": ingress, "warp-routing": {}}},
    }


async def test_nothing_is_found_where_nothing_is() -> None:
    assert await find_tunnels(PORT, NOWHERE) == []


async def test_ngroks_tunnels_are_found_and_those_that_lead_here_come_first(
    far_ends: FarEnds,
) -> None:
    at = await far_ends.telling(
        ngrok(
            ("https://b.ngrok.app", "http://localhost:3000"),
            ("tcp://0.tcp.ngrok.io:1", "localhost:22"),
            ("https://c.ngrok.app/", f"http://localhost:{PORT}"),
        )
    )
    places = DiscoveryTargets(ngrok=(at,), cloudflared=(), tailscale="")
    assert await find_tunnels(PORT, places) == [
        FoundTunnel(
            TunnelProvider.NGROK, "https://c.ngrok.app", leads_here=True, is_connected=True
        ),
        FoundTunnel(
            TunnelProvider.NGROK, "https://b.ngrok.app", leads_here=False, is_connected=True
        ),
    ]


@pytest.mark.parametrize(
    ("target", "leads_here"),
    [
        (f"http://127.0.0.1:{PORT}", True),
        (f"http://[::1]:{PORT}", True),
        (f"localhost:{PORT}", True),
        (str(PORT), True),
        ("http://127.0.0.1:80", False),
        (f"http://192.0.2.1:{PORT}", False),
        ("file:///srv", False),
        ("http://[::1", False),
        ("", False),
    ],
)
async def test_where_a_tunnel_leads_is_read_in_what_it_calls_its_target(
    far_ends: FarEnds, target: str, leads_here: bool
) -> None:
    places = DiscoveryTargets(
        ngrok=(await far_ends.telling(ngrok(("https://a.app", target))),), cloudflared=()
    )
    [found] = await find_tunnels(PORT, places, asks_programs=False)
    assert found.leads_here is leads_here


async def test_a_quick_tunnel_is_found_at_its_metrics(far_ends: FarEnds) -> None:
    at = await far_ends.telling(
        cloudflared("a-b.trycloudflare.com", ("", f"http://localhost:{PORT}"))
    )
    [found] = await find_tunnels(PORT, NOWHERE, metrics=(at,))
    assert found == FoundTunnel(
        TunnelProvider.CLOUDFLARED_QUICK, "https://a-b.trycloudflare.com", True, True
    )


async def test_a_quick_tunnel_that_tells_neither_target_nor_connection_is_found_as_such(
    far_ends: FarEnds,
) -> None:
    told = cloudflared("a-b.trycloudflare.com", ready=0)
    del told["/config"]
    [found] = await find_tunnels(PORT, DiscoveryTargets((), (await far_ends.telling(told),), ""))
    assert (found.leads_here, found.is_connected) == (None, False)


async def test_the_names_of_a_named_tunnel_are_found(far_ends: FarEnds) -> None:
    told = cloudflared(
        "",
        ("kvitto.example.net", f"http://127.0.0.1:{PORT}"),
        ("www.example.net", "http://127.0.0.1:80"),
        ("*.example.net", "http://127.0.0.1:81"),
        ("", "http_status:404"),
    )
    found = await find_tunnels(PORT, DiscoveryTargets((), (await far_ends.telling(told),), ""))
    assert [(one.kind, one.url, one.leads_here) for one in found] == [
        (TunnelProvider.CLOUDFLARED_NAMED, "https://kvitto.example.net", True),
        (TunnelProvider.CLOUDFLARED_NAMED, "https://www.example.net", False),
    ]


@pytest.mark.parametrize("nonsense", ["", "<html>", "[]", '{"tunnels": 1}', "null"])
async def test_another_program_on_such_a_port_is_no_tunnel(
    far_ends: FarEnds, nonsense: str
) -> None:
    paths = ("/api/tunnels", "/ready", "/quicktunnel", "/config")
    at = await far_ends.telling(dict.fromkeys(paths, nonsense))
    assert await find_tunnels(PORT, DiscoveryTargets((at,), (at,), "")) == []


async def test_funnels_are_found_by_what_tailscale_says(programs: Programs) -> None:
    web = {"Handlers": {"/": {"Proxy": f"http://127.0.0.1:{PORT}"}, "/docs/": {"Path": "/srv"}}}
    inside = {"Handlers": {"/": {"Proxy": "http://127.0.0.1:3000"}}}
    mounted = {"Handlers": {"/kvitto/": {"Proxy": f"http://127.0.0.1:{PORT}"}}}
    place = "me.tail1234.ts.net"
    status = {
        "TCP": {"443": {"HTTPS": True}},
        "Web": {f"{place}:443": web, f"{place}:8443": inside},
        "AllowFunnel": {f"{place}:443": True},
        "Foreground": {
            "x": {"Web": {f"{place}:10000": mounted}, "AllowFunnel": {f"{place}:10000": True}}
        },
    }
    programs.install("tailscale", status=status)
    found = await find_tunnels(PORT, DiscoveryTargets((), ()))
    assert [(one.kind, one.url, one.leads_here) for one in found] == [
        (TunnelProvider.TAILSCALE, f"https://{place}", True),
        (TunnelProvider.TAILSCALE, f"https://{place}:10000/kvitto", True),
    ]


async def test_programs_are_asked_only_where_that_is_wanted(programs: Programs) -> None:
    programs.install("tailscale", status={})
    await find_tunnels(PORT, DiscoveryTargets((), ()), asks_programs=False)
    assert programs.starts("tailscale") == []


async def test_a_tailscale_that_has_nothing_to_say_is_no_tunnel(programs: Programs) -> None:
    programs.install("tailscale", says_nothing=True, exits=1)
    assert await find_tunnels(PORT, DiscoveryTargets((), ())) == []


async def test_what_a_program_tells_is_made_fit_or_left_out(far_ends: FarEnds) -> None:
    here = f"http://localhost:{PORT}"
    told = ngrok(
        ("https://A.ngrok.app:443/", here),
        ("https://localhost:8443", here),
        ("https://a..ngrok.app", here),
        ("https://a b", here),
    )
    places = DiscoveryTargets(ngrok=(await far_ends.telling(told),), cloudflared=(), tailscale="")
    assert [one.url for one in await find_tunnels(PORT, places)] == ["https://a.ngrok.app"]
