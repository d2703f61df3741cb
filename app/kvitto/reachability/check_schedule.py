"""When the next test is due: pure arithmetic on the steady clock."""

from kvitto.reachability.check_intervals import CheckIntervals


class CheckSchedule:
    """Says when to test, by what was found out. All times are of the steady clock.

    A report puts a test off, as it proves as much; but a test is really made now and then whatever
    comes in, and soon once nothing comes in that is waited for.
    """

    def __init__(self, intervals: CheckIntervals) -> None:
        """Have nothing due."""
        self._intervals = intervals
        self._tested_s: float | None = None
        self._pause_s = intervals.quiet_s
        self.due_s: float | None = None

    def begin(self) -> None:
        """Begin with another URL, of which nothing is known."""
        self._tested_s = self.due_s = None
        self._pause_s = self._intervals.quiet_s

    def after(self, now_s: float, wait_s: float) -> None:
        """Have a test due in `wait_s` seconds."""
        self.due_s = now_s + wait_s

    def failed(self, now_s: float) -> float:
        """Note a test that did not come back; return for how long that says something."""
        self._tested_s = now_s
        self.after(now_s, self._intervals.failing_s)
        return self._valid_s(self._intervals.failing_s)

    def passed(self, now_s: float, *, is_waiting: bool) -> float:
        """Note a test that came back; return for how long that says something.

        Args:
            now_s: the time.
            is_waiting: whether messages are not settled.
        """
        self._tested_s = now_s
        interval_s = self._intervals.idle_s
        if is_waiting:
            interval_s = min(self._pause_s, self._intervals.active_s)
            self._pause_s = min(2 * self._pause_s, self._intervals.active_s)
        self.after(now_s, interval_s)
        return self._valid_s(interval_s)

    def reported(self, now_s: float, *, is_waiting: bool) -> float:
        """Note that reports came in; return for how long that says something."""
        intervals = self._intervals
        interval_s = min(intervals.quiet_s, intervals.active_s) if is_waiting else intervals.idle_s
        longest_s = 2 * intervals.active_s if is_waiting else intervals.idle_s
        self._pause_s = intervals.quiet_s
        tested_s = now_s if self._tested_s is None else self._tested_s
        self.due_s = min(now_s + interval_s, max(now_s, tested_s + longest_s))
        return self._valid_s(interval_s)

    def _valid_s(self, interval_s: float) -> float:
        return max(2 * interval_s, self._intervals.min_valid_s)
