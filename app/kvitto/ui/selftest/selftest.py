"""The program tries itself: whether what was packaged really receives, keeps and shows a report.

It looks whether all parts are there. Then it runs the whole window, twice on the same empty folder,
with the SMS service's own sample.
"""

import asyncio
import os
import secrets
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import aiohttp
from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QColor, QImage

from kvitto.books.key import ApiKey, KeyProblemError, Keyring
from kvitto.certificates import root_count
from kvitto.core.money import Money
from kvitto.core.status import Result
from kvitto.receiver.receiver_errors import ReceiverError
from kvitto.store.errors import StoreError
from kvitto.ui.batches.columns import COLUMNS, NAME, STATUS
from kvitto.ui.bootstrap import run_window
from kvitto.ui.main_window import MainWindow
from kvitto.ui.selftest.installation_check import installation_faults
from kvitto.ui.services.context import Context
from kvitto.ui.text import formatting
from kvitto.ui.widgets.theme import colours

SAMPLE: Final = b"""{
  "messageId": "5c613848879973045cf39ac4",
  "batchId": "5c613848879973045cf39ac3",
  "recipient": "456189040623",
  "code": 102,
  "duration": 0,
  "created": "ISO-8601 string",
  "segments": 2,
  "price": 0.082,
  "currency": "eur",
  "reference": "A client reference"
}"""
"""The SMS service's sample, word for word. Source: protocol, "Fields"."""
_COST: Final = Money(82_000_000, "EUR")
_OK: Final = 200
_WAIT_S: Final = 20.0
_LOOK_EVERY_S: Final = 0.05
_KEYRING_S: Final = 5.0


class SelfTestError(Exception):
    """What the program did not do."""


def run_selftest() -> int:
    """Start off-screen on a free port and an empty folder, and see a report through.

    Returns:
        The exit code: 0 if all was seen; otherwise stderr says what was not.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        _look_for_parts()
        with tempfile.TemporaryDirectory(prefix="kvitto-selftest-") as made:
            for visit in (_first_visit, _second_visit):
                run_window(Path(made), host="127.0.0.1", port=0, no_auth=False, visit=visit)
    except (SelfTestError, StoreError, ReceiverError, aiohttp.ClientError, OSError) as error:
        _say(f"The self-test failed: {error}")
        return 1
    _say("The self-test passed.")
    return 0


def _look_for_parts() -> None:
    """Look whether all is there, before a window fails for want of it.

    Raises:
        SelfTestError: something is missing.
    """
    faults = installation_faults()
    if faults:
        raise SelfTestError(" ".join(faults))
    roots = root_count()
    told = "the system's" if roots is None else f"{roots}"
    _say(f"All parts are there; certificates that are trusted: {told}.")


async def _first_visit(window: MainWindow, context: Context) -> None:
    """Post the sample to the program's own port, and see it."""
    await _until(lambda: bool(window.strip.url), "an address to send reports to")
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_WAIT_S)) as client,
        client.post(window.strip.url, data=SAMPLE) as answer,
    ):
        if answer.status != _OK:
            msg = f"the SMS service's sample was answered {answer.status}"
            raise SelfTestError(msg)
    _say("The SMS service's sample was answered 200.")
    await _see(window)
    _say("Seen: its row, its colour, its cost and the step of the chart.")
    await try_keyring()
    del context


async def try_keyring() -> None:
    """Write an entry, read it and delete it, where there is a keyring.

    Raises:
        SelfTestError: it keeps what was deleted.
    """
    ring, account = Keyring(_KEYRING_S), f"self-test {secrets.token_hex(4)}"
    try:
        try:
            await ring.save(account, ApiKey(secrets.token_hex(16)))
        finally:
            await ring.delete(account)
        left = await ring.load(account)
    except KeyProblemError as error:
        # Many computers have none, or nobody is there to open it: the program goes without.
        _say(f"No key can be kept here: {error}")
        return
    if left is not None:
        msg = "the keyring keeps what was deleted"
        raise SelfTestError(msg)
    _say("The keyring kept an entry, gave it back and deleted it.")


async def _second_visit(window: MainWindow, context: Context) -> None:
    """See what was kept, after the store was closed and opened again."""
    await _see(window)
    _say("Seen again after a restart of the store.")
    del context


async def _see(window: MainWindow) -> None:
    """Look at everything that the sample must show.

    Raises:
        SelfTestError: something is not to be seen.
    """
    model = window.batches.model
    await _until(lambda: model.rowCount() == 1, "the row of the sample's batch")
    await _until(lambda: _cell(window, NAME) != "", "the batch's name")
    costs = [str(column.title) for column in COLUMNS].index("Cost")
    await _until(
        lambda: _cell(window, costs) == formatting.sum_money(_COST),
        f"the sum {formatting.sum_money(_COST)} in the table",
    )
    await _until(lambda: _shows_colour(window), "the colour of a pending message")
    window.batches.view.expand(model.index(0, 0))
    await _until(lambda: _message_cell(window, STATUS) != "", "the message in its batch")
    await _until(lambda: _has_step(window), "the step of the cost in the chart")


def _cell(window: MainWindow, column: int) -> str:
    return str(window.batches.model.index(0, column).data() or "")


def _message_cell(window: MainWindow, column: int) -> str:
    model = window.batches.model
    parent: QModelIndex = model.index(0, 0)
    if not model.rowCount(parent):
        return ""
    return str(model.index(0, column, parent).data() or "")


def _shows_colour(window: MainWindow) -> bool:
    """Tell whether the batch's bar is painted in the colour of what is pending."""
    view = window.batches.view
    room = view.visualRect(window.batches.model.index(0, STATUS))
    if room.isEmpty():
        return False
    painted = view.viewport().grab(room).toImage().convertToFormat(QImage.Format.Format_RGB32)
    wanted = QColor(colours().results[Result.PENDING].text).rgb()
    return any(
        painted.pixel(x, y) == wanted
        for y in range(painted.height())
        for x in range(0, painted.width(), 2)
    )


def _has_step(window: MainWindow) -> bool:
    lines = window.costs.cost_chart.lines
    return len(lines) == 1 and lines[0].series.total == _COST.nano


async def _until(is_so: Callable[[], bool], what: str) -> None:
    """Wait until something is so.

    Raises:
        SelfTestError: it took too long; says what was missing.
    """
    try:
        async with asyncio.timeout(_WAIT_S):
            while not is_so():  # noqa: ASYNC110 - any condition, of any widget
                await asyncio.sleep(_LOOK_EVERY_S)
    except TimeoutError:
        msg = f"{what} was not seen within {_WAIT_S:.0f} seconds"
        raise SelfTestError(msg) from None


def _say(line: str) -> None:
    """Print, where there is a console."""
    if sys.stderr is not None:
        sys.stderr.write(f"kvitto: {line}\n")
        sys.stderr.flush()
