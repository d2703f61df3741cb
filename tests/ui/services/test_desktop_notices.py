"""Notices by the desktop's service, on a bus of the test's own; by the tray where there is none."""

import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from jeepney import DBusAddress
from pytestqt.qtbot import QtBot

from kvitto.ui.services.desktop_notices import DesktopNotices, Notice
from tests.helpers.desktop_bus import Answering, Call, Rejection, Reply, StandIn, private_bus

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="others have no D-Bus")

SERVICE: Final = "org.freedesktop.Notifications"
ADDRESS: Final = DBusAddress("/org/freedesktop/Notifications", bus_name=SERVICE, interface=SERVICE)
NOTICE: Final = Notice("Ready & done", "Batch <b> is finished", "batch 7", "Show")


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with private_bus(tmp_path / "session") as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address


@pytest.fixture
def notices(qapp: object) -> Iterator[DesktopNotices]:
    made = DesktopNotices()
    yield made
    made.stop()
    if made._thread is not None:  # noqa: SLF001 - it must not outlive its bus
        made._thread.join(30)  # noqa: SLF001


def desktop(*capabilities: str, then: str = "") -> dict[str, Answering]:
    """Return a desktop's service; `then` is what becomes of each notice."""

    def notify(call: Call) -> Reply:
        number = len(str(call.values[3]))  # of its title: another for each
        signals = {
            "": (),
            "pressed": (
                (ADDRESS, "ActionInvoked", "us", (number + 1000, "default")),
                (ADDRESS, "ActionInvoked", "us", (number, "show")),
                (ADDRESS, "NotificationClosed", "uu", (number, 2)),
            ),
            "closed": ((ADDRESS, "NotificationClosed", "uu", (number, 2)),),
        }[then]
        return Reply("u", (number,), signals)

    return {
        "GetCapabilities": lambda _call: Reply("as", (list(capabilities),)),
        "Notify": notify,
    }


def test_a_notice_is_shown_and_a_press_comes_back(
    qtbot: QtBot, bus: str, notices: DesktopNotices
) -> None:
    with StandIn(bus, SERVICE, desktop("actions", then="pressed")) as service:
        with qtbot.waitSignal(notices.opened, timeout=30_000) as opened:
            notices.show(NOTICE)
        [call] = service.called("Notify")
    assert opened.args == ["batch 7"]
    name, replaces, icon, title, text, actions, hints, _shown = call.values
    assert (name, replaces, icon) == ("Kvitto", 0, "kvitto")
    assert (title, text) == ("Ready & done", "Batch <b> is finished")
    assert actions == ["show", "Show", "default", ""], "one button on every desktop"
    assert hints == {"desktop-entry": ("s", "kvitto")}


def test_a_desktop_that_reads_html_is_given_none(
    qtbot: QtBot, bus: str, notices: DesktopNotices
) -> None:
    with StandIn(bus, SERVICE, desktop("body", "body-markup", then="closed")) as service:
        notices.show(NOTICE)
        qtbot.waitUntil(lambda: bool(service.called("Notify")), timeout=30_000)
        [call] = service.called("Notify")
    assert call.values[4] == "Batch &lt;b&gt; is finished"
    assert call.values[5] == []


def test_several_notices_are_shown_at_once(qtbot: QtBot, bus: str, notices: DesktopNotices) -> None:
    with StandIn(bus, SERVICE, desktop("actions")) as service:
        notices.show(NOTICE)
        notices.show(NOTICE._replace(title="Another"))
        qtbot.waitUntil(lambda: len(service.called("Notify")) == 2, timeout=30_000)
    senders = {call.sender for call in service.called("Notify")}
    assert len(senders) == 1, "the desktop takes notices away when their connection ends"


@pytest.mark.parametrize("is_there", [True, False])
def test_a_notice_that_the_desktop_does_not_show_is_told_in_another_way(
    qtbot: QtBot, bus: str, notices: DesktopNotices, is_there: bool
) -> None:
    refusing: dict[str, Answering] = {
        "GetCapabilities": lambda _call: Rejection("org.example.Refused")
    }
    name = SERVICE if is_there else "org.example.Other"
    with (
        StandIn(bus, name, refusing),
        qtbot.waitSignal(notices.failed, timeout=30_000) as failed,
    ):
        notices.show(NOTICE)
    assert failed.args == [NOTICE]


def test_a_thread_that_waits_for_the_desktop_holds_no_object_of_qts(qtbot: QtBot, bus: str) -> None:
    may_answer = threading.Event()

    def answer_late(_call: Call) -> Rejection:
        assert may_answer.wait(60)
        return Rejection("org.example.Refused")

    made = DesktopNotices()
    gone = weakref.ref(made)
    with StandIn(bus, SERVICE, {"GetCapabilities": answer_late}) as service:
        before = threading.enumerate()
        made.show(NOTICE)
        (thread,) = set(threading.enumerate()) - set(before)
        qtbot.waitUntil(lambda: bool(service.called("GetCapabilities")), timeout=30_000)
        made.stop()
        del made
        assert gone() is None
        may_answer.set()
        thread.join(30)


def test_without_a_bus_a_notice_is_told_in_another_way(
    qtbot: QtBot, notices: DesktopNotices
) -> None:
    for _ in range(2):
        with qtbot.waitSignal(notices.failed, timeout=30_000) as failed:
            notices.show(NOTICE)
        assert failed.args == [NOTICE]
