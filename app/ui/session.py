"""The store and the receiver behind one window: our own, or those of a `kvitto receive`."""

from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.core.door import NOT_RUNNING, ClosedBy, Closure
from app.core.report import Origin
from app.door.public_url import public_callback_url
from app.receiver.address import DEFAULT_HOST, DEFAULT_PORT, callback_url
from app.receiver.errors import ReceiverError
from app.receiver.probes import Probes
from app.receiver.reception import Reception
from app.receiver.service import utc_now
from app.receiver.tally import ReceiverCounters
from app.store.arrivals import Receipt, ReportArrival
from app.store.database import open_database
from app.store.doors import DoorReader
from app.store.edits import Edit
from app.store.errors import AlreadyRunningError
from app.store.finding import Finder
from app.store.instance import Whereabouts, is_alive, whereabouts
from app.store.reader import Reader
from app.store.secrets import CallbackSecret, SecretStore
from app.store.traffic import Traffic
from app.store.unauthorized import ClientSource, UnauthorizedReader
from app.store.upgrading import OnUpgrade, go_on
from app.store.writer import Writer

if TYPE_CHECKING:
    from app.store.charts import ChartReader

_SILENCE: Final = timedelta(seconds=15)
"""Signs of life are a few seconds apart: another process that was silent for so long has ended."""


class Session:
    """Everything that the window reads from and asks of, from its construction until `close`.

    The store is always there. The receiver is ours, or another process's (`attached_to`), or can't
    listen (`trouble`); in the last two cases we read, and the user's edits are written, but nothing
    is received here. All calls but the properties may take long: not in the window's thread.

    Attributes:
        folder: the data folder.
        database: its database.
        reader, finder, traffic, doors, unauthorized: read the store.
        secrets: the secrets of the callback URL.
        attached_to: where the other process is that receives into the folder.
        trouble: why we can't listen.

    Args:
        folder: the data folder; made where it is missing.
        host, port, is_open: as of `Reception`.
        on_commit: is told each new revision on the writer's thread.
        on_upgrade: is told how far an upgrade of the database is, and may stop it.

    Raises:
        StoreError: the store can't be used; says why in words.
        InterruptedError: `on_upgrade` stopped the upgrade.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str = DEFAULT_HOST,
        port: int = DEFAULT_PORT,
        is_open: bool = False,
        on_commit: Callable[[int], None] = lambda _revision: None,
        on_upgrade: OnUpgrade = go_on,
    ) -> None:
        self.folder: Final = folder
        self._is_open = is_open
        self._on_commit = on_commit
        self._when_woken: Callable[[], None] = lambda: None
        self.database: Final = open_database(folder, on_upgrade=on_upgrade)
        self.reader: Final = Reader(self.database)
        self.finder: Final = Finder(self.database)
        self.traffic: Final = Traffic(self.database)
        self.doors: Final = DoorReader(self.database)
        self.unauthorized: Final = UnauthorizedReader(self.database)
        self.secrets: Final = SecretStore(self.database)
        self.attached_to: Whereabouts | None = None
        self.trouble: ReceiverError | None = None
        self._reception: Reception | None = None
        self._receiving = ExitStack()
        self._writer: Writer
        try:
            self._start(host, port)
        except BaseException:
            self.database.close()
            raise

    @cached_property
    def charts(self) -> "ChartReader":
        """Reads the store for the charts. What that takes is loaded at the first call."""
        from app.store.charts import ChartReader

        return ChartReader(self.database)

    @property
    def is_receiving(self) -> bool:
        """Whether reports are received in this process."""
        return self._reception is not None

    @property
    def listens_on(self) -> tuple[str, int] | None:
        """The address and the port on which reports are received in this process."""
        if self._reception is None:
            return None
        return self._reception.service.host, self._reception.service.port

    @property
    def alarm(self) -> str:
        """Why the store can't be written now, a sentence; "" while it can."""
        alarm = self._writer.alarm
        return "" if alarm is None else alarm.sentence

    def read_callback_url(self) -> str:
        """Return the local callback URL, with its secret; "" where nobody receives."""
        if self._reception is not None:
            return self._reception.callback_url
        address = self.read_address()
        if address is None:
            return ""
        return callback_url(*address, self.secrets.newest(utc_now()).value)

    def read_address(self) -> tuple[str, int] | None:
        """Return where reports are received, by whichever process; None where nobody receives."""
        if self._reception is not None:
            return self._reception.service.host, self._reception.service.port
        if self.attached_to is None or not self.attached_to.address:
            return None
        host, _, port = self.attached_to.address.removeprefix("http://").rpartition(":")
        return host.strip("[]"), int(port)

    def read_public_url(self, base: str) -> str:
        """Return the callback URL at a public URL, with the secret that belongs to it.

        Args:
            base: of `public_base`.
        """
        secret = self.secrets.for_public_url(base, utc_now())
        self._secrets_changed()
        return public_callback_url(base, secret.value)

    def counters(self) -> ReceiverCounters | None:
        """Return what our receiver has done so far; None where another process receives."""
        return None if self._reception is None else self._reception.service.snapshot()

    def read_probes(self) -> Probes | None:
        """Return what makes probes that the receiver knows, ours or another process's.

        None where nobody receives, or an older Kvitto does.
        """
        if self._reception is not None:
            return self._reception.service.probes
        if self.attached_to is None:
            return None
        # The other one may have been started anew since we looked.
        found = whereabouts(self.folder)
        return Probes(found.probe_key) if found is not None and found.probe_key else None

    def strangers(self) -> list[ClientSource]:
        """Return who knocked, the latest first."""
        return self.unauthorized.latest()

    def believe(self, header: str | None) -> None:
        """Take strangers' addresses from this header of the tunnel; see `Strangers.believe`."""
        if self._reception is not None:
            self._reception.service.strangers.believe(header)

    def closures(self, since: datetime) -> list[Closure]:
        """Return when no report could come in, as `DoorReader.closures`; up to this moment.

        A store that can't be written now can't say so itself: that is told by the receiver.

        Raises:
            StoreError: the store can't be read.
        """
        now = utc_now()
        found = self.doors.closures(since, now=now, is_running=self.is_receiving)
        if self.attached_to is not None:
            # Its last sign of life is always a little old.
            found = [one for one in found if not _is_fresh_silence(one, now)]
        counters = self.counters()
        if counters is not None and counters.alarm is not None:
            found.append(Closure(counters.alarm.since, None, ClosedBy.DISK))
        return found

    def when_woken(self, call: Callable[[], None]) -> None:
        """Have `call` called on another thread when the computer has slept, where we receive."""
        self._when_woken = call

    # --- What the user asks for -----------------------------------------------------------------

    def edit(self, edit: Edit) -> Future[int]:
        """Make a change of the user's; see `Writer.edit`. Await it with `asyncio.wrap_future`."""
        return self._writer.edit(edit)

    def append(self, arrival: ReportArrival) -> Awaitable[Receipt]:
        """Store a report that came by another way than HTTP; see `Writer.append`."""
        return self._writer.append(arrival)

    def read_demo_url(self, base: str = "") -> str:
        """Return the callback URL of the demo: what comes by it never counts as real.

        Makes its secret at the first call; "" where nobody receives.

        Args:
            base: a public URL, of `public_base`; "" for the local one.
        """
        known = [one for one in self.secrets.valid() if one.origin is Origin.DEMO]
        demo = known[-1] if known else self.secrets.make(utc_now(), Origin.DEMO)
        self._secrets_changed()
        address = self.read_address()
        if address is None:
            return ""
        return public_callback_url(base, demo.value) if base else callback_url(*address, demo.value)

    def valid_secrets(self) -> Sequence[CallbackSecret]:
        """Return the secrets that are valid, oldest first."""
        return self.secrets.valid()

    def renew_secret(self, key: int | None = None) -> CallbackSecret:
        """Make a new secret for a callback URL; the one before keeps working.

        That ends by itself when no batch needs it any more.

        Args:
            key: of the secret that is renewed; None for the one of the local URL.
        """
        now = utc_now()
        made = self.secrets.renew(self.secrets.newest(now).key if key is None else key, now)
        self._secrets_changed()
        return made

    def end_secret(self, key: int) -> None:
        """End a secret: who still uses its URL is a stranger from now on."""
        self.secrets.end(key, utc_now())
        self._secrets_changed()

    def look_for_others(self) -> bool:
        """Look again whether another process receives, and where; return whether that changed.

        Looks at nothing while we receive, or would but can't listen.
        """
        if self.is_receiving or self.trouble is not None:
            return False
        before, found = self.attached_to, whereabouts(self.folder)
        if found is not None and not is_alive(found):
            found = None
        if found is None and before is not None and not before.pid:
            return False  # it could not tell where it is, and can't take that back
        self.attached_to = found
        return found != before

    def restart(self, host: str, port: int) -> None:
        """Stop receiving and start again at another address; look at `trouble` afterwards.

        Raises:
            StoreError: the store can't be used.
        """
        self._receiving.close()
        self._start(host, port)

    def close(self) -> None:
        """Stop receiving, answer and store what is under way, and close the store."""
        self._receiving.close()
        self.database.close()

    def _start(self, host: str, port: int) -> None:
        self.attached_to = None
        self.trouble = None
        self._reception = None
        with ExitStack() as building:
            try:
                self._reception = building.enter_context(
                    Reception(
                        self.folder,
                        host=host,
                        port=port,
                        is_open=self._is_open,
                        on_commit=self._on_commit,
                        on_woken=self._on_woken,
                    )
                )
                self._writer = self._reception.writer
            except AlreadyRunningError:
                self.attached_to = whereabouts(self.folder) or Whereabouts(0, "")
            except ReceiverError as error:
                self.trouble = error
            if self._reception is None:
                self._writer = Writer(self.database, on_commit=self._on_commit)
                self._writer.start()
                building.callback(self._writer.close)
            self._receiving = building.pop_all()

    def take_secrets(self) -> None:
        """Take to the secrets that are valid now: somebody may have made one."""
        self._secrets_changed()

    def _on_woken(self) -> None:
        self._when_woken()

    def _secrets_changed(self) -> None:
        if self._reception is not None:
            self._reception.read_secrets()


def _is_fresh_silence(closure: Closure, now: datetime) -> bool:
    return closure.end is None and closure.by in NOT_RUNNING and now - closure.begin < _SILENCE
