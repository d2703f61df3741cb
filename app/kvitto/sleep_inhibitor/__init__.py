"""Keep the computer from going to sleep by itself, on Linux, Windows and macOS.

Public API: `inhibitor`: :class:`~kvitto.sleep_inhibitor.inhibitor.Inhibitor`, and
:func:`~kvitto.sleep_inhibitor.inhibitor.system_inhibitor`, which returns this system's.

Inside: `linux`, by what the desktop or the login manager offers on D-Bus, with `session_bus`;
`windows` and `macos`, by their own calls.
"""
