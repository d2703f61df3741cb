"""A system that can be kept awake, by hand."""

import threading

from kvitto.sleep_inhibitor.inhibitor import CannotKeepAwakeError


class System:
    """Remembers what it was asked, and refuses on demand; see `awake.inhibitor.Inhibitor`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_kept_awake = False
        self.refuses = False
        self.may_answer = threading.Event()
        self.may_answer.set()

    def hold(self, reason: str) -> None:
        self.asked.append(f"hold: {reason}")
        assert self.may_answer.wait(60)
        if self.refuses:
            msg = "no service"
            raise CannotKeepAwakeError(msg)
        self.is_kept_awake = True

    def is_held(self) -> bool:
        return self.is_kept_awake

    def release(self) -> None:
        self.asked.append("release")
        self.is_kept_awake = False
