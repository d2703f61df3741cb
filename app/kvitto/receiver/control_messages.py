"""The messages of the control listener: requests, answers, status.

JSON, by msgspec: each request has its type in it, and one type of answer. Errors of the store or
the receiver are sent as a `Problem`, code and values, and raised again by the client.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

import msgspec

from kvitto.receiver.keep_awake import SleepState
from kvitto.receiver.metrics import ReceiverCounters
from kvitto.receiver.probes import ProbePath
from kvitto.receiver.receiver_errors import Problem
from kvitto.store.askable import AddUnreported
from kvitto.store.asked_edits import AddAsked, FinishAsking
from kvitto.store.asked_forgetting import ForgetAsked, ForgetTexts
from kvitto.store.bin import MoveToBin, PutBack
from kvitto.store.clock_guard import ConfirmClock
from kvitto.store.code_notes import NameCode
from kvitto.store.daily_limit import RaiseDailyLimit
from kvitto.store.deletions import DeleteBatches, PartMade, PurgePart, StopPurge
from kvitto.store.erasing import ErasePerson
from kvitto.store.follow_up_queries import MarkMessages
from kvitto.store.lockfile import InstanceInfo
from kvitto.store.migrations.runner import UpgradeProgress
from kvitto.store.mutations import (
    AcknowledgeOutage,
    AcknowledgeRejections,
    ChangeBatch,
    DeleteRejections,
    RecordHeartbeat,
    RecordOutage,
)
from kvitto.store.repeats import DismissRepeats
from kvitto.store.restorations import AcknowledgeRestoration
from kvitto.store.write_requests import ReportRequest, WriteResult

REQUEST_PATH: Final = "/request"
"""Where requests are posted."""
WATCH_PATH: Final = "/watch"
"""Where a status is sent after each change, one per line, until either side ends."""
HEARTBEAT_S: Final = 2.0
"""A status is sent at least so often, so that a receiver that hangs can be noticed."""
MAX_BODY_BYTES: Final = 8 * 1024 * 1024
"""The largest request: more than any that a window makes."""


class StartAnnouncement(msgspec.Struct, frozen=True):
    """What a receiver writes to its stdout for the window that started it: one of the two.

    Attributes:
        instance: how it is controlled.
        problem: why it has ended.
    """

    instance: InstanceInfo | None = None
    problem: Problem | None = None


# --- Status -------------------------------------------------------------------------------------


class ReceiverPhase(StrEnum):
    """How far a receiver's process is."""

    STARTING = "starting"
    """The store is being opened, and upgraded where that is due."""
    RUNNING = "running"
    """The store is open; whether it listens is a field of its own."""
    STOPPING = "stopping"
    """It finishes what is under way, and ends."""


class Reprocess(msgspec.Struct, frozen=True):
    """Progress of parsing refused requests again.

    Attributes:
        number: of the run; each has another.
        total: how many bodies were asked for.
        stored: they are reports now, and stored as such.
        known: they are reports now, and the same reports had come already.
        refused: they still are none, and stay where they are.
        is_running: whether it goes on.
        failure: why it ended before all were parsed.
    """

    number: int = 0
    total: int = 0
    stored: int = 0
    known: int = 0
    refused: int = 0
    is_running: bool = False
    failure: Problem | None = None

    @property
    def done(self) -> int:
        """How many were parsed again."""
        return self.stored + self.known + self.refused


class ReceiverStatus(msgspec.Struct, frozen=True):
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
        alarm: why the store can't be written now; None while it can.
        notice: that somebody changed the store's files, that storing will soon fail, or that a part
            of the receiver made a mistake.
        repairs: how often the files were repaired: older connections see an old state of the store.
        sleep: whether it keeps the computer awake.
        no_auth: whether reports are taken without a key, too.
        reprocess: refused requests that are parsed again, or were; None until the store is open.
        probe_key: makes probes that it recognises. A secret.
        dropped_bodies: when a request last came with a key without its body, by the key's id.
        counters: what it has done so far.
    """

    pid: int
    version: str
    phase: ReceiverPhase = ReceiverPhase.STARTING
    is_background: bool = False
    host: str = ""
    port: int = 0
    trouble: Problem | None = None
    upgrade: UpgradeProgress | None = None
    revision: int = 0
    resumes: int = 0
    alarm: Problem | None = None
    notice: Problem | None = None
    repairs: int = 0
    sleep: SleepState = SleepState.NOT_NEEDED
    no_auth: bool = False
    reprocess: Reprocess | None = None
    probe_key: str = ""
    dropped_bodies: Mapping[int, datetime] = msgspec.field(default_factory=dict)
    counters: ReceiverCounters = ReceiverCounters()

    @property
    def is_listening(self) -> bool:
        """Whether it receives reports."""
        return self.phase is ReceiverPhase.RUNNING and self.port != 0


# --- Requests -----------------------------------------------------------------------------------

WindowEdit: TypeAlias = (
    ChangeBatch
    | MoveToBin
    | PutBack
    | DeleteBatches
    | DeleteRejections
    | AcknowledgeRejections
    | AcknowledgeOutage
    | AcknowledgeRestoration
    | PurgePart
    | StopPurge
    | ConfirmClock
    | RaiseDailyLimit
    | RecordOutage
    | RecordHeartbeat
    | AddAsked
    | FinishAsking
    | AddUnreported
    | ForgetAsked
    | ForgetTexts
    | MarkMessages
    | ErasePerson
    | DismissRepeats
    | NameCode
)
"""Every edit that can be asked for from outside the receiver's process."""


class GetStatus(msgspec.Struct, frozen=True, tag=True):
    """Answered with a `ReceiverStatus`."""


class MakeEdit(msgspec.Struct, frozen=True, tag=True):
    """Make a change in the store; answered with an `EditMade` once it is on the disk."""

    edit: WindowEdit


class AppendReports(msgspec.Struct, frozen=True, tag=True):
    """Store reports that did not come by HTTP; answered with an `Appended` for each."""

    arrivals: Sequence[ReportRequest]


class GetPublicKey(msgspec.Struct, frozen=True, tag=True):
    """Answered with the `CallbackKey` of a public URL, which is made where there is none."""

    url: str


class GetDemoKey(msgspec.Struct, frozen=True, tag=True):
    """Answered with the `CallbackKey` of the demo, which is made where there is none."""


class StartReprocess(msgspec.Struct, frozen=True, tag=True):
    """Parse refused requests again, by their keys; answered with a `Reprocess` at once.

    It goes on when the window is closed. While one runs, none is started, and that one is returned.
    """

    keys: Sequence[int]


class StopReprocess(msgspec.Struct, frozen=True, tag=True):
    """Stop parsing refused requests again, before the next part. Answered with None."""


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
    """Revoke a key: requests with it are unauthorized from now on. Answered with None."""

    key: int


class TrustForwardedHeader(msgspec.Struct, frozen=True, tag=True):
    """Take client addresses from this header of the tunnel; None for none. Answered with None."""

    header: str | None


class Listen(msgspec.Struct, frozen=True, tag=True):
    """Listen here from now on; the old address is kept until that works.

    Answered with a `ReceiverStatus`.
    """

    host: str
    port: int


class ReadSettings(msgspec.Struct, frozen=True, tag=True):
    """Read the settings about sleep again. Answered with None."""


class SetNoAuth(msgspec.Struct, frozen=True, tag=True):
    """Take reports without a key, too, or not any more. Answered with None."""

    no_auth: bool


class Stop(msgspec.Struct, frozen=True, tag=True):
    """Finish what is under way, and end. Answered with None at once."""


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
    | SetNoAuth
    | Stop
    | StopReprocess
)


# --- Answers ------------------------------------------------------------------------------------


class EditMade(msgspec.Struct, frozen=True):
    """An edit is on the disk.

    Attributes:
        revision: the revision that holds it.
        part: of a part of a purge, what it did.
    """

    revision: int
    part: PartMade | None = None


class ProbePlace(msgspec.Struct, frozen=True):
    """Where a probe came in; None where it has not come."""

    place: ProbePath | None = None


class Appended(msgspec.Struct, frozen=True):
    """The result of storing one report.

    Attributes:
        receipt: how it was stored; None where that failed.
        problem: why it failed.
    """

    receipt: WriteResult | None = None
    problem: Problem | None = None
