"""What is known about the reachability at one moment."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from kvitto.reachability.evidence import Evidence, Moment
from kvitto.reachability.failures import INCONCLUSIVE, CheckFailure, ProbeResult
from kvitto.reachability.host_scope import HostScope
from kvitto.reachability.input_errors import InputFault
from kvitto.reachability.public_url import scope_of_base
from kvitto.reachability.tunnels.providers import TunnelConfig, TunnelProvider


class UrlStatus(StrEnum):
    """Whether a public URL leads here."""

    REACHABLE = "reachable"
    """A test came back, or a report came by it, not long ago."""
    UNREACHABLE = "unreachable"
    """The last test did not come back."""
    UNKNOWN = "unknown"
    """It was not tested lately, or could not be."""


class UrlCheck(msgspec.Struct, frozen=True):
    """What is known of one URL.

    Attributes:
        url: the URL, without the path to the receiver.
        callback_key_id: the id of the callback key that belongs to it.
        status: whether it leads here.
        checked_at: when that was found out, UTC; None for never.
    """

    url: str
    callback_key_id: int
    status: UrlStatus = UrlStatus.UNKNOWN
    checked_at: datetime | None = None


class ReachabilityStatus(StrEnum):
    """Whether the public URL leads here."""

    LOCAL_ONLY = "local_only"
    """No public URL is chosen: programs on this computer reach us, nobody else need."""
    UNKNOWN = "unknown"
    """A public URL is chosen, and whether it leads here is not known: it was not tested lately, the
    test can't be made from here, or nothing receives here now."""
    NETWORK_ONLY = "network_only"
    """It leads here, but its host can be reached from this network only: not by the SMS service."""
    REACHABLE = "reachable"
    """A test came back lately, or a report came."""
    UNREACHABLE = "unreachable"
    """The last test did not come back; `failure_at` says why."""


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
        config: which.
        stage: how far it is.
        url: its public URL, without a path; "" while that is not known.
        lines: the last lines of its program's output, oldest first, without credentials.
        exit_code: how its program ended last; None before.
        retry_at: WAITING: when it is started again, UTC.
        failures: how often its program has ended by itself in a row.
        fault: MISSING: what is wrong with the configuration, where it is that.
    """

    config: TunnelConfig
    stage: TunnelStage
    url: str = ""
    lines: tuple[str, ...] = ()
    exit_code: int | None = None
    retry_at: datetime | None = None
    failures: int = 0
    fault: InputFault | None = None


class FoundTunnel(msgspec.Struct, frozen=True):
    """A tunnel that is there, whoever started it.

    Attributes:
        kind: which program.
        url: its public URL, without a path.
        leads_here: whether it leads to the port on which we listen; None where that can't be told.
        is_connected: whether its program says that it is connected; None where it does not say.
    """

    kind: TunnelProvider
    url: str
    leads_here: bool | None = None
    is_connected: bool | None = None


class ReachabilityState(msgspec.Struct, frozen=True):
    """What is known about the reachability.

    Attributes:
        public_url: the chosen public URL without a path or a slash at its end; "" for none.
        kind: which tunnel it belongs to.
        callback_key_id: the id of the callback key that belongs to it; None without one.
        tunnel: the tunnel that we run; None if none was started.
        found: the tunnels that were found, ours too.
        last_probe: what came of the last test of this URL.
        address_scope: from where the addresses of its host could be reached when some were found
            last; None where none was.
        known_good: the last proof that this URL leads here, in this run: a test, or a report.
        known_bad: that the last test did not come back; None once there is a newer proof.
        last_good: the time of the last proof, of an earlier run too, UTC.
        unreachable_since: UNREACHABLE: the last moment for which the URL is known to have worked,
            UTC.
        next_probe: when the next test is due, UTC.
        is_testing: whether a test is under way.
        others: the other public URLs that batches report to, those by which reports came last
            first.
        can_test: whether the receiver can be tested from here: False where nothing receives.
        refused_url: what was to be the public URL, or the one of the tunnel, and can't be; "" for
            none.
        refused_for: why.
    """

    public_url: str = ""
    kind: TunnelProvider = TunnelProvider.OTHER
    callback_key_id: int | None = None
    tunnel: TunnelState | None = None
    found: Sequence[FoundTunnel] = ()
    last_probe: ProbeResult | None = None
    address_scope: HostScope | None = None
    known_good: Evidence | None = None
    known_bad: Evidence | None = None
    last_good: datetime | None = None
    unreachable_since: datetime | None = None
    next_probe: datetime | None = None
    is_testing: bool = False
    can_test: bool = True
    others: Sequence[UrlCheck] = ()
    refused_url: str = ""
    refused_for: InputFault | None = None

    def status_at(self, now: Moment) -> ReachabilityStatus:
        """Return the status at a moment: evidence that is too old does not count."""
        if not self.public_url:
            return ReachabilityStatus.LOCAL_ONLY
        if not self.can_test:
            return ReachabilityStatus.UNKNOWN
        if self.known_bad is not None:
            failure = self.failure_at(now)
            return (
                ReachabilityStatus.UNKNOWN
                if failure in _NOTHING_KNOWN
                else ReachabilityStatus.UNREACHABLE
            )
        if self.known_good is None or not self.known_good.is_fresh(now):
            return ReachabilityStatus.UNKNOWN
        return (
            ReachabilityStatus.REACHABLE
            if self.scope is HostScope.PUBLIC
            else ReachabilityStatus.NETWORK_ONLY
        )

    def failure_at(self, now: Moment) -> CheckFailure | None:
        """Return why the URL does not lead here, or why nothing is known; None without a reason."""
        if self.last_probe is None or self.known_bad is None or not self.public_url:
            return None
        return self.last_probe.failure if self.known_bad.is_fresh(now) and self.can_test else None

    @property
    def scope(self) -> HostScope:
        """From where the host of the public URL can be reached, by its name and its addresses."""
        by_name = scope_of_base(self.public_url)
        if by_name is not HostScope.PUBLIC or self.address_scope is None:
            return by_name
        return self.address_scope


_NOTHING_KNOWN: Final = INCONCLUSIVE | {None}
