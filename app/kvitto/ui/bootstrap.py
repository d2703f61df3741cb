"""The window from its start to its end: one place builds, and tears down in reverse order."""

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

import msgspec
from PySide6.QtCore import Qt, qVersion

from kvitto.output import drain_output
from kvitto.receiver.mapping_faults import MappingFaults, started_again_with
from kvitto.receiver.receiver_errors import ReceiverError
from kvitto.receiver.receiver_link import ReceiverLink
from kvitto.receiver.receiver_process import start_process, window_program
from kvitto.store.engines.store_choice import base_of
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import StoreError
from kvitto.store.folder import prepare_window_folder
from kvitto.ui.backend import Backend
from kvitto.ui.dialogs.migration_dialog import MigrationWatch
from kvitto.ui.dialogs.restore_progress import (
    BegunRestore,
    RestoreOrder,
    restore_with_progress,
)
from kvitto.ui.dialogs.startup_error import StartupErrorDialog
from kvitto.ui.main_window import MainWindow
from kvitto.ui.services.background_tasks import Tasks
from kvitto.ui.services.books_access import BooksAccess
from kvitto.ui.services.change_feed import ChangeFeed
from kvitto.ui.services.context import Context
from kvitto.ui.services.early_start import EarlyStart
from kvitto.ui.services.first_steps import FirstSteps
from kvitto.ui.services.interpreter import GarbageCollector, switch_threads_often
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.new_versions import new_versions
from kvitto.ui.services.preferences import Preferences
from kvitto.ui.services.reachability_service import Reachability
from kvitto.ui.services.stop_signals import stopping_on_signals
from kvitto.ui.services.window_loop import new_window_loop
from kvitto.ui.todo.new_version_item import NewVersionItem
from kvitto.ui.widgets.theme import apply_theme
from kvitto.versions import version_line
from kvitto.windows_setup import NO_WINDOW

log = logging.getLogger(__name__)

Visit: TypeAlias = Callable[[MainWindow, Context], Awaitable[None]]
"""Uses the window instead of a person; the program ends when it does."""
_PAINTED_S: Final = 0.1
"""How long after the first reading its rows are on the screen."""


def run_window(
    folder: Path,
    *,
    host: str | None,
    port: int | None,
    no_auth: bool,
    store: StoreUrl | None = None,
    is_hidden: bool = False,
    visit: Visit | None = None,
    steps: EarlyStart | None = None,
) -> int:
    """Show the window until the user ends it; return the exit code.

    Args:
        folder: the data folder; made where it is missing.
        host: the address to listen on; None for what the user prefers.
        port: the port to listen on; None for what the user prefers.
        no_auth: whether reports are taken without a secret, too.
        store: the store on a server; None for the one of the folder.
        is_hidden: whether to start in the tray, where there is one.
        visit: uses the window instead of the user; what it raises is raised here, and so is what
            hinders the window.
        steps: what was done before this module was loaded, by the same arguments; None to do it.
    """
    if steps is None:
        prepare_window_folder(folder)
        steps = EarlyStart(FirstSteps(folder, host=host, port=port, no_auth=no_auth, store=store))
    switch_threads_often()
    log.info("%s", version_line(qVersion()))
    if started_again_with() is not None:
        log.warning("A file that the window was reading was cut, and it was started again")
    faults = MappingFaults(_own_command)
    program = _Program(steps, folder, host=host, port=port, no_auth=no_auth, store=store)
    loop_factory = partial(new_window_loop, steps.application, _end_without_screen)
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        code = runner.run(program.run(is_hidden=is_hidden, visit=visit))
    faults.close()
    if program.restarts:
        log.info("Starting again")
        logging.shutdown()  # nothing that waits to be written outlives this
        _take_place(_own_command())
    return code


def _end_without_screen() -> NoReturn:
    """End this process as a crash would: what receives goes on, and the next window finds it."""
    log.error("The screen is gone, and the window with it; reports are received all the same")
    logging.shutdown()
    drain_output()
    os._exit(1)


def _take_place(command: list[str]) -> None:
    """Start a program in the place of this one, which must end now."""
    if sys.platform == "win32":
        # There, execv starts another process, too, and tears arguments with blanks apart.
        subprocess.Popen(command, creationflags=NO_WINDOW)
    else:
        os.execv(command[0], command)


def _own_command() -> list[str]:
    return [*window_program(), *sys.argv[1:]]


class _Program:
    """Everything that lives as long as the program.

    Attributes:
        restarts: whether the program is to be started again once this has ended.
    """

    def __init__(
        self,
        steps: EarlyStart,
        folder: Path,
        *,
        host: str | None,
        port: int | None,
        no_auth: bool,
        store: StoreUrl | None,
    ) -> None:
        self._steps = steps
        self._single = steps.single
        self._folder = folder
        self._host = host
        self._port = port
        self._no_auth = no_auth
        self._store = store
        self._quit_requested = asyncio.Event()
        self.restarts = False
        self._restored: RestoreOrder | None = None
        self._keeps_receiving = False
        self._is_in_trouble = False
        self._is_attended = True

    async def run(self, *, is_hidden: bool, visit: Visit | None) -> int:
        """Build, show, wait until somebody asks to stop or the visit is over, tear down.

        Returns:
            The exit code: 0 also where another window was there and was raised.
        """
        self._is_attended = visit is None
        async with AsyncExitStack() as stack:
            stack.enter_context(stopping_on_signals(self._quit_requested.set))
            if self._steps.is_end_asked:
                self._quit_requested.set()
            stack.callback(self._single.give_back)
            silence: StoreError | None = None
            try:
                if not (self._steps.has_right or await self._single.take_or_raise()):
                    return 0
            except StoreError as error:
                silence = error
            preferences = _preferences(self._folder)
            stack.callback(preferences.flush)
            apply_theme(self._steps.application, preferences.theme)
            languages = Languages()
            stack.callback(languages.end)
            languages.speak(preferences.language)
            # When nothing has the store open any more, and still nobody else has the right to.
            stack.push_async_callback(self._restore, preferences)
            if silence is not None:
                has_right = await self._ask_for_right(silence)
                if not has_right:
                    return 0 if has_right is False else 1
            tasks = Tasks()
            try:
                backend = await self._open_session(preferences, tasks)
            except (StoreError, ReceiverError):
                await tasks.close()
                raise
            if backend is None:
                await tasks.close()
                return 1 if self._is_in_trouble else 0
            stack.push_async_callback(asyncio.to_thread, self._end, backend)
            collector = GarbageCollector()
            stack.callback(collector.close)
            feed = ChangeFeed(
                backend.reader, tasks, is_notified=lambda: backend.is_told, silence=backend.silence
            )
            feed.read_ahead()
            backend.when_committed(feed.notify)
            reachability = Reachability(backend, tasks, preferences)
            books = BooksAccess(
                backend, tasks, preferences, lost_keys=lambda: reachability.lost_keys
            )
            context = Context(backend, feed, tasks, preferences, reachability, books)
            window = MainWindow(context, languages)
            # Who asks and paints ends before what is painted on, and that before the store.
            stack.callback(window.deleteLater)
            # The link's thread must not speak to what is being destroyed.
            stack.callback(backend.link.observers.clear)
            stack.push_async_callback(tasks.close)
            stack.callback(feed.stop)
            stack.push_async_callback(books.close)
            stack.push_async_callback(self._close_reachability, reachability)
            window.quit_requested.connect(self._quit_requested.set)
            window.leave_requested.connect(self._on_leave)
            window.restart_requested.connect(self._on_restart)
            window.restore_requested.connect(self._on_restore)
            self._single.raise_requested.connect(window.bring_to_front)
            # Connected last: the table is filled by then.
            feed.changed.connect(collector.settle, Qt.ConnectionType.SingleShotConnection)
            feed.changed.connect(
                lambda _changes: log.info("The table is filled"),
                Qt.ConnectionType.SingleShotConnection,
            )
            versions = new_versions(preferences, tasks)
            NewVersionItem(versions, window.todo, window)

            async def look_outside() -> None:
                """Begin what uses the network: its client takes a third of a second to load."""
                await asyncio.sleep(_PAINTED_S)
                await self._renew_autostart(tasks)
                await tasks.in_thread(import_module, "kvitto.reachability.monitor")
                reachability.begin()
                books.begin()
                versions.begin()

            feed.changed.connect(
                lambda _changes: tasks.start(look_outside(), "looking outside"),
                Qt.ConnectionType.SingleShotConnection,
            )
            feed.start()
            window.start(is_hidden=is_hidden)
            if visit is None:
                await self._quit_requested.wait()
            else:
                await visit(window, context)
            window.leave()
        return 0

    def _on_leave(self) -> None:
        self._keeps_receiving = True
        self._quit_requested.set()

    def _on_restart(self) -> None:
        self.restarts = True
        self._on_leave()

    def _on_restore(self, order: RestoreOrder) -> None:
        self._restored = order
        self.restarts = True
        self._quit_requested.set()

    async def _restore(self, preferences: Preferences) -> None:
        """Put the backup that the user chose in the place of what is there, and keep what to say.

        Whatever comes of it, the window starts again, and says so.
        """
        if self._restored is not None:
            begun = BegunRestore.of(self._folder, self._restored.file)
            preferences.put("restore_begun", msgspec.json.encode(begun).decode())
            preferences.flush()
            name, told = await restore_with_progress(self._folder, self._restored)
            preferences.put(name, told)
            preferences.put("restore_begun", "")

    async def _close_reachability(self, reachability: Reachability) -> None:
        await reachability.close(keeps_tunnel=self._keeps_receiving)

    def _end(self, backend: Backend) -> None:
        """Stop receiving, unless that is to go on; and let go of the store. In a thread."""
        try:
            if not self._keeps_receiving:
                backend.stop_receiver(only_background=True)
        except StoreError as error:
            log.warning("The receiver could not be stopped: %s", error.detail)
        finally:
            backend.close()

    async def _renew_autostart(self, tasks: Tasks) -> None:
        """Have the receiver start at log-in, where an earlier version had the window start."""
        from kvitto.ui.settings.autostart import system_autostart

        autostart = None if self._store is not None else system_autostart(self._folder)
        if autostart is not None:
            try:
                await tasks.in_thread(autostart.renew)
            except OSError as error:
                log.info("What starts at log-in was not renewed: %s", error)

    async def _ask_for_right(self, error: StoreError) -> bool | None:
        """Say why there is no window until there can be one.

        Returns:
            Whether it is ours now; or None where the user gives up.
        """
        trouble = StartupErrorDialog()
        trouble.quit_requested.connect(self._quit_requested.set)
        trouble.show()
        while not self._quit_requested.is_set():
            trouble.say(error)
            await trouble.answer(self._quit_requested)
            try:
                has_right = await self._single.take_or_raise()
            except StoreError as again:
                error = again
            else:
                trouble.deleteLater()
                return has_right
        return None

    async def _open_session(self, preferences: Preferences, tasks: Tasks) -> Backend | None:
        """Open the store, and see that it is received; where that fails, say why until it works."""
        host = self._host or preferences.host
        port = preferences.port if self._port is None else self._port
        link = ReceiverLink(
            self._folder,
            host=host,
            port=port,
            no_auth=self._no_auth,
            start=partial(start_process, store=self._store),
            first=self._steps.receiver,
            starts=self._store is None or preferences.receives_here,
        )
        trouble: StartupErrorDialog | None = None
        while not self._quit_requested.is_set():
            watch = MigrationWatch(lambda: not self._quit_requested.is_set())
            watch.quit_requested.connect(self._quit_requested.set)
            try:
                backend = await tasks.in_thread(
                    Backend,
                    link,
                    soon=asyncio.get_running_loop().call_soon_threadsafe,
                    store=self._store,
                    on_upgrade=watch.on_upgrade,
                )
            except InterruptedError:
                log.info("The upgrade was stopped: the database is as it was.")
                continue
            except (StoreError, ReceiverError) as error:
                if self._quit_requested.is_set():
                    break
                if not self._is_attended:
                    await asyncio.to_thread(_give_up, link)
                    raise
                self._is_in_trouble = True
                if trouble is None:
                    trouble = StartupErrorDialog()
                    trouble.quit_requested.connect(self._quit_requested.set)
                    self._single.raise_requested.connect(trouble.raise_)
                    trouble.show()
                trouble.say(error)
                await trouble.answer(self._quit_requested)
                if not self._quit_requested.is_set():
                    with suppress(StoreError, ReceiverError):
                        await tasks.in_thread(link.listen, host, port)
            else:
                if trouble is not None:
                    log.info("What hindered the window is over")
                    trouble.deleteLater()
                return backend
            finally:
                watch.close()
        await asyncio.to_thread(_give_up, link)
        return None


def _give_up(link: ReceiverLink) -> None:
    """End the receiver that was started for a window that does not come."""
    try:
        link.stop(only_background=True)
    except StoreError as error:
        log.warning("The receiver could not be stopped: %s", error.detail)
    finally:
        link.close()


def _preferences(folder: Path) -> Preferences:
    """Return those of the folder that goes with the store: at first the user's own."""
    preferences = Preferences(folder)
    if base_of(folder) != folder:
        from kvitto.ui.services.store_switch import begin_with_own_settings

        begin_with_own_settings(preferences, folder)
    return preferences
