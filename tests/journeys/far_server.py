"""The far end of a real `ssh -R`: OpenSSH's sshd on a free port of this computer, for us alone."""

import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import psutil
import pytest

from tests.journeys.patience import eventually

_SSHD: Final = "/usr/sbin/sshd"
_AS_ROOT: Final = Path("/run/sshd")
"""Where root's sshd shuts in who has not logged in yet; the system's service makes it."""
_CONFIG: Final = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/key.pub
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowTcpForwarding remote
"""
_CLIENTS_CONFIG: Final = """
Host far
    HostName 127.0.0.1
    Port {port}
    User {user}
    IdentityFile {folder}/key
    IdentitiesOnly yes
    UserKnownHostsFile {folder}/known_hosts
"""
_END_S: Final = 60.0


class FarServer:
    """A server that the real ssh logs in to as `far`. A context; it runs between `start` and `cut`.

    Args:
        folder: a new folder, for keys and settings.
    """

    def __init__(self, folder: Path) -> None:
        ssh = shutil.which("ssh")
        if ssh is None or not Path(_SSHD).exists():
            pytest.skip(reason="needs OpenSSH's ssh and sshd")
        folder.mkdir()
        self.bin: Final = folder / "bin"
        self._folder: Final = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port: int = free.getsockname()[1]
        for name in ("host_key", "key"):
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
            subprocess.run(command, check=True, timeout=30)
        settings = {"port": self._port, "folder": folder, "user": getpass.getuser()}
        (folder / "sshd_config").write_text(_CONFIG.format(**settings))
        (folder / "ssh_config").write_text(_CLIENTS_CONFIG.format(**settings))
        host_key = (folder / "host_key.pub").read_text()
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{self._port} {host_key}")
        # ssh looks for its user's settings in the home that the system tells, whatever HOME says.
        self.bin.mkdir()
        wrapper = self.bin / "ssh"
        wrapper.write_text(f'#!/bin/sh\nexec {ssh} -F {folder}/ssh_config "$@"\n')
        wrapper.chmod(0o755)

    def start(self) -> None:
        """Start it, and return once it takes connections."""
        command = [_SSHD, "-D", "-e", "-f", str(self._folder / "sshd_config")]
        with (self._folder / "sshd.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log)
        assert eventually(self._listens), (self._folder / "sshd.log").read_text()

    def cut(self) -> None:
        """End it and every session with it, at once, as if the line was cut."""
        if self._process is None:
            return
        whole = psutil.Process(self._process.pid)
        for one in (*whole.children(recursive=True), whole):
            one.kill()
        self._process.wait(_END_S)
        self._process = None

    def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "sshd.log").read_text()
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self._port)) == 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.cut()


@contextmanager
def far_server(folder: Path) -> Iterator[FarServer]:
    """Run a server in its context."""
    is_ours = os.geteuid() == 0 and not _AS_ROOT.exists()
    if is_ours:
        _AS_ROOT.mkdir(mode=0o755)
    try:
        with FarServer(folder) as server:
            server.start()
            yield server
    finally:
        if is_ours:
            _AS_ROOT.rmdir()
