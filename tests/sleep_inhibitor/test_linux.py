"""Linux: which of the desktop's ways is taken, what is asked, and that it is given back."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from jeepney import DBusAddress

from kvitto.sleep_inhibitor.inhibitor import CannotKeepAwakeError
from kvitto.sleep_inhibitor.linux import DesktopInhibitor
from tests.helpers.desktop_bus import (
    Answering,
    Call,
    Rejection,
    Reply,
    StandIn,
    is_closed_by_peer,
    private_bus,
)

REASON: Final = "Delivery reports are waited for"
PORTAL: Final = "org.freedesktop.portal.Desktop"
POWER_MANAGEMENT: Final = "org.freedesktop.PowerManagement.Inhibit"
SESSION_MANAGER: Final = "org.gnome.SessionManager"
LOGIN_MANAGER: Final = "org.freedesktop.login1"


@pytest.fixture
def session_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with private_bus(tmp_path / "session") as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address


@pytest.fixture
def system_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with private_bus(tmp_path / "system") as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        yield address


@pytest.fixture
def inhibitor() -> Iterator[DesktopInhibitor]:
    made = DesktopInhibitor()
    yield made
    made.release()


def handle_of(call: Call) -> str:
    """Return the path of a request, as the portal's documentation has it."""
    sender = call.sender.removeprefix(":").replace(".", "_")
    _type, token = call.values[2]["handle_token"]
    return f"/org/freedesktop/portal/desktop/request/{sender}/{token}"


def portal_that(response: int | None) -> dict[str, Answering]:
    def inhibit(call: Call) -> Reply:
        handle = handle_of(call)
        request = DBusAddress(handle, interface="org.freedesktop.portal.Request")
        answer = Reply("o", (handle,))
        if response is None:
            return answer
        return answer._replace(signals=((request, "Response", "ua{sv}", (response, {})),))

    return {"Inhibit": inhibit, "Close": nothing}


def nothing(_call: Call) -> Reply:
    return Reply("", ())


def cookie(_call: Call) -> Reply:
    return Reply("u", (4_000_000_000,))


def test_the_portal_keeps_it_awake_and_is_told_when_it_need_not(
    session_bus: str, inhibitor: DesktopInhibitor
) -> None:
    with StandIn(session_bus, PORTAL, portal_that(0)) as portal:
        inhibitor.hold(REASON)
        [asked] = portal.called("Inhibit")
        assert asked.path == "/org/freedesktop/portal/desktop"
        assert asked.values[:2] == ("", 4)
        assert asked.values[2]["reason"] == ("s", REASON)
        assert inhibitor.is_held()

        inhibitor.release()

        [closed] = portal.called("Close")
        assert closed.path == handle_of(asked)
        assert not inhibitor.is_held()


def test_an_old_portal_that_does_not_respond_counts_as_granted(
    session_bus: str, inhibitor: DesktopInhibitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.sleep_inhibitor.linux._RESPONSE_S", 0.1)
    with StandIn(session_bus, PORTAL, portal_that(None)):
        inhibitor.hold(REASON)
        assert inhibitor.is_held()


def test_a_portal_whose_desktop_cannot_gives_way_to_the_next(
    session_bus: str, inhibitor: DesktopInhibitor
) -> None:
    methods = {"Inhibit": cookie, "UnInhibit": nothing}
    with (
        StandIn(session_bus, PORTAL, portal_that(2)),
        StandIn(session_bus, POWER_MANAGEMENT, methods) as power,
    ):
        inhibitor.hold(REASON)
        [asked] = power.called("Inhibit")
        assert asked.path == "/org/freedesktop/PowerManagement/Inhibit"
        assert asked.values == ("kvitto", REASON)

        inhibitor.release()

        assert [one.values for one in power.called("UnInhibit")] == [(4_000_000_000,)]


def test_the_session_manager_is_asked_not_to_suspend_only(
    session_bus: str, inhibitor: DesktopInhibitor
) -> None:
    methods = {"Inhibit": cookie, "Uninhibit": nothing}
    with StandIn(session_bus, SESSION_MANAGER, methods) as manager:
        inhibitor.hold(REASON)
        assert [one.values for one in manager.called("Inhibit")] == [("kvitto", 0, REASON, 4)]
        inhibitor.release()
        assert len(manager.called("Uninhibit")) == 1


def test_the_login_manager_holds_as_long_as_its_file_is_open(
    system_bus: str, inhibitor: DesktopInhibitor
) -> None:
    reading, writing = os.pipe()

    def inhibit(_call: Call) -> Reply:
        return Reply("h", (writing,))

    with StandIn(system_bus, LOGIN_MANAGER, {"Inhibit": inhibit}) as manager:
        inhibitor.hold(REASON)
        os.close(writing)
        [asked] = manager.called("Inhibit")
        assert asked.values == ("sleep:idle", "Kvitto", REASON, "block")
        assert inhibitor.is_held()
        assert not is_closed_by_peer(reading)

        inhibitor.release()

        assert is_closed_by_peer(reading)
    os.close(reading)


def test_what_ends_with_its_service_is_no_longer_held(
    session_bus: str, inhibitor: DesktopInhibitor
) -> None:
    with StandIn(session_bus, PORTAL, portal_that(0)):
        inhibitor.hold(REASON)
    assert not inhibitor.is_held()

    with StandIn(session_bus, PORTAL, portal_that(0)) as restarted:
        assert not inhibitor.is_held()
        inhibitor.hold(REASON)
        assert inhibitor.is_held()
        assert len(restarted.called("Inhibit")) == 1


def test_what_every_way_refuses_is_refused_with_each_reason(
    session_bus: str, inhibitor: DesktopInhibitor
) -> None:
    def refuse(_call: Call) -> Rejection:
        return Rejection("org.freedesktop.DBus.Error.AccessDenied")

    with (
        StandIn(session_bus, POWER_MANAGEMENT, {"Inhibit": refuse}),
        pytest.raises(CannotKeepAwakeError) as refused,
    ):
        inhibitor.hold(REASON)

    assert "portal: org.freedesktop.DBus.Error.ServiceUnknown" in str(refused.value)
    assert "power management: org.freedesktop.DBus.Error.AccessDenied" in str(refused.value)
    assert "login manager: " in str(refused.value)
    assert not inhibitor.is_held()


@pytest.mark.parametrize("address", ["", "nonsense", "tcp:host=localhost,port=1", "unix:path=/no"])
def test_without_a_bus_it_is_refused(
    address: str, inhibitor: DesktopInhibitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    with pytest.raises(CannotKeepAwakeError):
        inhibitor.hold(REASON)


def test_a_bus_that_ends_is_no_fault(
    tmp_path: Path, inhibitor: DesktopInhibitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with private_bus(tmp_path / "ends") as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        with StandIn(address, POWER_MANAGEMENT, {"Inhibit": cookie, "UnInhibit": nothing}):
            inhibitor.hold(REASON)
    assert not inhibitor.is_held()
    inhibitor.release()
