"""The PySide6 that is installed keeps count of None.

PySide6 6.12.0 on Python 3.11 drops a reference of None at every ``killTimer()``. qasync kills a
timer for every callback, so that the program aborts after some thousand of them. From Python 3.12
None is not counted, and this test passes with any PySide6.
"""

import sys

from PySide6.QtCore import QCoreApplication, QObject

KILLED = 500


def _kill_timers(owner: QObject, count: int) -> None:
    for _ in range(count):
        owner.killTimer(owner.startTimer(60_000))


def test_killing_timers_does_not_use_up_references_of_none(qapp: QCoreApplication) -> None:
    owner = QObject(qapp)
    _kill_timers(owner, 50)  # the first calls fill caches, which hold references

    before = sys.getrefcount(None)
    _kill_timers(owner, KILLED)
    lost = before - sys.getrefcount(None)

    assert lost < KILLED / 2
