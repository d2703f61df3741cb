"""What a window and a receiver say to each other over the control listener.

JSON, by msgspec: each request has its type in it, and one kind of answer. What the world does to
the store or the receiver travels as a `Problem`, and is raised again on the other side.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

import msgspec

from kvitto.receiver.keep_awake import SleepState
from kvitto.receiver.metrics import ReceiverCounters
from kvitto.receiver.probes import ProbePath
from kvitto.receiver.receiver_errors import ReceiverError
from kvitto.store.clock_guard import ConfirmClock
from kvitto.store.daily_limit import RaiseDailyLimit
from kvitto.store.deletions import DeleteBatches
from kvitto.store.errors import StoreError
from kvitto.store.lockfile import InstanceInfo
from kvitto.store.migrations.runner import UpgradeProgress
from kvitto.store.mutations import (
    AcknowledgeOutage,
    AcknowledgeRejections,
    ChangeBatch,
    DeleteRejections,
    PurgeBatch,
    RecordHeartbeat,
    RecordOutage,
)
from kvitto.store.purge import PurgePart, StopPurge
from kvitto.store.write_requests import ReportRequest, WriteResult

REQUEST_PATH: Final = "/request"
"""Where requests are posted."""
WATCH_PATH: Final = "/watch"
"""Where a status is told whenever there is something new, a line each, until either side ends."""
HEARTBEAT_S: Final = 2.0
"""A status is told at least so often: a receiver that hangs can be told from a quiet one."""
MAX_BODY_BYTES: Final = 8 * 1024 * 1024
"""The largest request: more than any that a window makes."""


# --- Problems -----------------------------------------------------------------------------------


class Problem(msgspec.Struct, frozen=True):
    """An error of the store or the receiver, on its way.

    Attributes:
        kind: the name of its class.
        sentence: for the user.
        detail: the technical cause.
    """

    kind: str
    sentence: str
    detail: str = ""


def problem_of(error: StoreError | ReceiverError) -> Problem:
    """Return an error as it travels."""
    return Problem(type(error).__name__, error.sentence, error.detail)


def error_of(problem: Problem) -> StoreError | ReceiverError:
    """Return the error that a problem was: of the same class, where that is known here."""
    kinds = _kinds(ReceiverError) | _kinds(StoreError)
    kind = kinds.get(problem.kind, StoreError)
    # The classes take what they make their sentence of: here it is made already.
    error = kind.__new__(kind)
    if isinstance(error, StoreError):
        StoreError.__init__(error, problem.sentence, problem.detail)
    else:
        ReceiverError.__init__(error, problem.sentence, problem.detail)
    return error


def _kinds(
    base: type[StoreError] | type[ReceiverError],
) -> dict[str, type[StoreError] | type[ReceiverError]]:
    found: dict[str, type[StoreError] | type[ReceiverError]] = {base.__name__: base}
    for kind in base.__subclasses__():
        found |= _kinds(kind)
    return found


class Announcement(msgspec.Struct, frozen=True):
    """What a receiver says on its stdout to the window that started it: one of the two.

    Attributes:
        instance: how it is controlled.
        problem: why it has ended.
    """

    instance: InstanceInfo | None = None
    problem: Problem | None = None


# --- Status -------------------------------------------------------------------------------------


class Phase(StrEnum):
    """How far a receiver's process is."""

    STARTING = "starting"
    """The store is being opened, and upgraded where that is due."""
    RUNNING = "running"
    """The store is open; whether it listens is told apart."""
    STOPPING = "stopping"
    """It answers what is under way, and ends."""


class Reprocess(msgspec.Struct, frozen=True):
    """What became of refused bodies that were read again.

    Attributes:
        number: of the work; a later one has another.
        total: how many bodies were asked for.
        stored: they are reports now, and stored as such.
        known: they are reports now, and the same reports had come already.
        refused: they still are none, and stay where they are.
        is_running: whether it goes on.
        failure: why it ended before all was read, a sentence; "" where it did not.
    """

    number: int = 0
    total: int = 0
    stored: int = 0
    known: int = 0
    refused: int = 0
    is_running: bool = False
    failure: str = ""

    @property
    def done(self) -> int:
        """How many were read again."""
        return self.stored + self.known + self.refused


class Status(msgspec.Struct, frozen=True):
    """A receiver at one moment.

    Attributes:
        pid: its process.
        version: which Kvitto it is.
        phase: how far its process is.
        is_background: whether a window started it, to be ended by a window.
        host: the address on which it listens, or should.
        port: the port on which it listens; 0 where it does not.
        trouble: why it does not listen.
        upgrade: how far the upgrade of the database is, while there is one.
        revision: the newest revision of the store; 0 where it has written none since its start.
        resumes: how often the computer has resumed from sleep since the start.
        alarm: why the store can't be written now, a sentence; "" while it can.
        notice: what somebody did to the store's files, or what will hinder storing; a sentence.
        repairs: how often such was mended: connections of before see an old state of the store.
        sleep: whether it keeps the computer awake.
        is_open: whether reports are taken without a key, too.
        reprocess: refused bodies that are parsed again, or were last; None until the store is open.
        probe_key: makes probes that it recognises. A secret.
        dropped_bodies: when a request last came with a key without its body, by the key's id.
        counters: what it has done so far.
    """

    pid: int
    version: str
    phase: Phase = Phase.STARTING
    is_background: bool = False
    host: str = ""
    port: int = 0
    trouble: Problem | None = None
    upgrade: UpgradeProgress | None = None
    revision: int = 0
    resumes: int = 0
    alarm: str = ""
    notice: str = ""
    repairs: int = 0
    sleep: SleepState = SleepState.NOT_NEEDED
    is_open: bool = False
    reprocess: Reprocess | None = None
    probe_key: str = ""
    dropped_bodies: Mapping[int, datetime] = msgspec.field(default_factory=dict)
    counters: ReceiverCounters = ReceiverCounters()

    @property
    def is_listening(self) -> bool:
        """Whether it receives reports."""
        return self.phase is Phase.RUNNING and self.port != 0


# --- Requests -----------------------------------------------------------------------------------

WindowEdit: TypeAlias = (
    ChangeBatch
    | DeleteBatches
    | PurgeBatch
    | DeleteRejections
    | AcknowledgeRejections
    | AcknowledgeOutage
    | PurgePart
    | StopPurge
    | ConfirmClock
    | RaiseDailyLimit
    | RecordOutage
    | RecordHeartbeat
)
"""Every edit that can be asked for from outside the receiver's process."""


class GetStatus(msgspec.Struct, frozen=True, tag=True):
    """Answered with a `Status`."""


class MakeEdit(msgspec.Struct, frozen=True, tag=True):
    """Make a change in the store; answered with an `EditMade` once it is on the disk."""

    edit: WindowEdit


class AppendReports(msgspec.Struct, frozen=True, tag=True):
    """Store reports that came by another way than HTTP; answered with an `Appended` for each."""

    arrivals: Sequence[ReportRequest]


class GetPublicKey(msgspec.Struct, frozen=True, tag=True):
    """Answered with the `CallbackKey` of a public URL, which is made where there is none."""

    url: str


class GetDemoKey(msgspec.Struct, frozen=True, tag=True):
    """Answered with the `CallbackKey` of the demo, which is made where there is none."""


class StartReprocess(msgspec.Struct, frozen=True, tag=True):
    """Read refused bodies again, by their keys; answered with a `Reprocess` at once.

    It goes on whatever becomes of who asked. While one runs, that one is answered.
    """

    keys: Sequence[int]


class StopReprocess(msgspec.Struct, frozen=True, tag=True):
    """Read no more refused bodies again, from the next part on. Answered with None."""


class GetProbePlace(msgspec.Struct, frozen=True, tag=True):
    """Answered with a `ProbePlace`."""

    nonce: str


class RenewKey(msgspec.Struct, frozen=True, tag=True):
    """Make a new key for a URL; answered with its `CallbackKey`.

    Attributes:
        key: of the key that is renewed; None for the one of the local URL.
    """

    key: int | None = None


class RevokeKey(msgspec.Struct, frozen=True, tag=True):
    """End a key: requests with it are unauthorized from now on. Answered with None."""

    key: int


class TrustForwardedHeader(msgspec.Struct, frozen=True, tag=True):
    """Take client addresses from this header of the tunnel; None for none. Answered with None."""

    header: str | None


class Listen(msgspec.Struct, frozen=True, tag=True):
    """Listen here from now on; what was listened on before is kept until that works.

    Answered with a `Status`.
    """

    host: str
    port: int


class ReadSettings(msgspec.Struct, frozen=True, tag=True):
    """Take to what the user has set about sleep. Answered with None."""


class SetOpen(msgspec.Struct, frozen=True, tag=True):
    """Take reports without a key, too, or not any more. Answered with None."""

    is_open: bool


class Stop(msgspec.Struct, frozen=True, tag=True):
    """Answer what is under way, and end. Answered with None at once."""


Request: TypeAlias = (
    GetStatus
    | MakeEdit
    | AppendReports
    | GetPublicKey
    | GetDemoKey
    | GetProbePlace
    | RenewKey
    | RevokeKey
    | TrustForwardedHeader
    | Listen
    | StartReprocess
    | ReadSettings
    | SetOpen
    | Stop
    | StopReprocess
)


# --- Answers ------------------------------------------------------------------------------------


class EditMade(msgspec.Struct, frozen=True):
    """An edit is on the disk.

    Attributes:
        revision: the revision that holds it.
        is_made: whether it changed anything, of an edit that can be overtaken.
    """

    revision: int
    is_made: bool = True


class ProbePlace(msgspec.Struct, frozen=True):
    """Where a probe came in; None where it has not come."""

    place: ProbePath | None = None


class Appended(msgspec.Struct, frozen=True):
    """What became of one report.

    Attributes:
        receipt: it is on the disk; None where it could not be stored.
        problem: why it could not.
    """

    receipt: WriteResult | None = None
    problem: Problem | None = None
