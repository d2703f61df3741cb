"""Linux: inhibit sleep by a D-Bus service.

Desktops differ in the services that they offer. They are tried in this order, and the first that
grants it is used: the portal, which most desktops have; its predecessors; the login manager.

Sources: flatpak.github.io/xdg-desktop-portal, "org.freedesktop.portal.Inhibit"; freedesktop.org's
Power Management Specification 0.2; gnome-session's "org.gnome.SessionManager"; systemd's
"org.freedesktop.login1".
"""

import logging
import os
from collections.abc import Callable
from typing import Final, NamedTuple
from uuid import uuid4

from jeepney import DBusAddress, FileDescriptor, MatchRule

from kvitto.sleep_inhibitor.inhibitor import CannotKeepAwakeError
from kvitto.sleep_inhibitor.session_bus import SESSION, SYSTEM, Bus, BusError

log = logging.getLogger(__name__)

_NAME: Final = "kvitto"
_SUSPEND: Final = 4
"""The flag of the portal and of the session manager; others keep the screen on or the user in."""
_ANSWER_S: Final = 10.0
"""The bus may have to start the service first."""
_RESPONSE_S: Final = 2.0

_PORTAL: Final = DBusAddress(
    "/org/freedesktop/portal/desktop",
    bus_name="org.freedesktop.portal.Desktop",
    interface="org.freedesktop.portal.Inhibit",
)
_POWER_MANAGEMENT: Final = DBusAddress(
    "/org/freedesktop/PowerManagement/Inhibit",
    bus_name="org.freedesktop.PowerManagement.Inhibit",
    interface="org.freedesktop.PowerManagement.Inhibit",
)
_SESSION_MANAGER: Final = DBusAddress(
    "/org/gnome/SessionManager",
    bus_name="org.gnome.SessionManager",
    interface="org.gnome.SessionManager",
)
_LOGIN_MANAGER: Final = DBusAddress(
    "/org/freedesktop/login1",
    bus_name="org.freedesktop.login1",
    interface="org.freedesktop.login1.Manager",
)


class _Grant(NamedTuple):
    """An inhibitor that a service has granted.

    Attributes:
        service: the unique name of that service.
        give_back: releases it.
    """

    service: str
    give_back: Callable[[], object]


def _ask_portal(bus: Bus, reason: str) -> _Grant:
    """Ask the portal, and wait for its response: only there a desktop that can't do it says so.

    Without a response it counts as granted.
    """
    token = f"{_NAME}_{uuid4().hex}"
    sender = bus.unique_name.removeprefix(":").replace(".", "_")
    handle = f"{_PORTAL.object_path}/request/{sender}/{token}"
    request = "org.freedesktop.portal.Request"
    rule = MatchRule(type="signal", interface=request, member="Response", path=handle)
    options = {"handle_token": ("s", token), "reason": ("s", reason)}
    with bus.listening(rule) as signals:
        answer = bus.call(_PORTAL, "Inhibit", "sua{sv}", "", _SUSPEND, options, timeout_s=_ANSWER_S)
        response = signals.wait(_RESPONSE_S)
    if response is not None and response[0] != 0:
        msg = f"the portal refused: {response[0]}"
        raise BusError(msg)
    [granted] = answer.body
    address = DBusAddress(granted, bus_name=_PORTAL.bus_name, interface=request)
    return _Grant(answer.service, lambda: bus.call(address, "Close", "", timeout_s=_ANSWER_S))


def _ask_power_management(bus: Bus, reason: str) -> _Grant:
    """Ask by the specification before the portal: KDE, Xfce."""
    service = _POWER_MANAGEMENT
    answer = bus.call(service, "Inhibit", "ss", _NAME, reason, timeout_s=_ANSWER_S)
    [cookie] = answer.body
    return _Grant(
        answer.service, lambda: bus.call(service, "UnInhibit", "u", cookie, timeout_s=_ANSWER_S)
    )


def _ask_session_manager(bus: Bus, reason: str) -> _Grant:
    """Ask GNOME's session manager, and those of its relatives: MATE, Cinnamon."""
    service = _SESSION_MANAGER
    no_window = 0
    answer = bus.call(
        service, "Inhibit", "susu", _NAME, no_window, reason, _SUSPEND, timeout_s=_ANSWER_S
    )
    [cookie] = answer.body
    return _Grant(
        answer.service, lambda: bus.call(service, "Uninhibit", "u", cookie, timeout_s=_ANSWER_S)
    )


def _ask_login_manager(bus: Bus, reason: str) -> _Grant:
    """Ask the login manager, which suspends the computer where no desktop does.

    It is granted for as long as the returned file is open.
    """
    values = ("sleep:idle", "Kvitto", reason, "block")
    answer = bus.call(_LOGIN_MANAGER, "Inhibit", "ssss", *values, timeout_s=_ANSWER_S)
    [file] = answer.body
    if not isinstance(file, FileDescriptor):
        msg = "the login manager gave no file"
        raise BusError(msg)
    descriptor = file.to_raw_fd()
    return _Grant(answer.service, lambda: os.close(descriptor))


_SERVICES: Final = (
    ("portal", SESSION, _ask_portal),
    ("power management", SESSION, _ask_power_management),
    ("session manager", SESSION, _ask_session_manager),
    ("login manager", SYSTEM, _ask_login_manager),
)


class DesktopInhibitor:
    """Keeps the computer awake by the first service that grants it."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._held: tuple[Bus, _Grant] | None = None

    def hold(self, reason: str) -> None:
        """Keep the computer awake.

        Raises:
            CannotKeepAwakeError: no service grants it.
        """
        self.release()
        rejections = []
        for name, bus_name, ask in _SERVICES:
            try:
                bus = Bus(bus_name)
            except BusError as error:
                rejections.append(f"{name}: {error}")
                continue
            try:
                self._held = bus, ask(bus, reason)
            except BusError as error:
                bus.close()
                rejections.append(f"{name}: {error}")
            else:
                log.info("The computer is kept awake by the %s", name)
                return
        raise CannotKeepAwakeError("; ".join(rejections))

    def is_held(self) -> bool:
        """Tell whether the service that granted it still runs."""
        if self._held is None:
            return False
        bus, grant = self._held
        try:
            return bus.has(grant.service)
        except BusError:
            return False

    def release(self) -> None:
        """Release the inhibitor; closing the connection would do so, too."""
        held, self._held = self._held, None
        if held is None:
            return
        bus, grant = held
        try:
            grant.give_back()
        except BusError as error:
            log.info("The inhibitor could not be released: %s", error)
        finally:
            bus.close()
