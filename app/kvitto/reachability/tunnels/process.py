"""The process of a tunnel: its output goes to a file, so that it can outlive us."""

import contextlib
import os
import socket
import subprocess
from pathlib import Path
from typing import Final, Self

import msgspec
import psutil

from kvitto.appending import open_to_append
from kvitto.reachability.tunnels.commands import command_of, write_settings
from kvitto.reachability.tunnels.programs import find_program
from kvitto.reachability.tunnels.providers import TunnelConfig
from kvitto.windows_setup import NO_WINDOW

KEPT_LINES: Final = 20
"""How many lines of a program are kept to be shown."""
_LARGEST_LOG: Final = 1024 * 1024
_LARGEST_READ: Final = 64 * 1024


class CantStartError(Exception):
    """The program is not installed, or the system refuses to start it; one line says why."""


class _Record(msgspec.Struct):
    """What is written down of a process, to know it again."""

    pid: int
    created: float
    config: TunnelConfig
    listens_on: tuple[str, int]
    metrics_port: int


class TunnelProcess:
    """A running program. All calls may block: make them on a thread, one at a time.

    Attributes:
        metrics_port: where `cloudflared` serves its metrics.
        exit_code: how it ended; None while it runs, and where that can't be known.
    """

    def __init__(
        self,
        process: psutil.Process,
        folder: Path,
        metrics_port: int,
        child: "subprocess.Popen[bytes] | None" = None,
    ) -> None:
        """Watch a process whose output goes to the folder's log; `child` if we have started it."""
        self.metrics_port: Final = metrics_port
        self.exit_code: int | None = None
        self._process = process
        self._child = child
        self._folder = folder
        self._read_to = 0
        self._rest = b""

    @property
    def pid(self) -> int:
        """Its number in the system."""
        return int(self._process.pid)

    @classmethod
    def reattach_or_start(
        cls, config: TunnelConfig, listens_on: tuple[str, int], folder: Path
    ) -> Self:
        """Reattach to the process that an earlier Kvitto left with the same config, or start one.

        Another one that was left is ended first.

        Raises:
            CantStartError: it can't be started.
            TunnelConfigError: the config makes no command.
        """
        record = _read(folder)
        left = _process_of(record)
        if record is not None and left is not None:
            if record.config == config and tuple(record.listens_on) == listens_on:
                return cls(left, folder, record.metrics_port)
            cls(left, folder, record.metrics_port).end(_LEFT_OVER_S)
        return cls._start(config, listens_on, folder)

    @classmethod
    def _start(cls, config: TunnelConfig, listens_on: tuple[str, int], folder: Path) -> Self:
        metrics_port = _free_port()
        command = command_of(config, listens_on, folder, metrics_port)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_settings(config, folder)
            _log_file(folder).unlink(missing_ok=True)
            with os.fdopen(open_to_append(_log_file(folder)), "wb") as log_file:
                child = subprocess.Popen(
                    [find_program(command[0]) or command[0], *command[1:]],
                    stdin=subprocess.DEVNULL,
                    stdout=log_file,
                    stderr=subprocess.STDOUT,
                    # Ctrl+C in a terminal is for us; we end it in our turn.
                    start_new_session=True,
                    creationflags=NO_WINDOW,
                )
        except OSError as error:
            raise CantStartError(f"{command[0]}: {error.strerror or error}") from error
        started = psutil.Process(child.pid)  # it is there until somebody waits for it
        with contextlib.suppress(OSError, psutil.Error):
            record = _Record(started.pid, started.create_time(), config, listens_on, metrics_port)
            _record_file(folder).write_bytes(msgspec.json.encode(record))
        return cls(started, folder, metrics_port, child)

    def poll(self) -> tuple[bool, list[str]]:
        """Return whether it has ended, and its output since the last poll."""
        is_over = self._is_over()
        return is_over, self._new_lines(is_last=is_over)

    def end(self, wait_s: float) -> None:
        """Ask it to end; end it after `wait_s` seconds."""
        ours = self._process if self._child is None else self._child
        with contextlib.suppress(psutil.NoSuchProcess):
            ours.terminate()
            try:
                self.exit_code = ours.wait(wait_s)
            except (psutil.TimeoutExpired, subprocess.TimeoutExpired):
                ours.kill()
                with contextlib.suppress(psutil.TimeoutExpired, subprocess.TimeoutExpired):
                    self.exit_code = ours.wait(_LEFT_OVER_S)
        self.purge()

    def detach(self) -> None:
        """Let it go on without us."""
        if self._child is not None and self._child.returncode is None:
            self._child.returncode = 0  # Python would complain that nobody waits for it

    def purge(self) -> None:
        """Note that no later Kvitto need look for it."""
        with contextlib.suppress(OSError):
            _record_file(self._folder).unlink()

    def _is_over(self) -> bool:
        if self._child is not None:
            self.exit_code = self._child.poll()
            return self.exit_code is not None
        with contextlib.suppress(psutil.Error):
            return not self._process.is_running() or self._process.status() == psutil.STATUS_ZOMBIE
        return True

    def _new_lines(self, *, is_last: bool) -> list[str]:
        path = _log_file(self._folder)
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                # After a long pause, or with a talkative program, the beginning is skipped.
                file.seek(max(self._read_to, size - _LARGEST_READ))
                told = file.read(_LARGEST_READ)
                self._read_to = file.tell()
        except OSError:
            return []
        if self._read_to > _LARGEST_LOG:
            with contextlib.suppress(OSError):
                os.truncate(path, 0)  # the program goes on writing at the file's end
                self._read_to = 0
        *whole, self._rest = (self._rest + told).split(b"\n")
        if is_last or len(self._rest) > _LARGEST_READ:
            whole.append(self._rest)
            self._rest = b""
        lines = (line.decode("utf-8", "replace").rstrip() for line in whole)
        return [line for line in lines if line]


_LEFT_OVER_S: Final = 5.0


def left_over(folder: Path) -> TunnelConfig | None:
    """Return the config of a tunnel that an earlier Kvitto left running; None for none."""
    record = _read(folder)
    return None if record is None or _process_of(record) is None else record.config


def _read(folder: Path) -> _Record | None:
    try:
        return msgspec.json.decode(_record_file(folder).read_bytes(), type=_Record)
    except (OSError, msgspec.DecodeError):
        return None


def _process_of(record: _Record | None) -> psutil.Process | None:
    """Return the process of a record, if it still runs: its number may be another's by now."""
    if record is None:
        return None
    try:
        process = psutil.Process(record.pid)
        is_it = abs(process.create_time() - record.created) < 1
        return process if is_it and process.status() != psutil.STATUS_ZOMBIE else None
    except (psutil.Error, ValueError, OverflowError):  # the last two: no number of a process
        return None


def _log_file(folder: Path) -> Path:
    return folder / "tunnel.log"


def _record_file(folder: Path) -> Path:
    return folder / "tunnel.json"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
