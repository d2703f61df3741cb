"""Far ends of tunnels over real sockets, each with a failure of its own."""

import asyncio
import contextlib
import json
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TypeAlias

from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from typing_extensions import override

from kvitto.reachability.network import CONTROL_NAMES
from tests.simulator.tunnel import Tunnel

Talk: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
_HOST = "127.0.0.1"
_FRAMES = (b"transfer-encoding:", b"content-length:", b"connection:")


class FarEnds:
    """Makes far ends, which are closed after the test. Each way to make one returns its URL."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack

    async def tunnel(self, port: int) -> tuple[str, Tunnel]:
        """Pass everything on to a port of this computer."""
        tunnel = await self._stack.enter_async_context(Tunnel(port))
        return tunnel.url(f"http://{_HOST}:{port}/").rstrip("/"), tunnel

    async def answering(
        self, status: str, *fields: str, body: str = "", tls: ssl.SSLContext | None = None
    ) -> str:
        """Answer each request the same: a status line, headers and a body."""
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", *fields]
        return await self.saying(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), tls=tls)

    async def saying(
        self, answer: bytes, *, at_once: bool = False, tls: ssl.SSLContext | None = None
    ) -> str:
        """Say something to each request, whether that is HTTP or not, and close.

        Args:
            answer: what is said.
            at_once: whether to whatever came, instead of to a request.
            tls: the certificate.
        """

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if not at_once:
                await reader.readuntil(b"\r\n\r\n")
            await reader.read(1024)
            writer.write(answer)
            await writer.drain()

        return await self._serve(talk, tls)

    async def mute(self) -> str:
        """Take each request and never answer."""

        async def talk(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
            while await reader.read(1024):
                pass

        return await self._serve(talk, None)

    async def hanging_up(self) -> str:
        """Close each connection without a word, as sshd does where nothing is behind it."""

        async def talk(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
            await reader.read(1024)

        return await self._serve(talk, None)

    async def changing(
        self, port: int, change: Callable[[bytes], bytes], answer: Callable[[bytes], bytes]
    ) -> str:
        """Pass each request on to a port, and its answer back, both changed."""

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            request = await reader.readuntil(b"\r\n\r\n") + await reader.read(1024)
            inner_reader, inner = await asyncio.open_connection(_HOST, port)
            inner.write(
                change(request).replace(b"HTTP/1.1\r\n", b"HTTP/1.1\r\nConnection: close\r\n", 1)
            )
            writer.write(answer(await inner_reader.read()))
            inner.close()
            await writer.drain()

        return await self._serve(talk, None)

    async def passing(self, port: int, *, chunks: bytes | None = None, drops: str = "") -> str:
        """Pass requests on to a port as a reverse proxy does: whole, with headers of its own.

        Args:
            port: of this computer.
            chunks: what is answered to a request whose body comes in chunks; None to pass it on;
                nothing to never answer.
            drops: which bodies are left out: of requests in `chunked`, in `sized`, or in `all`.
        """

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            is_chunked = b"transfer-encoding: chunked" in head.lower()
            if is_chunked and chunks is not None:
                if not chunks:
                    await reader.read()
                writer.write(chunks)
                await writer.drain()
                return
            body = await _body_of(reader, head)
            if drops in {"all", "chunked" if is_chunked else "sized"}:
                body = b""
            fields = [
                *(
                    line
                    for line in head.split(b"\r\n")[:-2]
                    if not line.lower().startswith(_FRAMES)
                ),
                *(b"Cf-Ray: 9b0fd2778c40710d-ARN", b"X-Forwarded-For: 203.0.113.9"),
                *(b"Connection: close", b"Content-Length: %d" % len(body)),
            ]
            inner_reader, inner = await asyncio.open_connection(_HOST, port)
            inner.write(b"\r\n".join(fields) + b"\r\n\r\n" + body)
            writer.write(await inner_reader.read())
            inner.close()
            await writer.drain()

        return await self._serve(talk, None)

    async def connecting(self, port: int) -> str:
        """Be a proxy that connects everybody to one port, whatever was asked for."""

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            inner_reader, inner = await asyncio.open_connection(_HOST, port)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(_copy(reader, inner))
                    group.create_task(_copy(inner_reader, writer))
            finally:
                inner.transport.abort()

        return await self._serve(talk, None)

    async def telling(self, answers: Mapping[str, object]) -> int:
        """Tell JSON, or a text as it is, by path, as tunnel programs do of themselves.

        Args:
            answers: what is told; a test may change it.

        Returns:
            The port.
        """

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            told = answers.get(head.split()[1].decode())
            text = told if isinstance(told, str) else json.dumps(told)
            status = "404 Not Found" if told is None else "200 OK"
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())
            writer.write_eof()
            await reader.read()

        return int((await self._serve(talk, None)).rpartition(":")[2])

    async def _serve(self, talk: Talk, tls: ssl.SSLContext | None) -> str:
        async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await talk(reader, writer)
            writer.close()

        server = await asyncio.start_server(meet, _HOST, 0, ssl=tls)
        self._stack.callback(server.close)
        port = server.sockets[0].getsockname()[1]
        return f"{'http' if tls is None else 'https'}://{_HOST}:{port}"


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()


async def _body_of(reader: asyncio.StreamReader, head: bytes) -> bytes:
    """Return the body of a request, whichever way its end is told."""
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    if length is not None:
        return await reader.readexactly(int(length[1]))
    body = b""
    while size := int((await reader.readline()).strip() or b"0", 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


class NoNames(AbstractResolver):
    """What finds the addresses of names: of none but those that are always there.

    Args:
        number: why others are not found.
        finds_any: whether those are found.
        addresses: the addresses of others, if they are found after all.
    """

    def __init__(
        self,
        number: int = socket.EAI_NONAME,
        *,
        finds_any: bool = True,
        addresses: Sequence[str] = (),
    ) -> None:
        self._number = number
        self._finds_any = finds_any
        self._addresses = addresses

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        known = ("192.0.2.1",) if self._finds_any and host in CONTROL_NAMES else self._addresses
        if not known:
            raise socket.gaierror(self._number, "Name or service not known")
        return [
            ResolveResult(
                hostname=host, host=one, port=port, family=socket.AF_INET, proto=0, flags=0
            )
            for one in known
        ]

    @override
    async def close(self) -> None:
        pass


def certificate(
    folder: Path, *, address: str = _HOST, is_expired: bool = False
) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate that signs itself; return its server's settings, and a client's.

    Args:
        folder: where its file lies.
        address: whom it is for.
        is_expired: whether its time is over.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kvitto test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=-1 if is_expired else 1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    chain = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "far_end.pem"
    file.write_bytes(private + chain)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=chain.decode())
