"""Start the receiver as a process of its own, which outlives the process that started it.

`control_messages`, which parses its output, is loaded only once there is some: that takes long, and
the receiver is to start before.
"""

import contextlib
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Protocol

import msgspec

from kvitto.appending import open_to_append
from kvitto.paths import log_file
from kvitto.receiver.receiver_errors import (
    Problem,
    ReceiverError,
    ReceiverNotStartedError,
    ReceiverUnreachableError,
    error_of,
)
from kvitto.store.engines.store_url import (
    CREDENTIALS_VARIABLE,
    FILE_VARIABLE,
    URL_VARIABLE,
    StoreUrl,
)
from kvitto.store.errors import StoreError
from kvitto.store.lockfile import InstanceInfo, is_alive, read_instance_info
from kvitto.windows_setup import NO_WINDOW

if TYPE_CHECKING:
    from kvitto.receiver.control_messages import StartAnnouncement

log = logging.getLogger(__name__)

START_S: Final = 60.0
"""How long a start may take until the process can be reached, on a computer that is very busy."""
BACKGROUND_OPTION: Final = "--background"
"""What tells a receiver that a window has started from one that somebody else has."""
_CONSOLE_PROGRAM: Final = "kvitto-cli.exe"


class Started(Protocol):
    """A receiver that was started, for the process that started it."""

    def wait_until_reachable(self) -> InstanceInfo:
        """Wait until it can be reached; return how.

        Raises:
            StoreError, ReceiverError: it has ended instead, and why.
        """

    def has_ended(self) -> bool:
        """Tell whether it has ended."""

    def has_failed(self) -> bool:
        """Tell whether it has ended by a failure, rather than because it was stopped."""

    def problem(self) -> StoreError | ReceiverError | None:
        """Return why it ended by itself; None where it did not, or where that is not known."""

    def detach(self) -> None:
        """Stop watching the process: it goes on by itself."""

    def terminate(self) -> None:
        """End it, though it can't be reached yet."""


class Start(Protocol):
    """Starts a receiver."""

    def __call__(
        self, folder: Path, *, host: str, port: int, no_auth: bool, replaces: bool
    ) -> Started:
        """Start one on a data folder, to listen there.

        Args:
            folder: the data folder.
            host: the address to listen on.
            port: the port to listen on; 0 takes any free one.
            no_auth: whether reports are taken without a key, too.
            replaces: whether it replaces one that a window has started before.

        Raises:
            ReceiverNotStartedError: no process can be started.
        """


def own_program() -> list[str]:
    """Return the command of the running program: packaged, or this Python from source."""
    if not getattr(sys, "frozen", False):
        return [sys.executable, "-m", "kvitto"]
    program = Path(sys.executable)
    if sys.platform == "win32":
        # Only the one for consoles has a stdout.
        program = program.with_name(_CONSOLE_PROGRAM)
    return [str(program)]


def window_program() -> list[str]:
    """Return the command that starts the window of the running program."""
    return [sys.executable] if getattr(sys, "frozen", False) else own_program()


def source_folder() -> Path | None:
    """Return the folder to start in, where that matters: from source."""
    return None if getattr(sys, "frozen", False) else Path(__file__).parents[2]


def start_process(
    folder: Path,
    *,
    host: str,
    port: int,
    no_auth: bool,
    replaces: bool,
    store: StoreUrl | None = None,
) -> "ReceiverProcess":
    """Start the running program's `kvitto receive` as a process of its own; see `Start`.

    Args:
        folder: the data folder.
        host: the address to listen on.
        port: the port to listen on; 0 takes any free one.
        no_auth: whether reports are taken without a key, too.
        replaces: whether it replaces one that a window has started before.
        store: the store on a server; None for the one of the folder. It is told by the environment:
            the arguments of a process everybody on the computer can read.
    """
    command = receive_command(folder, host=host, port=port, no_auth=no_auth, is_background=True)
    command += ["--replace"] if replaces else []
    return ReceiverProcess(command, log_file(folder), store=store)


def receive_command(
    folder: Path, *, host: str, port: int, no_auth: bool, is_background: bool
) -> list[str]:
    """Return the command of the running program that receives into a folder."""
    command = [*own_program(), "receive", *([BACKGROUND_OPTION] if is_background else [])]
    # The working directory may be another one there.
    command += ["--data-dir", str(folder.absolute()), f"--host={host}", f"--port={port}"]
    return command + (["--no-auth"] if no_auth else [])


class ReceiverProcess:
    """The process of a receiver that was started here.

    It has a session of its own: what ends the window, or the terminal, does not end it.
    """

    def __init__(
        self, command: list[str], log_path: Path, *, store: StoreUrl | None = None
    ) -> None:
        """Start `command`; its stderr, with the traceback of a crash, is appended to the log.

        Args:
            command: the program and its arguments.
            log_path: the log.
            store: the store on a server that it is told of; None for none.

        Raises:
            ReceiverNotStartedError: it can't be started.
        """
        self._told: queue.SimpleQueue[StartAnnouncement | None] = queue.SimpleQueue()
        self._problem: Problem | None = None
        try:
            with _appending(log_path) as crashes:
                self._process: Final = subprocess.Popen(
                    command,
                    env=_environment(store),
                    cwd=source_folder(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=crashes,
                    start_new_session=True,
                    creationflags=_creation_flags(),
                )
        except OSError as error:
            raise ReceiverNotStartedError(str(error)) from error
        log.info("Started a receiver: process %d", self._process.pid)
        self._listener: Final = threading.Thread(
            target=self._listen, name="kvitto-started", daemon=True
        )
        self._listener.start()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def wait_until_reachable(self) -> InstanceInfo:
        """Wait until it can be reached; return how; see `Started`."""
        try:
            told = self._told.get(timeout=START_S)
        except queue.Empty:
            raise ReceiverUnreachableError("it has not started in time") from None
        if told is not None and told.instance is not None:
            return told.instance
        if told is not None and told.problem is not None:
            raise error_of(told.problem)
        raise ReceiverNotStartedError(f"it ended at once, with {self._process.poll()}")

    def has_ended(self) -> bool:
        """Tell whether it has ended."""
        return self._process.poll() is not None

    def has_failed(self) -> bool:
        """Tell whether it has ended by a failure, rather than because it was stopped."""
        return self._process.poll() not in {None, 0}

    def problem(self) -> StoreError | ReceiverError | None:
        """Return why it ended by itself; None where it did not, or where that is not known."""
        if not self.has_ended():
            return None
        self._listener.join(START_S)
        return None if self._problem is None else error_of(self._problem)

    def detach(self) -> None:
        """Stop watching the process: it goes on by itself."""
        if self._process.poll() is None:
            # Otherwise Python warns of it: of a process that is forgotten by mistake.
            self._process.returncode = 0

    def terminate(self) -> None:
        """End it, though it can't be reached yet."""
        # Where there are no signals, it is waited for, and stopped once it can be reached.
        if os.name == "posix" and self._process.poll() is None:
            self._process.terminate()

    def _listen(self) -> None:
        try:
            self._parse_output()
        except OSError as error:  # where no file can be opened, our own modules can't be loaded
            log.warning("The output of a receiver that was started can't be read: %s", error)
        finally:
            # Whoever waits for it is told even so.
            self._told.put(None)

    def _parse_output(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stdout:
            for line in stdout:
                from kvitto.receiver.control_messages import StartAnnouncement

                try:
                    told = msgspec.json.decode(line, type=StartAnnouncement)
                except msgspec.DecodeError:
                    log.warning("The output of a receiver that was started can't be parsed")
                    continue
                self._problem = told.problem
                self._told.put(told)
        with contextlib.suppress(subprocess.TimeoutExpired):
            # It closes its stdout once it has reported how to reach it, or by ending.
            self._process.wait(0.1)


def _environment(store: StoreUrl | None) -> dict[str, str]:
    """Return the environment of a receiver: only what it is told here names its store."""
    given = {
        name: value
        for name, value in os.environ.items()
        if name not in {URL_VARIABLE, FILE_VARIABLE, CREDENTIALS_VARIABLE}
    }
    return given if store is None else {**given, URL_VARIABLE: store.text}


def _creation_flags() -> int:
    """Return what keeps a process on Windows from a console of its own, and from ours."""
    if sys.platform == "win32":
        return NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    else:  # noqa: RET505 - mypy looks at the branch of one system only
        return 0


@contextlib.contextmanager
def _appending(file: Path) -> Iterator[IO[bytes] | int]:
    """Open a file to append to, for the user alone; nothing where that can't be."""
    try:
        descriptor = open_to_append(file)
    except OSError:
        yield subprocess.DEVNULL
        return
    with os.fdopen(descriptor, "ab") as opened:
        yield opened


def is_gone(pid: int) -> bool:
    """Tell whether a process has ended, even if its parent has not waited for it yet.

    The parent may be this one: a program that executes itself again keeps its id and its children.
    """
    import psutil

    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def is_process_gone(instance: InstanceInfo) -> bool:
    """Tell whether a receiver's process has ended; true where it is this one, as in tests."""
    return instance.pid == os.getpid() or is_gone(instance.pid)


def has_exited(folder: Path, instance: InstanceInfo) -> bool:
    """Tell whether a receiver has ended, whoever started it."""
    if not is_alive(instance) or is_gone(instance.pid):
        return True
    found = read_instance_info(folder)
    return found is None or found.control_token != instance.control_token
