import pytest

from kvitto.simulator.target import Target, TargetError


def first_lines(url: str) -> list[bytes]:
    return Target.of(url).request(b"{}").split(b"\r\n")[:2]


@pytest.mark.parametrize(
    ("url", "line", "host"),
    [
        ("http://127.0.0.1:8370/r/00ff", b"/r/00ff", b"127.0.0.1:8370"),
        ("http://127.0.0.1", b"/", b"127.0.0.1"),
        ("https://kvitto.example.net/r/0?a=b&c#d", b"/r/0?a=b&c", b"kvitto.example.net"),
        ("http://[::1]:80/r", b"/r", b"[::1]:80"),
        ("HTTP://LocalHost:1/å/%20", b"/%C3%A5/%20", b"localhost:1"),
        ("http://räksmörgås.example/", b"/", b"xn--rksmrgs-5wao1o.example"),
    ],
)
def test_the_request_goes_to_the_url(url: str, line: bytes, host: bytes) -> None:
    assert first_lines(url) == [b"POST %b HTTP/1.1" % line, b"Host: %b" % host]


@pytest.mark.parametrize(
    ("url", "host", "port", "is_tls"),
    [
        ("http://127.0.0.1/", "127.0.0.1", 80, False),
        ("https://example.net/", "example.net", 443, True),
        ("https://[::1]:8443/", "::1", 8443, True),
    ],
)
def test_where_it_connects_to(url: str, host: str, port: int, is_tls: bool) -> None:
    target = Target.of(url)
    assert (target.host, target.port, target.is_tls) == (host, port, is_tls)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "http://"),
        ("127.0.0.1:8370", "http://"),
        ("ftp://127.0.0.1/", "http://"),
        ("file:///etc/passwd", "http://"),
        ("http:///r/0", "host"),
        ("http://user:word@127.0.0.1/", "name or password"),
        ("http://127.0.0.1:99999/", "not a URL"),
        ("http://127.0.0.1:0/", "Port 0"),
        ("http://127.0.0.1:http/", "not a URL"),
        ("http://[::1/", "not a URL"),
        ("http://127.0.0.1/\r\nX: y", "characters"),
        ("http://127.0.0.1/a b", "characters"),
        (f"http://{'ä' * 70}.example/", "name of a computer"),
    ],
)
def test_what_can_not_be_posted_to_is_told(url: str, told: str) -> None:
    with pytest.raises(TargetError, match=told):
        Target.of(url)


def test_the_url_is_shown_without_its_callback_key() -> None:
    shown = Target.of("http://127.0.0.1:8370/r/0123abcd?key=s3cret").shown
    assert shown == "http://127.0.0.1:8370/r/…?…"


def test_a_request_has_the_headers_of_an_ordinary_client() -> None:
    head, body = Target.of("http://127.0.0.1/").request("å".encode()).split(b"\r\n\r\n")
    assert body == "å".encode()
    names = [line.partition(b":")[0] for line in head.split(b"\r\n")[1:]]
    assert names == [
        b"Host",
        b"Connection",
        b"Accept",
        b"User-Agent",
        b"Content-Type",
        b"Content-Length",
    ]
    assert b"Content-Type: application/json" in head
    assert head.endswith(b"Content-Length: 2")
