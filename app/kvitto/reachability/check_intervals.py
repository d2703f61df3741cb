"""How often the reachability is checked."""

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
