"""The reachability monitor as a QObject: its state, and what can be asked of it."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from kvitto.clock import utc_now
from kvitto.reachability.evidence import moment_now
from kvitto.reachability.input_errors import PublicUrlError, TunnelConfigError
from kvitto.reachability.public_url import host_of
from kvitto.reachability.reachability_status import ReachabilityState, ReachabilityStatus, UrlStatus
from kvitto.reachability.tunnels.providers import TunnelConfig, TunnelProvider
from kvitto.store.errors import StoreError
from kvitto.ui.backend import Backend
from kvitto.ui.services.background_tasks import Tasks
from kvitto.ui.services.preferences import Preferences
from kvitto.ui.text.check_failure_text import FailureContext
from kvitto.ui.text.elsewhere_text import elsewhere_text
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.provider_text import program_name
from kvitto.ui.text.reachability_text import Light, StatusText, status_text_of

if TYPE_CHECKING:
    from kvitto.reachability.monitor import ReachabilityMonitor


class Reachability(QObject):
    """What is known of the reachability. Belongs to the window's thread.

    Nothing is watched before `begin`. The public URL and the tunnel are kept in the preferences.

    Signals:
        changed: the state or an address is another one.
        failed: a sentence: why something that the user asked for could not be done.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(
        self,
        backend: Backend,
        tasks: Tasks,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        """Know nothing of the outside yet."""
        super().__init__(parent)
        self._backend: Final = backend
        self._tasks: Final = tasks
        self._preferences: Final = preferences
        self._monitor: ReachabilityMonitor | None = None
        self._state = ReachabilityState()
        self._local_url = ""
        self._public_url = ""

    # --- What is known --------------------------------------------------------------------------

    @property
    def state(self) -> ReachabilityState:
        """What the monitor knows."""
        return self._state

    @property
    def is_watched(self) -> bool:
        """Whether the monitor runs: before that, it is not news that there is no public URL."""
        return self._monitor is not None

    @property
    def local_url(self) -> str:
        """The callback URL on this computer, with its key; "" where nobody receives."""
        return self._local_url

    @property
    def callback_url(self) -> str:
        """The callback URL for the SMS service, with its key: the public one, if one is chosen."""
        return self._public_url or self._local_url

    @property
    def is_local_only(self) -> bool:
        """Whether the callback URL is this computer's own: the SMS service can't reach it."""
        return bool(self.callback_url) and not self._public_url

    @property
    def lost_keys(self) -> frozenset[int]:
        """The ids of the callback keys of earlier addresses that are known not to lead here."""
        others = self._state.others
        return frozenset(
            one.callback_key_id for one in others if one.status is UrlStatus.UNREACHABLE
        )

    @property
    def detail(self) -> str:
        """The technical details of the last test; "" for none."""
        probe = self._state.last_probe
        return "" if probe is None else probe.detail

    @property
    def lights(self) -> tuple[Light, Light, Light]:
        """How far a report gets: Kvitto runs, the internet reaches it, the SMS service uses it."""
        backend, now = self._backend, moment_now()
        if not backend.is_receiving:
            runs = Light.WAITING if backend.is_starting else Light.BAD
            return runs, Light.WAITING, Light.WAITING
        reached = {
            ReachabilityStatus.REACHABLE: Light.GOOD,
            ReachabilityStatus.UNREACHABLE: Light.BAD,
            ReachabilityStatus.NETWORK_ONLY: Light.LOCAL,
            ReachabilityStatus.LOCAL_ONLY: Light.LOCAL,
            ReachabilityStatus.UNKNOWN: Light.WAITING,
        }[self._state.status_at(now)]
        # Where the first report has come, the lamps are not shown any more.
        return Light.BAD if backend.alarm else Light.GOOD, reached, Light.WAITING

    @property
    def status_text(self) -> StatusText:
        """The status in a few words."""
        backend = self._backend
        elsewhere = backend.elsewhere
        if elsewhere is not None and (backend.only_looks or elsewhere.is_lost):
            return elsewhere_text(elsewhere, utc_now())
        return status_text_of(
            self._state,
            moment_now(),
            is_receiving=backend.outlook.is_receiving,
            is_starting=backend.is_starting,
            is_turning_away=bool(backend.alarm),
        )

    @property
    def failure_context(self) -> FailureContext:
        """What texts about a failure need."""
        _, port = self._backend.listens_on or self._backend.asked_address
        state, probe = self._state, self._state.last_probe
        place = "" if probe is None else probe.place
        return FailureContext(host_of(state.public_url), port, program_name(state.kind), place)

    # --- What is asked --------------------------------------------------------------------------

    def begin(self) -> None:
        """Start the monitor, with the public URL and the tunnel of the last run."""
        # It takes the HTTP client: the window starts sooner without.
        from kvitto.reachability.monitor import ReachabilityMonitor
        from kvitto.reachability.receiver_access import ReceiverAccess

        if self._monitor is not None:
            return
        backend, preferences = self._backend, self._preferences
        receiver_access = ReceiverAccess(
            backend.folder,
            backend.callback_keys,
            backend.outage_queries,
            edit=backend.edit,
            read_address=lambda: backend.listens_on,
            read_probes=backend.read_probes,
            read_dropped_body=backend.last_dropped_body,
            trust_header=backend.believe,
        )
        monitor = self._monitor = ReachabilityMonitor(receiver_access, backend.folder)
        monitor.observe(self._on_state)
        backend.when_woken(monitor.resumed)
        config = preferences.tunnel
        if preferences.public_url:
            self.choose(preferences.public_url, preferences.public_kind)
        if config is not None:
            try:
                monitor.start_tunnel(config)
            except TunnelConfigError as error:
                # Kept by an earlier version, which did not validate it: reported, and not started.
                self.failed.emit(error_text(error))
        self._tasks.start(monitor.run(), "reachability")

    async def close(self, *, keeps_tunnel: bool = False) -> None:
        """Stop the monitor, and end the tunnel.

        But not one that a receiver which goes on is reached by, or whose address batches need.
        """
        if self._monitor is not None:
            leaves = keeps_tunnel or await self._tasks.in_thread(self._must_keep_tunnel)
            await self._monitor.stop(keeps_tunnel=leaves)

    def moved(self) -> None:
        """Note that a key is another one, or that the receiver was started anew."""
        if self._monitor is not None:
            self._monitor.moved()
        self.read_addresses()

    def test(self) -> None:
        """Test the public URL now."""
        if self._monitor is not None:
            self._monitor.test_now()

    def discover_now(self) -> None:
        """Discover the tunnels that are running."""
        if self._monitor is not None:
            self._monitor.discover_now()

    def choose(self, url: str, kind: TunnelProvider) -> None:
        """Use a public URL from now on; "" for none."""
        if self._monitor is None:
            return
        try:
            self._monitor.choose(url, kind)
        except PublicUrlError as error:
            self.failed.emit(error_text(error))
        else:
            self._keep_address()

    def start_tunnel(self, config: TunnelConfig) -> None:
        """Start a tunnel now and with Kvitto, and use its URL; an invalid one is reported."""
        if self._monitor is None:
            return
        try:
            self._monitor.start_tunnel(config)
        except TunnelConfigError as error:
            self.failed.emit(error_text(error))
        else:
            self._preferences.put_tunnel(config)

    def stop_tunnel(self) -> None:
        """Stop the tunnel that we run."""
        if self._monitor is not None:
            self._preferences.put_tunnel(None)
            self._monitor.stop_tunnel()

    def read_addresses(self) -> None:
        """Read the callback URLs again."""
        self._tasks.start_latest(self._read_addresses(), "address")

    async def renew_callback_key(self) -> None:
        """Make a new key for the callback URL that the SMS service is given.

        Raises:
            StoreError: it can't be kept.
        """
        await self._tasks.in_thread(self._backend.renew_callback_key, self._state.callback_key_id)
        self.moved()

    # --- What the monitor reports ---------------------------------------------------------------

    def _on_state(self, state: ReachabilityState) -> None:
        before, self._state = self._state, state
        has_moved = (state.public_url, state.kind) != (before.public_url, before.kind)
        if has_moved:
            self._keep_address()
        if has_moved or state.callback_key_id != before.callback_key_id:
            self._public_url = ""
            self.read_addresses()
        self.changed.emit()

    def _keep_address(self) -> None:
        # What was kept may be none that can be used; then the state is the same without it.
        self._preferences.put("public_kind", self._state.kind.value)
        self._preferences.put("public_url", self._state.public_url)

    async def _read_addresses(self) -> None:
        base = self._state.public_url
        public = ""
        try:
            local = await self._tasks.in_thread(self._backend.read_callback_url)
            if base and local:
                public = await self._tasks.in_thread(self._backend.read_public_url, base)
        except StoreError:
            return  # the window tells of the store as a whole
        if (local, public) != (self._local_url, self._public_url):
            self._local_url, self._public_url = local, public
            self.changed.emit()

    def _must_keep_tunnel(self) -> bool:
        """Return whether batches are waited for that would not find the tunnel's next address."""
        tunnel = self._state.tunnel
        if tunnel is None or not _is_fleeting(tunnel.config):
            return False
        return bool(self._backend.callback_keys.users(utc_now()))


def _is_fleeting(config: TunnelConfig) -> bool:
    """Return whether a tunnel gets another address each time."""
    if config.kind is TunnelProvider.NGROK:
        return not config.name
    return config.kind is TunnelProvider.CLOUDFLARED_QUICK
