"""Gets an announcement and its signature, and believes it only if they fit."""

import asyncio
import ssl
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from kvitto.books.system_resolver import SystemResolver
from kvitto.certificates import client_context
from kvitto.reachability.network import is_this_computer, proxy_for
from kvitto.receiver.supervision import in_thread
from kvitto.updates.announcement import SignedAnnouncement
from kvitto.updates.source import SIGNATURE_ENDING, UpdateSource
from kvitto.updates.update_errors import UpdateUnknownError, WhyUnknown

MAX_BODY_BYTES: Final = 64 * 1024
WHOLE_S: Final = 30.0
_CHUNK_BYTES: Final = 16 * 1024
_OK: Final = 200
_REDIRECTIONS: Final = range(300, 400)
_HEADERS: Final = {
    "User-Agent": "Kvitto",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Cache-Control": "no-cache",
}
"""The same for everybody: neither the version nor the system is told."""


async def ask_for_update(source: UpdateSource, *, whole_s: float = WHOLE_S) -> SignedAnnouncement:
    """Return the announcement of a source; it is verified.

    Two GETs without cookies or anything that tells one user from another. Not through HTTP but on
    this computer. The answers are bounded.

    Raises:
        UpdateUnknownError: there is none that can be believed.
    """
    if not _is_allowed(source.address):
        raise UpdateUnknownError(WhyUnknown.UNREACHABLE, "The address does not begin with https.")
    tls, proxy = await in_thread(_network_for, source.address)
    try:
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=tls, resolver=SystemResolver()),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=whole_s),
            auto_decompress=False,
            trust_env=False,
        ) as client:
            get = partial(_get, client, proxy)
            data = await get(source.address)
            signature = await get(source.address + SIGNATURE_ENDING)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        detail = str(error) or type(error).__name__
        raise UpdateUnknownError(WhyUnknown.UNREACHABLE, detail) from error
    signed = SignedAnnouncement(data, signature)
    await in_thread(signed.read, source.public_key)
    return signed


def _is_allowed(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_computer(host))


def _network_for(address: str) -> tuple[ssl.SSLContext, str | None]:
    proxy = proxy_for(address)
    return client_context(), None if proxy is None else proxy.url or None


async def _get(client: aiohttp.ClientSession, proxy: str | None, url: str) -> bytes:
    async with client.get(url, headers=_HEADERS, allow_redirects=False, proxy=proxy) as answer:
        if answer.status in _REDIRECTIONS:
            raise UpdateUnknownError(WhyUnknown.REDIRECTED)
        if answer.status != _OK:
            raise UpdateUnknownError(WhyUnknown.ANSWER, f"It was answered {answer.status}.")
        body = bytearray()
        async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise UpdateUnknownError(WhyUnknown.ANSWER, "The answer is too large.")
            await asyncio.sleep(0)
        return bytes(body)
