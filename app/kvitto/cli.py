"""The commands and their options.

Each command loads what it needs when it runs: the window and the receiver start by this module, and
need not wait for, nor hold in memory, what the others do.
"""

import argparse
import contextlib
import gc
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from typing_extensions import override

from kvitto import __version__
from kvitto.export.leftovers import remove_leftovers
from kvitto.export_commands import add_export_commands
from kvitto.logs import start_logging
from kvitto.paths import DATA_DIR_VARIABLE, data_folder, log_file
from kvitto.person_commands import add_person_command
from kvitto.problem import ProblemError
from kvitto.receiver.urls import DEFAULT_HOST, DEFAULT_PORT
from kvitto.server_commands import add_server_command
from kvitto.store.engines.store_choice import naming_options
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import StoreError
from kvitto.store.folder import prepare_folder
from kvitto.store_commands import add_store_commands
from kvitto.store_options import (
    is_named_by_option,
    later_options,
    name_receiver,
    names_a_server,
    place_of,
    receiving_options,
    settings_name_a_server,
    store_option,
)
from kvitto.terminal import (
    OutputError,
    StoppedError,
    TerminalUpgrade,
    flush_results,
    give_outputs,
    say,
    tell,
)
from kvitto.user_settings import UserSettings, read_settings
from kvitto.windows_setup import be_known

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from _typeshed import SupportsWrite

log = logging.getLogger(__name__)

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
EXIT_WRONG_USE: Final = 2
EXIT_INTERRUPTED: Final = 130

_ONLY_IN_A_FILE: Final = (
    "kvitto: --store, --store-file, KVITTO_STORE, KVITTO_STORE_FILE or the settings name a store "
    "on a server, which only the window, receive, check, export, report, ask, backup and store can "
    "use yet. Leave it out for the store in the data folder."
)
_MAX_PORT: Final = 65535
_OF_THE_SYSTEM: Final = "shared object file"
"""In the loader's words, where a program of another system lies unpacked on this one."""


class _Parser(argparse.ArgumentParser):
    """Reports an error in one line."""

    @override
    def print_help(self, file: "SupportsWrite[str] | None" = None) -> None:
        if file is None:
            tell(self.format_help().rstrip("\n"))
        else:
            super().print_help(file)

    @override
    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_WRONG_USE, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code: 0 success, 1 failure, 2 wrong usage."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    give_outputs()
    try:
        code = _run(arguments)
    except (ProblemError, OutputError, StoppedError) as error:
        say(f"kvitto: {error}")
        code = error.exit_code if isinstance(error, StoppedError) else EXIT_FAILED
    except ImportError as error:
        if _OF_THE_SYSTEM not in str(error):
            raise
        say(
            f"kvitto: A library of the system is missing: {error}. The window needs it; to receive "
            "without one: kvitto receive"
        )
        code = EXIT_FAILED
    except (KeyboardInterrupt, InterruptedError):
        # SQLite, interrupted by Ctrl-C, raises the second.
        code = EXIT_INTERRUPTED
    else:
        return code
    with contextlib.suppress(OutputError):
        flush_results()
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        options = _parser(arguments).parse_args(arguments)
    except SystemExit:
        flush_results()  # the help
        raise
    if options.version:
        code = _tell_version(is_verbose=options.verbose)
    elif _needs_a_file(options):
        say(_ONLY_IN_A_FILE)
        code = EXIT_WRONG_USE
    else:
        code = int(options.command(options))
    flush_results()
    return code


def _needs_a_file(options: argparse.Namespace) -> bool:
    """Return whether a store on a server is named, and the command can't use one."""
    if hasattr(options, "may_be_on_a_server") or options.command is _window:
        return False
    is_by_settings = not hasattr(options, "needs_no_store") and settings_name_a_server(options)
    return names_a_server(options) or is_by_settings


CLI_NAME: Final = "kvitto-cli"
"""The program for consoles: all commands, but no window."""


def _own_name() -> str:
    """Return the name by which the program was called."""
    return CLI_NAME if Path(sys.argv[0]).stem == CLI_NAME else "kvitto"


def command_parser() -> argparse.ArgumentParser:
    """Return the options of all commands, for what is written of them."""
    return _parser(["simulate", "ask"])


def _parser(arguments: Sequence[str] = ()) -> argparse.ArgumentParser:
    """Return the parser; the options of `simulate` are declared only where it is named."""
    parser = _Parser(
        prog=_own_name(),
        parents=[_common(), _listening(), store_option(_Parser, is_for_all=False)],
        description="Kvitto receives the delivery reports of your SMS, keeps every one of them, "
        "and shows the result of each message. Without a command it opens its window.",
    )
    parser.set_defaults(command=_window, data_dir=None, host=None, port=None, no_auth=False)
    parser.add_argument("--version", action="store_true", help="tell the version, and end")
    parser.add_argument(
        "--verbose", action="store_true", help="with --version: tell what it runs on, too"
    )
    parser.add_argument(
        "--minimized", action="store_true", help="start in the tray, where the desktop has one"
    )
    parser.add_argument(
        "--selftest",
        action="store_true",
        help="try out this program in a folder of its own, without showing anything",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)

    one = commands.add_parser(
        "receive",
        parents=[_common(), _listening(), receiving_options(_Parser)],
        help="receive reports, without a window",
        description="Receive delivery reports until you stop it with Ctrl-C. The first line is "
        "the address that reports are sent to: expose its port with a tunnel, and give the "
        "tunnel's address with the same path as your batch's callback URL.",
    )
    one.add_argument(
        "--systemd-unit",
        action="store_true",
        help="write a unit for systemctl --user that runs this command, and end",
    )
    # For the window, which starts its receiver by them, and for the start at log-in.
    one.add_argument("--background", action="store_true", help=argparse.SUPPRESS)
    one.add_argument("--replace", action="store_true", help=argparse.SUPPRESS)
    one.set_defaults(command=_receive)

    add_export_commands(commands, _common)
    add_store_commands(commands, _common)
    add_server_command(commands, _common)
    add_person_command(commands, _common)
    _add_simulate(commands, is_named="simulate" in arguments)
    _add_ask(commands, is_named="ask" in arguments)
    parser.set_defaults(command_names=tuple(commands.choices))
    return parser


def _add_simulate(commands: "_SubParsersAction[Any]", *, is_named: bool) -> None:
    """Declare the simulator, whose options take long to import."""
    one = commands.add_parser(
        "simulate", help="stand in for the SMS service: post the reports of an invented campaign"
    )
    one.set_defaults(needs_no_store=True)
    if is_named:
        from kvitto.simulator.simulate_command import declare_simulate

        declare_simulate(one)


def _add_ask(commands: "_SubParsersAction[Any]", *, is_named: bool) -> None:
    """Declare the command that asks the SMS service, whose client takes long to import."""
    one = commands.add_parser(
        "ask",
        parents=[_common(), store_option(_Parser)],
        help="compare with the SMS service's own books, and fetch what was missed",
    )
    if is_named:
        from kvitto.books.ask_command import declare_ask

        declare_ask(one, place_of)


def _common() -> _Parser:
    """Return the options of every command.

    Without defaults, so that an option may be before or after the command. Made anew for each
    command: parsers share the options of their parents, defaults included.
    """
    common = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument(
        "--data-dir",
        type=Path,
        metavar="DIR",
        help=f"where reports are kept (otherwise ${DATA_DIR_VARIABLE}, or your own data folder)",
    )
    return common


def _listening() -> _Parser:
    """Return the options of the commands that listen."""
    listening = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    listening.add_argument(
        "--host", help=f"the address to listen on (normally this computer only: {DEFAULT_HOST})"
    )
    listening.add_argument(
        "--port",
        type=_port,
        metavar="N",
        help=f"the port to listen on; 0 takes any free one ({DEFAULT_PORT})",
    )
    listening.add_argument(
        "--no-auth",
        action="store_true",
        help="also accept reports without the key, at /: anybody who finds the address can "
        "then send you false reports",
    )
    return listening


def _tell_version(*, is_verbose: bool) -> int:
    line = f"Kvitto {__version__}"
    if is_verbose:
        from kvitto.ui.services.qt_version import qt_version
        from kvitto.versions import version_line

        line = version_line(qt_version())
    tell(line)
    return EXIT_OK


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= _MAX_PORT:
        return int(text)
    msg = f"{text!r} is not a port: a number from 0 to {_MAX_PORT}"
    raise argparse.ArgumentTypeError(msg)


# --- The window ---------------------------------------------------------------------------------


def _window(options: argparse.Namespace) -> int:
    """Open the window. Qt is imported there: the commands need none of it."""
    if _own_name() == CLI_NAME and not options.selftest:
        *most, last = options.command_names
        _parser().error(f"name a command: {', '.join(most)} or {last}")
    from kvitto.window_command import open_window

    return open_window(options)


# --- receive ------------------------------------------------------------------------------------


def _receive(options: argparse.Namespace) -> int:
    url, folder = place_of(options)
    # A window names the store by a variable, and the folder that goes with it itself.
    is_named = names_a_server(options) and not is_named_by_option(options)
    is_by_window = options.background and is_named
    if is_by_window:
        folder = data_folder(options.data_dir)
    # The settings count only in the background, where a window or the log-in starts the receiver.
    user = read_settings(folder) if options.background else UserSettings()
    host = (user.host or DEFAULT_HOST) if options.host is None else options.host
    port = (
        (DEFAULT_PORT if user.port is None else user.port) if options.port is None else options.port
    )
    if options.spool and url is None:
        _parser().error("--spool needs a store on a server: name it with --store")
    if url is not None and options.background and not (is_by_window or user.receives_here):
        return EXIT_OK  # at log-in: reports into the store that was chosen come in elsewhere
    if options.systemd_unit:
        from kvitto.receiver.systemd_unit import unit_text

        place = later_options(options, url)
        tell(unit_text(place, host=host, port=port, no_auth=options.no_auth).rstrip("\n"))
        return EXIT_OK
    # Imported here: the window and the other commands need none of it. All of it stays: looking
    # through it for garbage meanwhile would take a sixth of the start.
    gc.disable()
    from kvitto.certificates import trusting_nobody

    with trusting_nobody():
        from kvitto.console_lines import tell_url, watch
        from kvitto.receiver.background import (
            collect_garbage_seldom,
            receive_in_background,
            start_again_on_faults,
            stopped_by_signals,
        )
        from kvitto.receiver.runtime import ReceiverRuntime
        from kvitto.versions import version_line

    gc.enable()
    prepare_folder(folder)
    name_receiver(options, url, folder)
    start_logging(log_file(folder), is_quiet=options.background)
    log.info("%s", version_line())
    remove_leftovers(folder)
    if options.background:
        be_known(_started_again_with(folder, url))
        return receive_in_background(
            folder,
            host=host,
            port=port,
            no_auth=options.no_auth,
            replaces=options.replace,
            store=url,
        )
    stop = stopped_by_signals()
    upgrading = TerminalUpgrade(lambda: not stop.is_set())
    with ReceiverRuntime(
        folder,
        store=url,
        spool=options.spool,
        host=host,
        port=port,
        no_auth=options.no_auth,
        stop_requested=stop,
        on_upgrade=upgrading,
    ) as runtime:
        upgrading.end()
        collect_garbage_seldom()
        tell_url(runtime)
        say(f"Receiving. Reports are kept in {url or folder}. Stop with Ctrl-C.")
        if options.no_auth:
            say("Reports without the key are accepted too: anybody can send false ones.")
        with contextlib.ExitStack() as faults:
            if url is None:
                faults.callback(start_again_on_faults(runtime).close)
            watch(runtime, stop)
        say("Stopping: answering and storing the requests under way …")
    say("Stopped. What is sent from now on is sent again by the SMS service for about 90 minutes.")
    return EXIT_OK


def _started_again_with(folder: Path, url: StoreUrl | None) -> list[str] | None:
    """Return what Windows is to start this receiver with; None where that can't name its store."""
    try:
        return ["receive", "--background", *naming_options(folder, url)]
    except StoreError:
        return None
