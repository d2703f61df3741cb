"""What of aiohttp is used that it does not promise: a newer one may change it without a word."""

import ast
import inspect
from importlib.metadata import version
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.base_protocol import BaseProtocol

from kvitto.receiver import limited_connection, protocol

ATTRIBUTES = {
    web.RequestHandler: (
        "_close",
        "_current_request",
        "_force_close",
        "_max_msg_queue_size",
        "_messages",
        "_request_count",
        "_waiter",
    ),
    BaseProtocol: ("_buffer_paused", "_loop", "_reading_paused"),
    web.Server: ("_loop",),
}
"""Attributes of aiohttp's classes that ours use, which are derived from them."""
NAMES = {"aiohttp.web_protocol": ("_ErrInfo",)}
"""Private names that are imported."""
REQUEST = ("message", "payload", "protocol", "payload_writer", "task", "loop")
"""What a request is made of, in this order: see `limited_connection._new_request`."""

MODULES = [protocol, limited_connection]
NEWER = f"aiohttp {version('aiohttp')} is not as ours expects: see what has become of it, and widen"


def trees() -> list[ast.Module]:
    return [ast.parse(inspect.getsource(one)) for one in MODULES]


def used_attributes() -> set[str]:
    """Return the private attributes of `self` that our own classes do not declare."""
    used, own = set[str](), set[str]()
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if node.value.id == "self" and node.attr.startswith("_"):
                    used.add(node.attr)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                own.add(node.name)
    slots = (*protocol.Connection.__slots__, *limited_connection.LimitedConnection.__slots__)
    return used - own - set(slots)


def test_the_private_attributes_of_aiohttp_in_use_are_those_named_here() -> None:
    assert used_attributes() == {name for names in ATTRIBUTES.values() for name in names}


def test_the_private_names_imported_from_aiohttp_are_those_named_here() -> None:
    receiver = Path(protocol.__file__).parent
    found = {
        (node.module, alias.name)
        for file in receiver.parent.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aiohttp")
        for alias in node.names
        if alias.name.startswith("_")
    }
    assert found == {(module, name) for module, names in NAMES.items() for name in names}


def test_aiohttp_still_has_them() -> None:
    missing = [
        f"{owner.__name__}.{name}"
        for owner, names in ATTRIBUTES.items()
        for name in names
        if name not in _declared(owner)
    ]
    missing += [
        f"{module}.{name}"
        for module, names in NAMES.items()
        for name in names
        if not hasattr(aiohttp.web_protocol, name)
    ]
    assert not missing, f"{NEWER}: {missing}"
    assert tuple(inspect.signature(web.BaseRequest).parameters)[: len(REQUEST)] == REQUEST, NEWER


def test_aiohttp_still_calls_what_ours_override() -> None:
    source = inspect.getsource(web.RequestHandler)
    for name in ("finish_response", "handle_error", "log_access", "log_exception"):
        assert f"self.{name}(" in source, f"{NEWER}: {name}"


def test_aiohttp_s_client_still_calls_what_ours_override() -> None:
    """See `kvitto.posting`."""
    for owner, name, asked in (
        (aiohttp.ClientRequest, "write_bytes", ("self", "writer", "conn", "content_length")),
        (aiohttp.ClientResponse, "start", ("self", "connection")),
    ):
        assert tuple(inspect.signature(getattr(owner, name)).parameters) == asked, NEWER
    assert "self.write_bytes(" in inspect.getsource(aiohttp.ClientRequest), NEWER
    assert "resp.start(conn)" in inspect.getsource(aiohttp.ClientSession), NEWER


def _declared(owner: type) -> set[str]:
    """Return what a class declares: its slots, or what its constructor sets."""
    slots = set(getattr(owner, "__slots__", ()))
    source = inspect.getsource(owner.__init__)  # type: ignore[misc]
    return slots | {name.attr for name in ast.walk(_of(source)) if isinstance(name, ast.Attribute)}


def _of(source: str) -> ast.Module:
    return ast.parse(inspect.cleandoc("\n" + source))
