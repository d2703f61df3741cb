"""How often the front door is looked at."""

import msgspec


class CheckIntervals(msgspec.Struct, frozen=True):
    """Times between looks. All in seconds.

    Attributes:
        silence_s: while messages are not settled, after so long without a report a test is made;
            as long as none comes the next ones follow in twice the time each, up to `waiting_s`.
        waiting_s: between tests while messages are not settled, at most. Reports put a test off,
            but not for longer than twice this.
        calm_s: between tests otherwise, whatever comes in.
        least_valid_s: what was found out says something for two intervals, but never shorter: a
            test takes a while.
        listen_s: between looks for reports.
        failing_s: between tests while the door is closed.
        confirm_s: after a test of an open door has failed, and before it is believed.
        fresh_s: for so long a tunnel that has just opened may be unreachable: a new name needs
            time to get about.
        settle_s: the same for one with an old name.
        fresh_retry_s: between tests meanwhile.
        look_s: between looks for the tunnels that are there, while the public URL is one of theirs.
        look_rarely_s: the same otherwise.
        ask_programs_s: how often programs are started to be asked, at most.
        others_s: between tests of earlier addresses that batches still report to; what they tell
            holds for two such times.
        idle_s: nothing is waited for longer: sleep is noticed after that.
        asleep_s: a wait that took so much longer was sleep.
    """

    silence_s: float = 30.0
    waiting_s: float = 180.0
    calm_s: float = 900.0
    least_valid_s: float = 60.0
    listen_s: float = 10.0
    failing_s: float = 20.0
    confirm_s: float = 2.0
    fresh_s: float = 45.0
    settle_s: float = 5.0
    fresh_retry_s: float = 3.0
    look_s: float = 10.0
    look_rarely_s: float = 60.0
    ask_programs_s: float = 60.0
    others_s: float = 300.0
    idle_s: float = 30.0
    asleep_s: float = 10.0
