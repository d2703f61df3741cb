"""Read a request's body, never more of it than is wanted."""

import asyncio
import contextlib
from collections.abc import Callable

from aiohttp import web

from kvitto.core.rejection import RejectedBodyError, RejectionKind
from kvitto.receiver.connection_limits import Limits


class InvalidBodyError(RejectedBodyError):
    """The body was not read to its end: it is too large, or is no body in HTTP.

    Attributes:
        beginning: its beginning, as far as it came quickly.
        size: its size in bytes, as far as it was announced or read.
    """

    def __init__(self, kind: RejectionKind, reason: str, beginning: bytes, size: int) -> None:
        """Keep all of it."""
        super().__init__(kind, reason)
        self.beginning = beginning
        self.size = size


class ClientDisconnectedError(Exception):
    """The connection was closed before the body was complete: there is nobody to answer.

    Attributes:
        beginning: its beginning, as far as it came.
        size: its size in bytes as it was announced; of chunks, what came.
    """

    def __init__(self, beginning: bytes, size: int) -> None:
        """Keep what came."""
        super().__init__()
        self.beginning = beginning
        self.size = size


async def read_body(
    request: web.BaseRequest, limits: Limits, on_wanted: Callable[[web.BaseRequest], None]
) -> bytes:
    """Return the body as it came, without its transfer coding.

    Holds no more than the limit and one piece of what the connection brings.

    Args:
        request: the request; nothing of its body has been read.
        limits: how large the body may be, and how much is kept of a larger one.
        on_wanted: is called with the request before waiting for a body that has not come yet.

    Raises:
        InvalidBodyError: the body is larger than the limit, or is not HTTP.
        ClientDisconnectedError: nobody waits for the answer any more.
    """
    content = request.content
    if content.is_eof():  # all is here already, as with nearly every report
        body = content.read_nowait()
        if len(body) > limits.body_bytes:
            raise _too_large(body, len(body), limits)
        return body
    announced = request.content_length
    read = bytearray()
    if announced is not None and announced > limits.body_bytes:
        with contextlib.suppress(TimeoutError, InvalidBodyError):
            async with asyncio.timeout(limits.excerpt_s):
                await _read_into(read, request, limits.excerpt_bytes)
        raise _too_large(read, announced, limits)
    on_wanted(request)
    await _read_into(read, request, limits.body_bytes + 1)
    if len(read) > limits.body_bytes:
        raise _too_large(read, len(read), limits)
    return bytes(read)


def _too_large(read: bytes | bytearray, size: int, limits: Limits) -> InvalidBodyError:
    return InvalidBodyError(
        RejectionKind.TOO_LARGE,
        f"The body is larger than {limits.body_bytes // 1024} KiB, far more than a report needs.",
        bytes(read[: limits.excerpt_bytes]),
        size,
    )


async def _read_into(read: bytearray, request: web.BaseRequest, enough: int) -> None:
    """Add to `read` until it holds `enough`, or all."""
    content = request.content
    while len(read) < enough and not content.at_eof():
        if request.transport is None and not content.is_eof():
            raise _gone(read, request)
        try:
            read += await content.readany()
        except OSError as error:
            raise _gone(read, request) from error
        except web.RequestPayloadError as error:
            raise InvalidBodyError(
                RejectionKind.NOT_JSON,
                "The body is cut into chunks in a way that is not HTTP.",
                bytes(read),
                len(read),
            ) from error


def _gone(read: bytearray, request: web.BaseRequest) -> ClientDisconnectedError:
    with contextlib.suppress(OSError, web.RequestPayloadError):
        read += request.content.read_nowait()
    announced = request.content_length
    return ClientDisconnectedError(bytes(read), len(read) if announced is None else announced)
