"""Execute the requests of the control listener."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, assert_never

from msgspec.structs import replace

from kvitto.clock import utc_now
from kvitto.receiver.control_messages import (
    Appended,
    AppendReports,
    EditMade,
    GetDemoKey,
    GetProbePlace,
    GetPublicKey,
    GetStatus,
    Listen,
    MakeEdit,
    ProbePlace,
    ReadSettings,
    RenewKey,
    Reprocess,
    Request,
    RevokeKey,
    SetNoAuth,
    StartReprocess,
    Stop,
    StopReprocess,
    TrustForwardedHeader,
    WindowEdit,
)
from kvitto.receiver.probes import Probe
from kvitto.receiver.receiver_errors import problem_of
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.deletions import PurgePart
from kvitto.store.errors import StoreError
from kvitto.store.mutations import RecordOutage
from kvitto.store.write_requests import ReportRequest, WriteResult

if TYPE_CHECKING:
    from kvitto.receiver.runtime import ReceiverRuntime


async def answer_of(runtime: "ReceiverRuntime", request: Request) -> Any:
    """Execute a request of a window; return the answer. On the control listener's loop.

    Raises:
        StoreError: the store can't do it.
        ReceiverError: the receiver can't.
    """
    match request:
        case GetStatus():
            return runtime.status()
        case Stop():
            return runtime.ask_to_stop()
        case MakeEdit(edit):
            return await _edit(runtime, edit)
        case AppendReports(arrivals):
            return await _append(runtime, arrivals)
        case GetProbePlace(nonce):
            return ProbePlace(runtime.service.probes.seen(Probe(nonce, b"")))
        case Listen(host, port):
            await asyncio.to_thread(runtime.listen, host, port)
            return runtime.status()
        case StartReprocess() | StopReprocess():
            return _reprocess(runtime, request)
        case ReadSettings() | SetNoAuth() | TrustForwardedHeader():
            return await asyncio.to_thread(_set, runtime, request)
        case GetPublicKey() | GetDemoKey() | RenewKey() | RevokeKey():
            return await asyncio.to_thread(_key, runtime, request)
    assert_never(request)


async def _edit(runtime: "ReceiverRuntime", edit: WindowEdit) -> EditMade:
    if isinstance(edit, RecordOutage):
        edit = replace(edit, receiver=runtime.database.receiver)
    revision = await asyncio.wrap_future(runtime.writer.edit(edit))
    return EditMade(revision, edit.made if isinstance(edit, PurgePart) else None)


async def _append(runtime: "ReceiverRuntime", arrivals: Sequence[ReportRequest]) -> list[Appended]:
    done = await asyncio.gather(
        *(runtime.writer.append(one) for one in arrivals), return_exceptions=True
    )
    return [_appended(one) for one in done]


def _appended(done: WriteResult | BaseException) -> Appended:
    if isinstance(done, WriteResult):
        return Appended(done)
    if isinstance(done, StoreError):
        return Appended(problem=problem_of(done))
    raise done


def _reprocess(
    runtime: "ReceiverRuntime", request: StartReprocess | StopReprocess
) -> Reprocess | None:
    match request:
        case StartReprocess(keys):
            return runtime.reprocessor.start(keys)
        case StopReprocess():
            runtime.reprocessor.stop()
            return None


def _set(
    runtime: "ReceiverRuntime", request: ReadSettings | SetNoAuth | TrustForwardedHeader
) -> None:
    match request:
        case ReadSettings():
            runtime.look_at_sleep()
        case SetNoAuth(no_auth):
            runtime.set_no_auth(no_auth=no_auth)
        case TrustForwardedHeader(header):
            runtime.service.unknown_callers.trust_forwarded_header(header)


def _key(
    runtime: "ReceiverRuntime", request: GetPublicKey | GetDemoKey | RenewKey | RevokeKey
) -> CallbackKey | None:
    """Execute a request about keys, then have the receiver read them again."""
    callback_keys, now = runtime.callback_keys, utc_now()
    made: CallbackKey | None = None
    match request:
        case GetPublicKey(url):
            made = callback_keys.for_public_url(url, now)
        case GetDemoKey():
            made = callback_keys.for_demo(now)
        case RenewKey(key):
            made = callback_keys.rotate(callback_keys.newest(now).key if key is None else key, now)
        case RevokeKey(key):
            callback_keys.revoke(key, now)
    runtime.keys.read()
    return made
