"""A unit with which systemd keeps `kvitto receive` running for a user, without a window."""

from collections.abc import Sequence
from pathlib import Path

from kvitto.receiver.receiver_process import own_program, source_folder


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
        # However often it fails: it would give up after some seconds.
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        f"ExecStart={_command_line(command)}",
        *([] if start_in is None else [f"WorkingDirectory={_specifiers_escaped(str(start_in))}"]),
        "Restart=on-failure",
        "RestartSec=1",
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
