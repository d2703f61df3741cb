"""How often the reachability is checked, and when the next check is due."""

import msgspec


class CheckIntervals(msgspec.Struct, frozen=True):
    """Times between checks. All in seconds.

    Messages are open while they are not finished and their batch is still waited for.

    Attributes:
        quiet_s: while messages are open, a check is made after so long without a report; as long
            as none comes, the next ones follow in twice the time each, up to `active_s`.
        active_s: the longest time between checks while messages are open. Reports postpone a
            check, but not for longer than twice this.
        idle_s: between checks otherwise, whether or not reports come in.
        min_valid_s: a result is valid for two intervals, but never shorter than this: a check
            takes a while.
        report_poll_s: between reads of what has come in.
        failing_s: between checks while the URL is unreachable.
        confirm_s: after a check of a reachable URL has failed, before it is repeated and believed.
        warm_up_s: a tunnel with a new name may be unreachable for so long after it has opened: DNS
            needs time to propagate it.
        settle_s: the same for a name that is not new.
        warm_up_retry_s: between checks meanwhile.
        discovery_s: between discoveries of running tunnels, while the public URL is one of theirs.
        rare_discovery_s: the same otherwise.
        ask_programs_s: between starts of a program to query it, at least.
        earlier_urls_s: between checks of earlier URLs that batches still report to; a result is
            valid for two such times.
        max_wait_s: no wait is longer: a suspend is noticed after that.
        suspend_gap_s: a wait that took so much longer than asked for was a suspend.
    """

    quiet_s: float = 30.0
    active_s: float = 180.0
    idle_s: float = 900.0
    min_valid_s: float = 60.0
    report_poll_s: float = 10.0
    failing_s: float = 20.0
    confirm_s: float = 2.0
    warm_up_s: float = 45.0
    settle_s: float = 5.0
    warm_up_retry_s: float = 3.0
    discovery_s: float = 10.0
    rare_discovery_s: float = 60.0
    ask_programs_s: float = 60.0
    earlier_urls_s: float = 300.0
    max_wait_s: float = 30.0
    suspend_gap_s: float = 10.0


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
        """Note a test that did not come back; return for how long that is valid."""
        self._tested_s = now_s
        self.after(now_s, self._intervals.failing_s)
        return self._valid_s(self._intervals.failing_s)

    def passed(self, now_s: float, *, is_waiting: bool) -> float:
        """Note a test that came back; return for how long that is valid.

        Args:
            now_s: the time.
            is_waiting: whether messages are not finished.
        """
        self._tested_s = now_s
        interval_s = self._intervals.idle_s
        if is_waiting:
            interval_s = min(self._pause_s, self._intervals.active_s)
            self._pause_s = min(2 * self._pause_s, self._intervals.active_s)
        self.after(now_s, interval_s)
        return self._valid_s(interval_s)

    def reported(self, now_s: float, *, is_waiting: bool) -> float:
        """Note that reports came in; return for how long that is valid."""
        intervals = self._intervals
        interval_s = min(intervals.quiet_s, intervals.active_s) if is_waiting else intervals.idle_s
        longest_s = 2 * intervals.active_s if is_waiting else intervals.idle_s
        self._pause_s = intervals.quiet_s
        tested_s = now_s if self._tested_s is None else self._tested_s
        self.due_s = min(now_s + interval_s, max(now_s, tested_s + longest_s))
        return self._valid_s(interval_s)

    def _valid_s(self, interval_s: float) -> float:
        return max(2 * interval_s, self._intervals.min_valid_s)
