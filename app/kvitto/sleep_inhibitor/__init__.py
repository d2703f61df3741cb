"""Keep the computer from going to sleep by itself, on Linux, Windows and macOS.

The door of the room:

* `inhibitor`: :class:`~kvitto.sleep_inhibitor.inhibitor.Inhibitor`, what all systems' ways have in
common.
* `system`: :func:`~kvitto.sleep_inhibitor.inhibitor.system_inhibitor`, this system's way.

Inside:

* `desktop`: Linux, by what the desktop or the login manager offers on D-Bus.
* `bus`: one connection to a D-Bus, whose faults are all of one kind.
* `windows`, `macos`: by their own calls.
"""
