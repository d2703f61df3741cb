"""A unit with which systemd keeps `kvitto receive` running for a user, without a window."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kvitto.receiver.receiver_process import own_program, source_folder

RESTART_S: Final = 10
"""Rest before it is started again. A start takes a second of a processor, and what it fails for,
such as a full disk, may last; the SMS service tries each report again after ten minutes."""
WRONG_USE: Final = 2
"""The exit code that stays the same however often it is started."""


def unit_text(place: Sequence[str], *, host: str, port: int, no_auth: bool) -> str:
    """Return a unit that receives with the running program.

    Source: systemd.service(5), "Command lines".

    Args:
        place: the options that name the data folder and the store: there, the variables that name
            them are not set.
        host: the address to listen on.
        port: the port to listen on.
        no_auth: whether reports are taken without a key, too.
    """
    command = [*own_program(), "receive", *place, f"--host={host}", f"--port={port}"]
    command += ["--no-auth"] if no_auth else []
    return unit_of(command, source_folder())


def unit_of(command: Sequence[str], start_in: Path | None) -> str:
    """Return a unit that runs a command for a user, and again when it has failed.

    Args:
        command: the program and its arguments.
        start_in: the folder to start in, if that matters.
    """
    lines = [
        "[Unit]",
        "Description=Kvitto: receive delivery reports",
        # However often it fails: nobody may be there to start it again.
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        f"ExecStart={_command_line(command)}",
        *([] if start_in is None else [f"WorkingDirectory={_specifiers_escaped(str(start_in))}"]),
        "Restart=on-failure",
        f"RestartSec={RESTART_S}",
        f"RestartPreventExitStatus={WRONG_USE}",
        "",
        "[Install]",
        "WantedBy=default.target",
    ]
    return "\n".join(lines) + "\n"


def _command_line(command: Sequence[str]) -> str:
    return " ".join(_quoted(one) for one in command)


def _quoted(argument: str) -> str:
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{_specifiers_escaped(escaped).replace("$", "$$")}"'


def _specifiers_escaped(text: str) -> str:
    return text.replace("%", "%%")
