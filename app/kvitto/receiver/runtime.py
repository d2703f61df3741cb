"""Store, receiver and control listener together, built and torn down in one place."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self

from kvitto import __version__
from kvitto.clock import utc_now
from kvitto.receiver.control_commands import answer_of
from kvitto.receiver.control_messages import GetStatus, ReceiverPhase, ReceiverStatus, Request, Stop
from kvitto.receiver.control_server import ControlServer
from kvitto.receiver.dropped_bodies import DroppedBodies
from kvitto.receiver.heartbeat import HeartbeatWriter, read_clocks
from kvitto.receiver.keep_awake import KeepAwake, SleepState
from kvitto.receiver.listener import PortSharing
from kvitto.receiver.probes import Probes
from kvitto.receiver.receiver_errors import (
    PortTakenError,
    ReceiverError,
    ReceiverUnreachableError,
    problem_of,
)
from kvitto.receiver.reprocess import Reprocessor
from kvitto.receiver.server import ReceiverService
from kvitto.receiver.spool_opening import open_spool
from kvitto.receiver.store_health import StoreWatch
from kvitto.receiver.store_opening import open_for_receiving
from kvitto.receiver.unauthorized import ClientSources, save_sources
from kvitto.receiver.urls import DEFAULT_HOST, DEFAULT_PORT, authority, callback_url
from kvitto.receiver.valid_keys import ValidKeys
from kvitto.sleep_inhibitor.inhibitor import Inhibitor, system_inhibitor
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.clock_guard import NoteClock
from kvitto.store.damage_check import DamageCheck
from kvitto.store.database import FileDatabase
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.folder import prepare_folder
from kvitto.store.lockfile import Instance, InstanceInfo
from kvitto.store.migrations.runner import OnUpgrade, UpgradeProgress, go_on
from kvitto.store.quarantine import QuarantineReader
from kvitto.store.reader import Reader
from kvitto.store.sqlite_version import log_repair_notice
from kvitto.store.writer import Writer

log = logging.getLogger(__name__)


class ReceiverRuntime:
    """Receives into a data folder, from its construction until `close`.

    Attributes:
        folder: the data folder.
        database, reader: the store's database, and what reads it.
        callback_keys, keys: those of the callback URL, and of them the valid ones: within a minute.
        writer, reprocessor: the store's writer, and what parses refused requests again.
        service: the receiver; another one after `listen`.
        stop_requested: is set when a window has asked it to end; its owner closes it then.

    Args:
        folder: the data folder; made where it is missing.
        store: the store on a server; None for the one of the folder.
        spool: whether reports are kept in the folder while that server can't be reached.
        host, port: the address and port to listen on; port 0 takes any free one.
        no_auth: whether reports are taken without a key, too.
        must_listen: whether it fails where it can't listen; otherwise it goes on without, with the
            reason in its status, and `listen` can be called.
        is_background: whether a window started it, to be ended by a window.
        lock_wait_s: how long to wait for another receiver to unlock the folder.
        sockets: sockets that listen at `host` and `port` already; none to open them.
        stop_requested: what to set when a window has asked it to end; None for an event of its own.
        on_reachable: is called with how it is controlled, before the store is opened.
        on_commit: is called with each new revision of the store, on the writer's thread.
        on_resume: is called when the computer has slept, on a thread of the runtime's.
        on_upgrade: is called with the progress of an upgrade of the database, and may stop it.
        find_inhibitor: returns the system's sleep inhibitor; None where there is none.

    Raises:
        StoreError: the folder or its database can't be used, or another Kvitto uses it.
        ReceiverError: it can't listen there.
        InterruptedError: `on_upgrade`, or a window, stopped the upgrade.
    """

    def __init__(
        self,
        folder: Path,
        *,
        store: StoreUrl | None = None,
        spool: bool = False,
        host: str = DEFAULT_HOST,
        port: int = DEFAULT_PORT,
        no_auth: bool = False,
        must_listen: bool = True,
        is_background: bool = False,
        lock_wait_s: float = 0.0,
        sockets: Sequence[socket.socket] = (),
        stop_requested: threading.Event | None = None,
        on_reachable: Callable[[InstanceInfo], None] = lambda _where: None,
        on_commit: Callable[[int], None] = lambda _revision: None,
        on_resume: Callable[[], None] = lambda: None,
        on_upgrade: OnUpgrade = go_on,
        find_inhibitor: Callable[[], Inhibitor | None] = system_inhibitor,
    ) -> None:
        self.folder = folder
        self.stop_requested: Final = stop_requested or threading.Event()
        self._no_auth = no_auth
        self._is_background = is_background
        self._on_commit, self._on_resume = on_commit, on_resume
        self._on_upgrade = on_upgrade
        self._phase = ReceiverPhase.STARTING
        self._upgrade: UpgradeProgress | None = None
        self._trouble: ReceiverError | None = None
        self._revision = self._resumes = 0
        self._probes: Final = Probes()
        self._unknown_callers: Final = ClientSources(utc_now)
        self._dropped_bodies: Final = DroppedBodies()
        self._moving = threading.Lock()
        self._is_published = False
        self._sleep: KeepAwake | None = None
        self._heartbeat: HeartbeatWriter | None = None
        with ExitStack() as building:
            prepare_folder(folder)
            self._instance = building.enter_context(Instance(folder, wait_s=lock_wait_s))
            # First of all: its status shows the progress of the rest.
            self._control = building.enter_context(ControlServer(self._answer, self.status))
            self._tell("")
            on_reachable(self._instance_info(""))
            self.database = building.enter_context(
                open_for_receiving(folder, store, self._on_upgrade_progress, has_spool=spool)
            )
            self.reader = Reader(self.database)
            self.callback_keys = CallbackKeyStore(self.database)
            opened = open_spool(building, folder, store, self._control.notify, is_taking=spool)
            self.spool: Final = opened[0]
            self.keys: Final = ValidKeys(self.callback_keys, self.spool)
            self.writer = Writer(self.database, on_commit=self._on_revision)
            self.writer.start()
            self._store_watch = StoreWatch(
                self.database, self.writer, self.keys.numbers, self._control.notify, *opened
            )
            rejections = QuarantineReader(self.database)
            self.reprocessor = Reprocessor(rejections, self.writer, self._control.notify)
            # Before anything is received by them.
            self.writer.edit(NoteClock(read_clocks()))
            building.callback(self.writer.close)
            building.callback(self.reprocessor.close)
            if self.spool is not None:
                self.spool.start(self.writer, self._store_watch.note_fault)
            # Before the first heartbeat: this checks how the last run has ended.
            damage = None
            if isinstance(self.database, FileDatabase):
                damage = building.enter_context(DamageCheck(self.database, self.writer, utc_now))
            building.callback(save_sources, self._unknown_callers, self.writer)
            if notice := log_repair_notice():
                log.info("%s", notice)
            self.service = self._new_service(host, port, sockets)
            building.callback(self._stop_listening)
            try:
                self._start_listening(self.service)
            except ReceiverError as error:
                if must_listen:
                    raise
                log.warning("Not listening: %s", error)
            if damage is not None:
                damage.start()
            self._upgrade = None
            self._sleep = building.enter_context(
                KeepAwake(
                    self.reader,
                    folder,
                    self._control.notify,
                    find=find_inhibitor,
                    on_fault=self._store_watch.note_fault,
                )
            )
            self._enter(ReceiverPhase.RUNNING)
            building.callback(self._enter, ReceiverPhase.STOPPING)
            self._teardown = building.pop_all()

    @property
    def callback_url(self) -> str:
        """The local callback URL, with its key: for the user's eyes, never for a log."""
        return callback_url(self.service.host, self.service.port, self.keys.newest.value)

    def status(self) -> ReceiverStatus:
        """Return how it is now, from any thread."""
        service = None if self._phase is ReceiverPhase.STARTING else self.service
        return ReceiverStatus(
            pid=os.getpid(),
            version=__version__,
            phase=self._phase,
            is_background=self._is_background,
            host="" if service is None else service.host,
            port=0 if service is None or self._trouble is not None else service.port,
            trouble=None if self._trouble is None else problem_of(self._trouble),
            upgrade=self._upgrade,
            revision=self._revision,
            resumes=self._resumes,
            alarm=None if service is None else self._store_watch.alarm(),
            notice=None if service is None else self._store_watch.notice(),
            repairs=0 if service is None else self._store_watch.repairs(),
            sleep=SleepState.NOT_NEEDED if self._sleep is None else self._sleep.state,
            no_auth=self._no_auth,
            probe_key=self._probes.key,
            dropped_bodies=self._dropped_bodies.by_key(),
            reprocess=None if service is None else self.reprocessor.state,
            **({} if service is None else {"counters": service.snapshot()}),
        )

    def look_at_sleep(self) -> None:
        """Look soon whether the computer is to be kept awake; from any thread."""
        if self._sleep is not None:
            self._sleep.look()

    def set_no_auth(self, *, no_auth: bool) -> None:
        """Take reports without a key, too, or not any more; from any thread."""
        with self._moving:
            self._no_auth = no_auth
            self.service.set_no_auth(no_auth=no_auth)
        log.info("Reports without a key are %s", "accepted" if no_auth else "refused")
        self._control.notify()

    def ask_to_stop(self) -> None:
        """Request that its owner closes it."""
        self.stop_requested.set()

    def listen(self, host: str, port: int) -> None:
        """Listen here from now on; what was listened on before is kept until that works.

        Not on the control listener's loop: requests under way at the old address are finished.

        Raises:
            ReceiverError: it can't listen there; it goes on as before.
        """
        with self._moving:
            old, was_listening = self.service, self._trouble is None
            if was_listening and old.host == host and port in {0, old.port}:
                return
            new = self._new_service(host, port)
            try:
                self._start_listening(new)
            except PortTakenError:
                if not (was_listening and port == old.port):
                    raise
                # This receiver has it itself, at another address.
                self._swap_at_the_same_port(old, new)
            else:
                old.stop()
            log.info("Moved to %s, port %d", new.host, new.port)

    def close(self) -> None:
        """Stop listening, answer and store what is under way, and unlock the folder."""
        self._teardown.close()

    def __enter__(self) -> Self:
        """Return the runtime itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close it."""
        self.close()

    # --- Listening ------------------------------------------------------------------------------

    def _new_service(
        self, host: str, port: int, sockets: Sequence[socket.socket] = ()
    ) -> ReceiverService:
        return ReceiverService(
            self._store_watch.append,
            lambda: self.keys.all,
            host=host,
            port=port,
            sharing=PortSharing.BY_SUCCESSOR if self._is_background else PortSharing.NONE,
            sockets=sockets,
            no_auth=self._no_auth,
            is_stalled=lambda: self._store_watch.is_stalled,
            health=self._store_watch.health,
            probes=self._probes,
            unknown_callers=self._unknown_callers,
            dropped_bodies=self._dropped_bodies,
            on_fault=self._store_watch.note_fault,
        )

    def _start_listening(self, service: ReceiverService) -> None:
        """Start a service and use it from now on; where it can't listen, the status says why.

        Raises:
            ReceiverError: it can't listen; the service of before is used as before.
        """
        try:
            service.start()
        except ReceiverError as error:
            if self._heartbeat is None:
                self._trouble = error
                self._control.notify()
            raise
        self.service = service
        self._trouble = None
        if self._heartbeat is None:
            self._heartbeat = HeartbeatWriter(
                self.writer,
                utc_now,
                read_clocks,
                on_heartbeat=self.keys.revoke_and_read,
                on_resume=self._on_resumed,
                chores=self._do_chores,
                on_fault=self._store_watch.note_fault,
                has_kept_all=self._store_watch.has_kept_all,
                keeper=self.spool,
                on_name_taken=self._store_watch.take_other_name,
                receiver=(self.database.receiver, self.database.folder_id),
            )
        self._tell(self._address)
        self._control.notify()

    def _swap_at_the_same_port(self, old: ReceiverService, new: ReceiverService) -> None:
        old.stop()
        try:
            self._start_listening(new)
        except ReceiverError as error:
            back = self._new_service(old.host, old.port)
            try:
                self._start_listening(back)
            except ReceiverError as worse:
                # Another program has taken the port: nothing listens now.
                self._end_heartbeat()
                self._trouble = worse
                self._tell("")
                self._control.notify()
                raise worse from error
            raise

    def _stop_listening(self) -> None:
        self._end_heartbeat()
        self.service.stop()

    def _end_heartbeat(self) -> None:
        heartbeat, self._heartbeat = self._heartbeat, None
        if heartbeat is not None:
            heartbeat.close()

    # --- Status ---------------------------------------------------------------------------------

    @property
    def _address(self) -> str:
        return f"http://{authority(self.service.host, self.service.port)}"

    def _instance_info(self, address: str) -> InstanceInfo:
        return InstanceInfo(
            os.getpid(),
            address,
            self._probes.key,
            self._control.port,
            self._control.token,
            __version__,
        )

    def _tell(self, address: str) -> None:
        self._is_published = self._instance.tell(self._instance_info(address))

    def _enter(self, phase: ReceiverPhase) -> None:
        self._phase = phase
        self._control.notify()

    async def _answer(self, request: Request) -> Any:
        if self._phase is not ReceiverPhase.RUNNING and not isinstance(request, GetStatus | Stop):
            raise ReceiverUnreachableError(f"the receiver is {self._phase}")
        return await answer_of(self, request)

    def _on_upgrade_progress(self, progress: UpgradeProgress) -> bool:
        self._upgrade = progress
        self._control.notify()
        return self._on_upgrade(progress) and not self.stop_requested.is_set()

    def _on_revision(self, revision: int) -> None:
        self._revision = revision
        self._control.notify()
        self.look_at_sleep()
        self._on_commit(revision)

    def _on_resumed(self) -> None:
        self._resumes += 1
        self._control.notify()
        self._on_resume()

    # --- Periodic work --------------------------------------------------------------------------

    def _do_chores(self) -> None:
        """See to the folder's lock, and store who called; on the heartbeat's thread."""
        if self._instance.renew():
            log.warning("The lock of the data folder was deleted, and is made anew")
        if not (self._is_published and self._instance.is_told()):  # full disk, or deleted
            self._tell(self._address)
        save_sources(self._unknown_callers, self.writer)
        self.keys.read_if_unknown()
