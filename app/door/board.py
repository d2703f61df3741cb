"""Where the parts of the watch write what they know, and who reads it."""

import logging
from collections.abc import Callable

import msgspec

from app.door.details import trace_of
from app.door.kinds import TunnelKind
from app.door.signs import Hint
from app.door.state import DoorState, TunnelStage

log = logging.getLogger(__name__)


class Board:
    """The state of the front door, and those who follow it. Belongs to one loop.

    Attributes:
        state: what is known now.
        was_found: whether the public URL was ever found among the tunnels that are there.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self.state = DoorState()
        self.was_found = False
        self._observers: list[Callable[[DoorState], None]] = []

    def observe(self, on_change: Callable[[DoorState], None]) -> None:
        """Have `on_change` called with each new state."""
        self._observers.append(on_change)

    def say(self, **changes: object) -> None:
        """Change the state."""
        changed = msgspec.structs.replace(self.state, **changes)
        if changed != self.state:
            self.state = changed
            for on_change in self._observers:
                try:
                    on_change(changed)
                except Exception as error:  # noqa: BLE001 - who looks must not stop what is seen
                    log.error("A new state of the door was not taken: %s", trace_of(error))  # noqa: TRY400

    def leads_to(self, url: str, kind: TunnelKind) -> bool:
        """Tell whether this is the public URL."""
        return (url, kind) == (self.state.public_url, self.state.kind)

    def hint(self) -> Hint:
        """Return what is known of the public URL's tunnel on this side."""
        state = self.state
        if state.tunnel is not None and state.tunnel.order.kind is state.kind:
            return Hint(state.kind, state.tunnel.stage is TunnelStage.UP)
        found = next((one for one in state.found if one.url == state.public_url), None)
        if found is not None:
            return Hint(state.kind, found.is_connected)
        return Hint(state.kind, False if self.was_found else None)
