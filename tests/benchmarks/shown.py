"""The program with its window, as a process that says on its stdout what becomes of it.

It is run by the program's own `main`, so that what that imports counts. Each line is a word and
when it was so, by the system's monotonic clock. It ends when its stdin does.
"""

import asyncio
import functools
import sys
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kvitto.receiver.receiver_outlook import ReceiverOutlook
    from kvitto.ui.main_window import MainWindow
    from kvitto.ui.services.context import Context
    from kvitto.ui.services.first_steps import FirstSteps

_LOOK_EVERY_S: Final = 0.002
SHOWN: Final = "shown"
FILLED: Final = "filled"
CONNECTED: Final = "connected"
LOST: Final = "lost"


def _say(word: str) -> None:
    print(f"{word} {time.monotonic()}", flush=True)


async def _visit(window: "MainWindow", context: "Context") -> None:
    """Tell when the window is on the screen, and how its receiver is."""
    known = ""

    def note(outlook: "ReceiverOutlook") -> None:
        nonlocal known
        word = outlook.connection.value
        if outlook.connection.name == "CONNECTED" and not outlook.is_receiving:
            return
        if word != known:
            known = word
            _say(word)

    context.backend.link.observers.add(note)
    note(context.backend.outlook)
    while not window.windowHandle().isExposed():  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(_LOOK_EVERY_S)
    window.repaint()
    _say(SHOWN)
    while not context.feed.has_read:  # noqa: ASYNC110  - a line is enough
        await asyncio.sleep(_LOOK_EVERY_S)
    window.repaint()
    _say(FILLED)
    await asyncio.to_thread(sys.stdin.read)


def main() -> int:
    """Run the program with the arguments of this process."""
    from kvitto import cli
    from kvitto.ui.services import plain_imports

    usual = plain_imports.load_qt

    def load_qt() -> None:
        """Have what is loaded next run a visit."""
        usual()
        from kvitto.ui.services import early_start

        class Steps(early_start.EarlyStart):
            def __init__(self, first: "FirstSteps") -> None:
                super().__init__(first)
                from kvitto.ui import bootstrap

                bootstrap.run_window = functools.partial(bootstrap.run_window, visit=_visit)

        early_start.EarlyStart = Steps  # type: ignore[misc]

    plain_imports.load_qt = load_qt
    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
