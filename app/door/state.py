"""What is known about the front door at one moment."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from app.door.faults import Fault, ProbeResult
from app.door.kinds import TunnelKind, TunnelOrder
from app.door.url_check import UrlCheck


class DoorStatus(StrEnum):
    """The state of the front door in a word."""

    LOCAL_ONLY = "local_only"
    """No public URL is chosen: programs on this computer reach us, nobody else need."""
    UNKNOWN = "unknown"
    """A public URL is chosen and was not tested yet, or nothing receives here now."""
    OPEN = "open"
    """The last test came back, or a report has come since."""
    CLOSED = "closed"
    """The last test did not come back; `fault` says why."""


class TunnelStage(StrEnum):
    """How far a tunnel is that we run."""

    STARTING = "starting"
    """Its program runs; its URL is not known yet."""
    UP = "up"
    """Its program runs, and its URL is known."""
    WAITING = "waiting"
    """Its program has ended, and is started again in a while."""
    MISSING = "missing"
    """Its program is not installed, or can't be started."""
    STOPPED = "stopped"
    """We have stopped it."""


class TunnelState(msgspec.Struct, frozen=True):
    """A tunnel that we run.

    Attributes:
        order: which.
        stage: how far it is.
        url: its public URL, without a path; "" while that is not known.
        lines: the last lines that its program said, oldest first, without secrets.
        exit_code: how its program ended last; None before.
        retry_at: WAITING: when it is started again, UTC.
        failures: how often its program has ended by itself in a row.
    """

    order: TunnelOrder
    stage: TunnelStage
    url: str = ""
    lines: tuple[str, ...] = ()
    exit_code: int | None = None
    retry_at: datetime | None = None
    failures: int = 0


class FoundTunnel(msgspec.Struct, frozen=True):
    """A tunnel that is there, whoever started it.

    Attributes:
        kind: which program.
        url: its public URL, without a path.
        leads_here: whether it leads to the port on which we listen; None where that can't be told.
        is_connected: whether its program says that it is connected; None where it does not say.
    """

    kind: TunnelKind
    url: str
    leads_here: bool | None = None
    is_connected: bool | None = None


class DoorState(msgspec.Struct, frozen=True):
    """What is known about the front door.

    Attributes:
        public_url: the chosen public URL without a path or a slash at its end; "" for none.
        kind: which tunnel it belongs to.
        secret_key: the key of the secret that belongs to it; None without one.
        tunnel: the tunnel that we run; None if none was started.
        found: the tunnels that were found, ours too.
        last_probe: what came of the last test of this URL.
        last_good: the last proof that this URL leads here, UTC: a test, or a report.
        closed_since: CLOSED: the last moment for which it is known that the door was open, UTC.
        next_probe: when the next test is due, UTC.
        is_testing: whether a test is under way.
        others: the other public URLs that batches report to, those by which reports came last
            first.
        can_test: whether the receiver can be tested from here: False where nothing receives.
    """

    public_url: str = ""
    kind: TunnelKind = TunnelKind.OTHER
    secret_key: int | None = None
    tunnel: TunnelState | None = None
    found: Sequence[FoundTunnel] = ()
    last_probe: ProbeResult | None = None
    last_good: datetime | None = None
    closed_since: datetime | None = None
    next_probe: datetime | None = None
    is_testing: bool = False
    can_test: bool = True
    others: Sequence[UrlCheck] = ()

    @property
    def status(self) -> DoorStatus:
        """The state in a word."""
        if not self.public_url:
            return DoorStatus.LOCAL_ONLY
        probe = self.last_probe
        if probe is None or not self.can_test:
            return DoorStatus.UNKNOWN
        is_good = self.last_good is not None and self.last_good >= probe.at
        return DoorStatus.OPEN if is_good else DoorStatus.CLOSED

    @property
    def fault(self) -> Fault | None:
        """Why the door is closed; None while it is not."""
        if self.last_probe is None or self.status is not DoorStatus.CLOSED:
            return None
        return self.last_probe.fault
