import io

from typing_extensions import override

from kvitto.simulator.campaign_runner import CampaignProgress
from kvitto.simulator.progress import ProgressLine
from kvitto.simulator.summary import TryFailure


class Screen(io.StringIO):
    @override
    def isatty(self) -> bool:
        return True


class Closed(io.StringIO):
    @override
    def write(self, text: str) -> int:
        raise BrokenPipeError


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def progress(
    *,
    waiting: int = 0,
    deleted: int = 0,
    breaches: int = 0,
    late_s: float = 0.0,
    failure: TryFailure | None = None,
) -> CampaignProgress:
    return CampaignProgress(
        messages=100,
        begun=7,
        posted=50,
        taken=48,
        under_way=2,
        waiting=waiting,
        deleted=deleted,
        breaches=breaches,
        late_s=late_s,
        failure=failure,
        elapsed_s=1.0,
    )


def test_on_a_terminal_one_line_is_written_over() -> None:
    screen, clock = Screen(), Clock()
    line = ProgressLine(screen, clock)
    for _ in range(3):
        clock.now_s += 0.3
        line.sending(progress())
    line.end()
    assert screen.getvalue().count("\r") == 3
    assert screen.getvalue().count("\n") == 1
    assert "7 of 100 messages, 50 posted, 48 answered 200" in screen.getvalue()


def test_elsewhere_a_line_comes_every_five_seconds() -> None:
    file, clock = io.StringIO(), Clock()
    line = ProgressLine(file, clock)
    for _ in range(100):
        clock.now_s += 0.2
        line.sending(progress())
    line.end()
    assert len(file.getvalue().splitlines()) == 3 or len(file.getvalue().splitlines()) == 4
    assert "\r" not in file.getvalue()


def test_trouble_is_told() -> None:
    screen, clock = Screen(), Clock()
    line = ProgressLine(screen, clock)
    clock.now_s = 1.0
    line.sending(progress(waiting=3, deleted=2, failure=TryFailure.UNREACHABLE))
    told = screen.getvalue()
    assert "3 wait to be sent again" in told
    assert "2 deleted" in told
    clock.now_s = 2.0
    line.sending(progress(breaches=4, late_s=9.0))
    assert "4 broke the contract, 9 s late" in screen.getvalue()
    clock.now_s = 3.0
    line.sending(progress(failure=TryFailure.UNREACHABLE))
    assert "no connection" in screen.getvalue()


def test_so_is_the_comparison() -> None:
    screen, clock = Screen(), Clock()
    line = ProgressLine(screen, clock)
    clock.now_s = 1.0
    line.comparing(500, 1000)
    assert "comparing with the store: 500 of 1000 messages" in screen.getvalue()


def test_without_anything_told_nothing_is_ended() -> None:
    screen = Screen()
    ProgressLine(screen, Clock()).end()
    assert screen.getvalue() == ""


def test_nobody_reading_is_no_crash() -> None:
    clock = Clock()
    line = ProgressLine(Closed(), clock)
    clock.now_s = 9.0
    line.sending(progress())
