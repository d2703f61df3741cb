"""Keep the reachability's state, and notify its observers."""

import logging
from collections.abc import Callable

import msgspec

from kvitto.reachability.diagnosis import Hint
from kvitto.reachability.reachability_status import ReachabilityState, TunnelStage
from kvitto.reachability.tunnels.providers import TunnelProvider
from kvitto.receiver.error_details import trace_of

log = logging.getLogger(__name__)


class StateStore:
    """The state of the reachability, and its observers. Belongs to one loop.

    Attributes:
        state: what is known now.
        was_found: whether the public URL was ever found among the tunnels that are there.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self.state = ReachabilityState()
        self.was_found = False
        self._observers: list[Callable[[ReachabilityState], None]] = []

    def observe(self, on_change: Callable[[ReachabilityState], None]) -> None:
        """Have `on_change` called with each new state."""
        self._observers.append(on_change)

    def update(self, **changes: object) -> None:
        """Change the state."""
        changed = msgspec.structs.replace(self.state, **changes)
        if changed != self.state:
            self.state = changed
            for on_change in self._observers:
                try:
                    on_change(changed)
                except Exception as error:  # noqa: BLE001 - a failing observer must not stop the monitor
                    log.error("An observer of the reachability failed: %s", trace_of(error))  # noqa: TRY400

    def leads_to(self, url: str, kind: TunnelProvider) -> bool:
        """Return whether this is the public URL."""
        return (url, kind) == (self.state.public_url, self.state.kind)

    def hint(self) -> Hint:
        """Return what is known of the public URL's tunnel on this side."""
        state = self.state
        if state.tunnel is not None and state.tunnel.config.kind is state.kind:
            return Hint(state.kind, state.tunnel.stage is TunnelStage.UP)
        found = next((one for one in state.found if one.url == state.public_url), None)
        if found is not None:
            return Hint(state.kind, found.is_connected)
        return Hint(state.kind, False if self.was_found else None)
