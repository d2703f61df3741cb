"""The front door as a thing of Qt's: what is known of it, and what can be asked of it."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from app.clock import utc_now
from app.door.evidence import moment_now
from app.door.kinds import TunnelKind, TunnelOrder
from app.door.orders import OrderError
from app.door.public_url import PublicUrlError, host_of
from app.door.state import DoorState
from app.receiver.address import DEFAULT_PORT
from app.ui.door.fault_words import Way
from app.ui.door.kind_words import program_name
from app.ui.door.standing import Standing, standing_of
from app.ui.preferences import Preferences
from app.ui.session import Session
from app.ui.tasks import Tasks

if TYPE_CHECKING:
    from app.door.watch import DoorWatch


class Door(QObject):
    """What is known of the front door. Belongs to the window's thread.

    Nothing is watched before `begin`. The public URL and the tunnel are kept in the preferences.

    Signals:
        changed: the state or an address is another one.
        failed: a sentence: why something that the user asked for could not be done.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        """Know nothing of the outside yet."""
        super().__init__(parent)
        self._session: Final = session
        self._tasks: Final = tasks
        self._preferences: Final = preferences
        self._watch: DoorWatch | None = None
        self._state = DoorState()
        self._local_url = ""
        self._public_url = ""

    # --- What is known --------------------------------------------------------------------------

    @property
    def state(self) -> DoorState:
        """What the watch knows."""
        return self._state

    @property
    def is_watched(self) -> bool:
        """Whether somebody looks after it: before that, no public URL is no news."""
        return self._watch is not None

    @property
    def local_url(self) -> str:
        """The callback URL on this computer, with its secret; "" where nobody receives."""
        return self._local_url

    @property
    def callback_url(self) -> str:
        """The callback URL for the sender, with its secret: the public one, if one is chosen."""
        return self._public_url or self._local_url

    @property
    def is_local_only(self) -> bool:
        """Whether the callback URL is this computer's own: the sender can't reach it."""
        return bool(self.callback_url) and not self._public_url

    @property
    def detail(self) -> str:
        """The technical details of the last test; "" for none."""
        probe = self._state.last_probe
        return "" if probe is None else probe.detail

    @property
    def standing(self) -> Standing:
        """How the door stands, in a few words."""
        session = self._session
        return standing_of(
            self._state,
            moment_now(),
            is_receiving=session.is_receiving,
            is_starting=session.is_starting,
            is_turning_away=bool(session.alarm),
        )

    @property
    def way(self) -> Way:
        """The way in, for words about it."""
        listens_on = self._session.listens_on
        port = DEFAULT_PORT if listens_on is None else listens_on[1]
        state, probe = self._state, self._state.last_probe
        place = "" if probe is None else probe.place
        return Way(host_of(state.public_url), port, program_name(state.kind), place)

    # --- What is asked --------------------------------------------------------------------------

    def begin(self) -> None:
        """Watch from now on, with the public URL and the tunnel of the last time."""
        # It takes the HTTP client: the window starts sooner without.
        from app.door.doorstep import Doorstep
        from app.door.watch import DoorWatch

        if self._watch is not None:
            return
        session, preferences = self._session, self._preferences
        doorstep = Doorstep(
            session.folder,
            session.secrets,
            session.doors,
            edit=session.edit,
            read_address=session.read_address,
            read_probes=session.read_probes,
            read_dropped_body=session.last_dropped_body,
            believe=session.believe,
        )
        watch = self._watch = DoorWatch(doorstep, session.folder)
        watch.observe(self._on_state)
        session.when_woken(watch.woke)
        order = preferences.tunnel
        if preferences.public_url:
            self.choose(preferences.public_url, preferences.public_kind)
        if order is not None:
            try:
                watch.start_tunnel(order)
            except OrderError as error:
                # Kept by an earlier version, which did not look: told, and not started.
                self.failed.emit(str(error))
        self._tasks.start(watch.run(), "door")

    async def close(self, *, leaves_tunnel: bool = False) -> None:
        """Watch no more, and end the tunnel.

        But not one that a receiver which goes on is reached by, or whose address batches need.
        """
        if self._watch is not None:
            leaves = leaves_tunnel or await self._tasks.in_thread(self._must_leave_tunnel)
            await self._watch.stop(leaves_tunnel=leaves)

    def moved(self) -> None:
        """Note that a secret is another one, or that the receiver was started anew."""
        if self._watch is not None:
            self._watch.moved()
        self.read_addresses()

    def test(self) -> None:
        """Test the front door now."""
        if self._watch is not None:
            self._watch.test_now()

    def look_around(self) -> None:
        """Look for the tunnels that are there."""
        if self._watch is not None:
            self._watch.look_around()

    def choose(self, url: str, kind: TunnelKind) -> None:
        """Use a public URL from now on; "" for none."""
        if self._watch is None:
            return
        try:
            self._watch.choose(url, kind)
        except PublicUrlError as error:
            self.failed.emit(str(error))
        else:
            self._keep_address()

    def start_tunnel(self, order: TunnelOrder) -> None:
        """Start a tunnel now and with Kvitto, and use its URL; one that makes no sense is told."""
        if self._watch is None:
            return
        try:
            self._watch.start_tunnel(order)
        except OrderError as error:
            self.failed.emit(str(error))
        else:
            self._preferences.put_tunnel(order)

    def stop_tunnel(self) -> None:
        """Stop the tunnel that we run."""
        if self._watch is not None:
            self._preferences.put_tunnel(None)
            self._watch.stop_tunnel()

    def read_addresses(self) -> None:
        """Read the callback URLs again."""
        self._tasks.start_latest(self._read_addresses(), "address")

    async def renew_secret(self) -> None:
        """Make a new secret for the callback URL that the sender is given.

        Raises:
            StoreError: it can't be kept.
        """
        await self._tasks.in_thread(self._session.renew_secret, self._state.secret_key)
        self.moved()

    # --- What is heard --------------------------------------------------------------------------

    def _on_state(self, state: DoorState) -> None:
        before, self._state = self._state, state
        has_moved = (state.public_url, state.kind) != (before.public_url, before.kind)
        if has_moved:
            self._keep_address()
        if has_moved or state.secret_key != before.secret_key:
            self._public_url = ""
            self.read_addresses()
        self.changed.emit()

    def _keep_address(self) -> None:
        # What was kept may be none that can be used; then the state is the same without it.
        self._preferences.put("public_kind", self._state.kind.value)
        self._preferences.put("public_url", self._state.public_url)

    async def _read_addresses(self) -> None:
        base = self._state.public_url
        local = await self._tasks.in_thread(self._session.read_callback_url)
        public = ""
        if base and local:
            public = await self._tasks.in_thread(self._session.read_public_url, base)
        if (local, public) != (self._local_url, self._public_url):
            self._local_url, self._public_url = local, public
            self.changed.emit()

    def _must_leave_tunnel(self) -> bool:
        """Tell whether batches are waited for that would not find the tunnel's next address."""
        tunnel = self._state.tunnel
        if tunnel is None or not _is_fleeting(tunnel.order):
            return False
        return bool(self._session.secrets.users(utc_now()))


def _is_fleeting(order: TunnelOrder) -> bool:
    """Tell whether a tunnel gets another address each time."""
    if order.kind is TunnelKind.NGROK:
        return not order.name
    return order.kind is TunnelKind.CLOUDFLARED_QUICK
