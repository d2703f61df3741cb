"""One GET to the one host, with the key in a header and nowhere else. All HTTP of the books."""

import asyncio
import ssl
import zlib
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import urlsplit

import aiohttp
import msgspec
from yarl import URL

from kvitto import __version__
from kvitto.books.books_errors import BaseUrlError, WhyBusy
from kvitto.books.key import ApiKey
from kvitto.books.system_resolver import SystemResolver
from kvitto.certificates import client_context
from kvitto.reachability.network import proxy_for
from kvitto.receiver.supervision import in_thread

API_BASE: Final = "https://api.ip1sms.com"
MAX_BODY_BYTES: Final = 16 * 1024 * 1024
"""Of an answer, unpacked."""
CONNECT_S: Final = 10.0
WHOLE_S: Final = 30.0
_CHUNK_BYTES: Final = 64 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS


class RawAnswer(msgspec.Struct, frozen=True):
    """What came back.

    Attributes:
        status: the HTTP status.
        body: the body, unpacked; only its beginning where `fault` is set.
        fault: what is wrong with the body, in a few words; "" for nothing.
        link: the header `Link`, if any.
        retry_after: the header `Retry-After`, if any.
    """

    status: int
    body: bytes
    fault: str = ""
    link: str | None = None
    retry_after: str | None = None


class NoAnswerError(Exception):
    """No answer came."""

    def __init__(self, why: WhyBusy) -> None:
        super().__init__(why.value)
        self.why = why


def checked_base(url: str) -> str:
    """Return a base URL that a key may be sent to: the SMS service's own, or one of this computer.

    The second is for the simulator's books; only there HTTP without TLS is allowed.

    Raises:
        BaseUrlError: it is neither.
    """
    if url.rstrip("/") == API_BASE:
        return API_BASE
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        is_own = ip_address(host).is_loopback
    except ValueError:
        is_own, host, port, parts = False, "", None, urlsplit("")
    is_plain = parts.path in {"", "/"} and not (parts.query or parts.fragment or parts.username)
    if not (is_own and is_plain and parts.scheme == "http" and port):
        raise BaseUrlError(
            f"The books are asked at {API_BASE}, or at a simulator on this computer, such as "
            "http://127.0.0.1:8371."
        )
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Transport:
    """Sends GETs, one connection, to one host. Belongs to one loop.

    Redirections are not followed: the key would travel. No cookies, no netrc, no other method.

    Args:
        key: the key.
        base: of `checked_base`.
        connect_s: how long connecting may take.
        whole_s: how long all of a request may take.
    """

    def __init__(
        self, key: ApiKey, base: str, *, connect_s: float = CONNECT_S, whole_s: float = WHOLE_S
    ) -> None:
        self._key: Final = key
        self._base: Final = checked_base(base)
        self._limits: Final = aiohttp.ClientTimeout(total=whole_s, connect=connect_s)
        self._session: aiohttp.ClientSession | None = None
        self._proxy: str | None = None

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close the connection."""
        await self.close()

    async def close(self) -> None:
        """Close the connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def get(self, path: str) -> RawAnswer:
        """Send one GET, and return what comes back.

        Args:
            path: the path and query, escaped.

        Raises:
            NoAnswerError: none came.
        """
        session = await self._opened()
        # Raised outside: an exception of the client library may hold the request's headers.
        try:
            return await self._get(session, URL(self._base + path, encoded=True))
        except TimeoutError:
            why = WhyBusy.SILENT
        except aiohttp.ClientConnectorDNSError:
            why = WhyBusy.NAME
        except aiohttp.ClientSSLError:
            why = WhyBusy.CERTIFICATE
        except (aiohttp.ClientError, OSError):
            why = WhyBusy.UNREACHABLE
        raise NoAnswerError(why)

    async def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            tls: ssl.SSLContext | bool = True
            if self._base == API_BASE:
                tls = await in_thread(client_context)
                proxy = await in_thread(proxy_for, self._base)
                self._proxy = None if proxy is None else proxy.url or None
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=1, ssl=tls, resolver=SystemResolver()),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._limits,
                auto_decompress=False,
                trust_env=False,
            )
        return self._session

    async def _get(self, session: aiohttp.ClientSession, url: URL) -> RawAnswer:
        async with session.get(
            url,
            headers=self._key.headers()
            | {
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "User-Agent": f"Kvitto/{__version__}",
            },
            allow_redirects=False,
            proxy=self._proxy,
        ) as response:
            body, fault = await _body(response)
            return RawAnswer(
                response.status,
                body,
                fault,
                link=response.headers.get("Link"),
                retry_after=response.headers.get("Retry-After"),
            )


async def _body(response: aiohttp.ClientResponse) -> tuple[bytes, str]:
    """Return a body, unpacked and bounded, and what is wrong with it."""
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in {"", "identity", "gzip"}:
        return b"", "It is packed in a way that was not asked for."
    unpacker = zlib.decompressobj(_GZIP) if coding == "gzip" else None
    body = bytearray()
    try:
        async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
            room = MAX_BODY_BYTES + 1 - len(body)
            body += chunk if unpacker is None else unpacker.decompress(chunk, room)
            if len(body) > MAX_BODY_BYTES:
                return bytes(body), "It is larger than any page."
            # A turn for the others: a packed body unpacks without waiting for the network.
            await asyncio.sleep(0)
    except aiohttp.ClientPayloadError:
        return bytes(body), "The connection was cut."
    except zlib.error:
        return bytes(body), "It can't be unpacked."
    if unpacker is not None and not unpacker.eof:
        return bytes(body), "The connection was cut."
    return bytes(body), ""
