"""What each request over the control listener does with a receiver."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, assert_never

from app.clock import utc_now
from app.core.report import Origin
from app.receiver.control_messages import (
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
    ReadAgain,
    ReadSettings,
    RenewKey,
    Request,
    Reread,
    RevokeKey,
    SetOpen,
    Stop,
    StopReading,
    TrustForwardedHeader,
    WindowEdit,
    problem_of,
)
from app.receiver.probes import Probe
from app.store.arrivals import Receipt, ReportArrival
from app.store.errors import StoreError
from app.store.secrets import CallbackSecret

if TYPE_CHECKING:
    from app.receiver.reception import Reception


async def answer_of(reception: "Reception", request: Request) -> Any:
    """Do what a window asks for; return the answer. On the control listener's loop.

    Raises:
        StoreError: the store can't do it.
        ReceiverError: the receiver can't.
    """
    match request:
        case GetStatus():
            return reception.status()
        case Stop():
            return reception.ask_to_stop()
        case MakeEdit(edit):
            return await _edit(reception, edit)
        case AppendReports(arrivals):
            return await _append(reception, arrivals)
        case GetProbePlace(nonce):
            return ProbePlace(reception.service.probes.seen(Probe(nonce, b"")))
        case Listen(host, port):
            await asyncio.to_thread(reception.listen, host, port)
            return reception.status()
        case ReadAgain() | StopReading():
            return _reread(reception, request)
        case ReadSettings() | SetOpen() | TrustForwardedHeader():
            return await asyncio.to_thread(_set, reception, request)
        case GetPublicKey() | GetDemoKey() | RenewKey() | RevokeKey():
            return await asyncio.to_thread(_key, reception, request)
    assert_never(request)


async def _edit(reception: "Reception", edit: WindowEdit) -> EditMade:
    revision = await asyncio.wrap_future(reception.writer.edit(edit))
    return EditMade(revision, getattr(edit, "is_made", True))


async def _append(reception: "Reception", arrivals: Sequence[ReportArrival]) -> list[Appended]:
    done = await asyncio.gather(
        *(reception.writer.append(one) for one in arrivals), return_exceptions=True
    )
    return [_appended(one) for one in done]


def _appended(done: Receipt | BaseException) -> Appended:
    if isinstance(done, Receipt):
        return Appended(done)
    if isinstance(done, StoreError):
        return Appended(problem=problem_of(done))
    raise done


def _reread(reception: "Reception", request: ReadAgain | StopReading) -> Reread | None:
    match request:
        case ReadAgain(keys):
            return reception.rereader.start(keys)
        case StopReading():
            reception.rereader.stop()
            return None


def _set(reception: "Reception", request: ReadSettings | SetOpen | TrustForwardedHeader) -> None:
    match request:
        case ReadSettings():
            reception.look_at_sleep()
        case SetOpen(is_open):
            reception.set_open(is_open=is_open)
        case TrustForwardedHeader(header):
            reception.service.strangers.believe(header)


def _key(
    reception: "Reception", request: GetPublicKey | GetDemoKey | RenewKey | RevokeKey
) -> CallbackSecret | None:
    """Do what is asked for with keys, and have the receiver take to what there is then."""
    secrets, now = reception.secrets, utc_now()
    made: CallbackSecret | None = None
    match request:
        case GetPublicKey(url):
            made = secrets.for_public_url(url, now)
        case GetDemoKey():
            known = [one for one in secrets.valid() if one.origin is Origin.DEMO]
            made = known[-1] if known else secrets.make(now, Origin.DEMO)
        case RenewKey(key):
            made = secrets.renew(secrets.newest(now).key if key is None else key, now)
        case RevokeKey(key):
            secrets.end(key, now)
    reception.read_secrets()
    return made
