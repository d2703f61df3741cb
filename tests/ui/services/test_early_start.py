"""The first steps: the receiver is started before the rest is loaded, where that is due."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kvitto.receiver.receiver_link import ReceiverLink
from kvitto.receiver.receiver_outlook import LinkState
from kvitto.store.lockfile import read_instance_info
from kvitto.ui.services import first_steps
from kvitto.ui.services.early_start import EarlyStart
from kvitto.ui.services.first_steps import SIGNALS, FirstSteps
from kvitto.ui.services.preferences import Preferences
from kvitto.ui.services.single_instance import SingleInstance
from tests.journeys.patience import eventually
from tests.journeys.windows import end_receiver

Take = Callable[[], EarlyStart]


@pytest.fixture
def take(data_dir: Path, qtbot: QtBot) -> Iterator[Take]:
    """Return what takes the first steps on the data folder."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    taken: list[EarlyStart] = []

    def one() -> EarlyStart:
        taken.append(EarlyStart(FirstSteps(data_dir, host=None, port=0, no_auth=False)))
        return taken[-1]

    yield one
    for steps in taken:
        if steps.receiver is not None:
            receiver = steps.receiver
            receiver.terminate()
            assert eventually(receiver.has_ended)
            receiver.detach()
        if steps.has_right:
            steps.single.give_back()
    end_receiver(data_dir)
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_receiver_is_started(take: Take, data_dir: Path) -> None:
    steps = take()
    assert steps.has_right
    assert steps.receiver is not None
    assert steps.receiver.wait_until_reachable().pid == steps.receiver.pid


def test_no_second_receiver_is_started(take: Take, data_dir: Path) -> None:
    first = take()
    assert first.receiver is not None
    first.receiver.wait_until_reachable()
    first.single.give_back()
    first.has_right = False

    assert take().receiver is None


def test_no_receiver_is_started_where_another_window_is_open(take: Take, data_dir: Path) -> None:
    other = SingleInstance(data_dir)
    assert other.take()
    try:
        steps = take()
        assert not steps.has_right
        assert steps.receiver is None
    finally:
        other.give_back()


def test_the_link_takes_to_the_receiver_that_was_started(take: Take, data_dir: Path) -> None:
    steps = take()
    assert steps.receiver is not None
    link = ReceiverLink(data_dir, host="127.0.0.1", port=0, first=steps.receiver)
    try:
        link.client()
        outlook = link.outlook
        assert outlook.connection is LinkState.CONNECTED
        assert outlook.status is not None
        assert outlook.status.pid == steps.receiver.pid
        told = read_instance_info(data_dir)
        assert told is not None
        assert told.pid == steps.receiver.pid
    finally:
        link.stop()
        link.close()


@pytest.mark.parametrize(
    ("host", "port", "asked"),
    [
        (None, None, ("127.0.0.2", 8471)),
        (None, 0, ("127.0.0.2", 0)),
        ("127.0.0.3", None, ("127.0.0.3", 8471)),
    ],
)
def test_it_listens_where_the_window_s_settings_say_unless_the_command_does(
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str | None,
    port: int | None,
    asked: tuple[str, int],
) -> None:
    preferences = Preferences(data_dir)
    preferences.put("host", "127.0.0.2")
    preferences.put("port", 8471)
    preferences.flush()
    started: list[tuple[str, int]] = []

    def start(
        _folder: Path, *, host: str, port: int, no_auth: bool, replaces: bool, store: object
    ) -> None:
        assert store is None
        assert not no_auth
        assert not replaces
        started.append((host, port))

    monkeypatch.setattr(first_steps, "start_process", start)
    monkeypatch.setattr(first_steps, "SIGNALS", ())
    steps = FirstSteps(data_dir, host=host, port=port, no_auth=False)
    steps.lock.release()
    assert started == [asked]


def test_a_signal_meanwhile_is_kept_in_mind(take: Take) -> None:
    steps = take()
    assert not steps.is_end_asked
    signal.raise_signal(signal.SIGTERM)
    assert steps.is_end_asked
