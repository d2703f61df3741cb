"""What answers of tunnels tell."""

import pytest

from kvitto.reachability.diagnosis import Hint, UnprovenAnswer, failure_of, redirection
from kvitto.reachability.failures import CheckFailure
from kvitto.reachability.tunnels.providers import TunnelProvider

PAGE = "<!DOCTYPE html><html><head><title>x</title></head><body>{}</body></html>"
CLOUDFLARE = {"server": "cloudflare", "cf-ray": "9b0fd2778c40710d-PRG"}


@pytest.mark.parametrize(
    ("status", "text", "failure"),
    [
        (530, "error code: 1033", CheckFailure.TUNNEL_DOWN),
        (530, PAGE.format('<span class="cf-error-code">1033</span>'), CheckFailure.TUNNEL_DOWN),
        (530, PAGE.format("<h1>Error 1016</h1> Origin DNS error"), CheckFailure.TUNNEL_DOWN),
        (530, "", CheckFailure.TUNNEL_DOWN),
        (502, "error code: 502", CheckFailure.WRONG_PORT),
        (502, PAGE.format("Unable to reach the origin service."), CheckFailure.WRONG_PORT),
        (520, "error code: 520", CheckFailure.OTHER_PROGRAM),
        (521, "error code: 521", CheckFailure.TUNNEL_DOWN),
        (522, "error code: 522", CheckFailure.NO_ANSWER),
        (526, "error code: 526", CheckFailure.TLS),
        (403, "error code: 1020", CheckFailure.REFUSED_AT_EDGE),
        (403, "error code: 1009", CheckFailure.REFUSED_AT_EDGE),
        (429, "error code: 1015", CheckFailure.REFUSED_AT_EDGE),
        (403, PAGE.format("blocked"), CheckFailure.REFUSED_AT_EDGE),
        (404, "", CheckFailure.OTHER_PROGRAM),
    ],
)
def test_cloudflares_answers_tell_where_it_ends(
    status: int, text: str, failure: CheckFailure
) -> None:
    assert failure_of(UnprovenAnswer(status, CLOUDFLARE, text), Hint())[0] is failure


def test_a_challenge_of_cloudflares_is_a_page_in_the_way() -> None:
    headers = {**CLOUDFLARE, "cf-mitigated": "challenge"}
    assert failure_of(UnprovenAnswer(403, headers, PAGE), Hint())[0] is CheckFailure.PAGE_IN_THE_WAY


def test_a_login_of_cloudflares_is_a_page_in_the_way() -> None:
    place = "https://me.cloudflareaccess.com/cdn-cgi/access/login/x?kid=token"
    failure, detail = failure_of(UnprovenAnswer(302, {**CLOUDFLARE, "location": place}), Hint())
    assert failure is CheckFailure.PAGE_IN_THE_WAY
    assert detail == "HTTP 302 from cloudflare, leads to https://me.cloudflareaccess.com"


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        (404, "ERR_NGROK_3200", CheckFailure.TUNNEL_DOWN),
        (502, "ERR_NGROK_8012", CheckFailure.WRONG_PORT),
        (502, "ERR_NGROK_3004", CheckFailure.OTHER_PROGRAM),
        (511, "ERR_NGROK_6024", CheckFailure.PAGE_IN_THE_WAY),
        (403, "ERR_NGROK_727", CheckFailure.REFUSED_AT_EDGE),
        (429, "ERR_NGROK_734", CheckFailure.REFUSED_AT_EDGE),
    ],
)
def test_ngroks_codes_tell_in_a_header_or_in_the_page(
    status: int, code: str, failure: CheckFailure
) -> None:
    assert failure_of(UnprovenAnswer(status, {"ngrok-error-code": code}), Hint())[0] is failure
    told, detail = failure_of(UnprovenAnswer(status, {}, PAGE.format(code)), Hint())
    assert (told, detail) == (failure, f"HTTP {status}, {code}")


@pytest.mark.parametrize(
    ("kind", "is_connected", "failure"),
    [
        (TunnelProvider.SSH, None, CheckFailure.TUNNEL_DOWN),
        (TunnelProvider.SSH, False, CheckFailure.TUNNEL_DOWN),
        (TunnelProvider.SSH, True, CheckFailure.WRONG_PORT),
        (TunnelProvider.OTHER, None, CheckFailure.TUNNEL_DOWN),
        (TunnelProvider.TAILSCALE, None, CheckFailure.WRONG_PORT),
    ],
)
def test_a_bad_gateway_is_the_tunnels_or_what_comes_after(
    kind: TunnelProvider, is_connected: bool | None, failure: CheckFailure
) -> None:
    answer = UnprovenAnswer(502, {"server": "nginx/1.22.1"}, PAGE.format("502 Bad Gateway"))
    assert failure_of(answer, Hint(kind, is_connected)) == (failure, "HTTP 502 from nginx/1.22.1")


@pytest.mark.parametrize(
    ("status", "text", "failure"),
    [
        (200, PAGE.format("Welcome to nginx!"), CheckFailure.OTHER_PROGRAM),
        (200, PAGE.format("Please sign in to the hotel's network"), CheckFailure.PAGE_IN_THE_WAY),
        (200, "ok", CheckFailure.OTHER_PROGRAM),
        (401, "", CheckFailure.PAGE_IN_THE_WAY),
        (407, "", CheckFailure.OWN_PROXY),
        (511, "", CheckFailure.NETWORK_LOGIN),
        (405, "", CheckFailure.OTHER_PROGRAM),
        (413, "", CheckFailure.REFUSED_AT_EDGE),
        (429, "", CheckFailure.REFUSED_AT_EDGE),
        (451, "", CheckFailure.REFUSED_AT_EDGE),
        (500, "", CheckFailure.OTHER_PROGRAM),
        (503, "", CheckFailure.TUNNEL_DOWN),
        (504, "", CheckFailure.NO_ANSWER),
        (799, "", CheckFailure.OTHER_PROGRAM),
    ],
)
def test_other_answers_tell_what_they_can(status: int, text: str, failure: CheckFailure) -> None:
    assert failure_of(UnprovenAnswer(status, {}, text), Hint())[0] is failure


@pytest.mark.parametrize("location", ["", "/r/5ecre7", "//[", "https://[::1"])
def test_a_redirection_without_a_host_shows_nothing(location: str) -> None:
    assert failure_of(UnprovenAnswer(301, {"location": location}), Hint()) == (
        CheckFailure.PAGE_IN_THE_WAY,
        "HTTP 301",
    )


def test_the_name_of_a_server_is_shown_short_and_clean() -> None:
    _, detail = failure_of(UnprovenAnswer(200, {"server": "a\x1b[31m" + "b" * 99}), Hint())
    assert detail == "HTTP 200 from a[31m" + "b" * 35


ASKED = "http://kvitto.example.net/hooks/r/5ecre75ecre7"


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("https://kvitto.example.net/hooks/r/5ecre75ecre7", "https://kvitto.example.net/hooks/r/…"),
        ("/hooks/r/5ecre75ecre7/", "http://kvitto.example.net/hooks/r/…/"),
        ("https://www.example.org/r/5ecre75ecre7", "https://www.example.org/r/…"),
        ("https://kvitto.example.net:8443/", "https://kvitto.example.net:8443"),
        ("https://me:pw@KVITTO.example.net./x", "https://kvitto.example.net"),
        ("//kvitto.example.net", "http://kvitto.example.net"),
        ("/login?next=/hooks/r/5ecre75ecre7", ""),
        ("/somewhere?next=/hooks/r/5ecre75ecre7", ""),
        ("/sso/start", ""),
        ("https://login.example.org/", ""),
        ("ftp://kvitto.example.net/", ""),
        ("https://[::1", ""),
        ("", ""),
    ],
)
def test_a_redirection_is_told_from_a_page_for_people(location: str, place: str) -> None:
    answer = UnprovenAnswer(308, {"location": location})
    assert redirection(ASKED, answer, "5ecre75ecre7") == place


def test_what_is_no_redirection_leads_nowhere() -> None:
    assert redirection(ASKED, UnprovenAnswer(200, {"location": "/"}), "5ecre7") == ""
