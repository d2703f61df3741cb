"""The load of a benchmark, in a process of its own: it must not take time from what it measures."""

import argparse
import asyncio
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from statistics import quantiles
from types import TracebackType
from typing import Final, Self

import msgspec

from tests.benchmarks.lines import Lines
from tests.helpers.posting import Answer, Poster, report_body
from tests.helpers.program import PROJECT

CONNECTIONS: Final = 32
_CODES: Final = (101, 112, 201)
_MESSAGES_PER_BATCH: Final = 1000
_END_S: Final = 30.0
_LEAST_ANSWERS: Final = 2
_LONGEST_S: Final = 3600.0
_DRAINED_S: Final = 300.0
"""What was due and could not be posted yet is posted before a load ends."""
_BEGUN: Final = b"begun\n"
LATE_S: Final = 0.1
"""An answer that takes longer is late: nobody but a person would notice a shorter one."""


class LoadResult(msgspec.Struct, frozen=True):
    """What a load brought.

    Attributes:
        answered: how many answers came in the time that was measured.
        seconds: how long that was.
        statuses: how many answers had which status, in all.
        unanswered: how many requests had no answer, in all.
        late: how many answers took longer than `LATE_S`, of those that were measured.
        p50_s, p99_s, max_s: how long the answers took.
        timed: when each answer came, in monotonic seconds, and how long it took; of a load that is
            paced.
    """

    answered: int
    seconds: float
    statuses: dict[int, int]
    unanswered: int
    late: int
    p50_s: float
    p99_s: float
    max_s: float
    timed: list[tuple[float, float]] = []

    @property
    def per_second(self) -> float:
        """How many answers came in a second."""
        return self.answered / self.seconds

    @property
    def is_clean(self) -> bool:
        """Whether every request was answered 200."""
        return set(self.statuses) == {200} and not self.unanswered


def post_load(
    url: str, *, run: str, warm_up_s: float, measured_s: float, per_second: float = 0.0
) -> LoadResult:
    """Post reports from another process.

    Args:
        url: where to post.
        run: tells the reports of this load from those of others.
        warm_up_s: how long to post before it is measured.
        measured_s: how long to measure.
        per_second: the pace; 0 for as quickly as answers come.
    """
    numbers = (
        f"--{name}={value}"
        for name, value in (
            ("run", run),
            ("warm-up", warm_up_s),
            ("measured", measured_s),
            ("per-second", per_second),
        )
    )
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.load", url, *numbers],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        timeout=warm_up_s + measured_s + _END_S,
        check=True,
    )
    return msgspec.json.decode(done.stdout, type=LoadResult, strict=False)


class SteadyLoad:
    """Posts reports at an even pace, from another process, until it is ended.

    Args:
        url: where to post.
        run: tells the reports of this load from those of others.
        per_second: the pace.
    """

    def __init__(self, url: str, *, run: str, per_second: float) -> None:
        self._process: Final = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.benchmarks.load", url, f"--run={run}"),
                *("--warm-up=0", f"--measured={_LONGEST_S}", f"--per-second={per_second}"),
                "--until-told",
            ],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == _BEGUN

    def end(self) -> LoadResult:
        """Post no more; return what it brought."""
        told, _ = self._process.communicate(timeout=_DRAINED_S)
        assert self._process.returncode == 0
        return msgspec.json.decode(told, type=LoadResult, strict=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(_END_S)


def reports(run: str) -> Iterator[bytes]:
    """Yield reports without an end: batches of a thousand messages, three reports for each.

    All messages of a batch get their first report before any gets its second, so that what is
    folded together is about different messages, as it is with the SMS service.
    """
    template = _template(run)
    batch = 0
    while True:
        batch += 1
        for code in _CODES:
            for message in range(_MESSAGES_PER_BATCH):
                yield template % (batch, message, batch, code, code == _CODES[-1])


def _template(run: str) -> bytes:
    """Return a report to be filled with a batch, a message, a batch, a code and a finality.

    The load has the same machine as what it measures, so it does not encode every report anew.
    """
    body = report_body(f"{run}-%06d-%03d", batch_id=f"{run}-%06d", code=999)
    return body.replace(b'"code": 999', b'"code": %03d').replace(
        b'"duration": 0', b'"duration": %d'
    )


async def _measure(
    url: str,
    run: str,
    warm_up_s: float,
    measured_s: float,
    per_second: float,
    is_ended: Callable[[], bool] = lambda: False,
) -> LoadResult:
    statuses: Counter[int] = Counter()
    latencies: list[float] = []
    timed: list[tuple[float, float]] = []
    begin = time.perf_counter() + warm_up_s
    last = end = begin + measured_s

    def is_over() -> bool:
        # A busy machine may give no answer in a very short time: of two, there are percentiles.
        now = time.perf_counter()
        return now >= end and (len(latencies) >= _LEAST_ANSWERS or now >= end + _END_S / 2)

    def note(answer: Answer) -> None:
        nonlocal last
        statuses[answer.status] += 1
        if begin <= (now := time.perf_counter()) and not is_over():
            last = now
            latencies.append(answer.latency_s)
            if per_second:
                timed.append((time.monotonic(), answer.latency_s))

    def bodies() -> Iterator[bytes]:
        for body in reports(run):
            if is_over() or is_ended():
                return
            yield body

    if per_second:
        async with Poster(url, note, connections=CONNECTIONS) as poster:
            await poster.post_paced(bodies(), per_second)
        unanswered = len(poster.unanswered)
    else:
        lines = Lines(url, note, connections=CONNECTIONS)
        lines.post_all(bodies())
        unanswered = lines.unanswered
    percentiles = quantiles(latencies, n=100)
    return LoadResult(
        answered=len(latencies),
        seconds=max(measured_s, last - begin),
        statuses=dict(statuses),
        unanswered=unanswered,
        late=sum(latency > LATE_S for latency in latencies),
        p50_s=percentiles[49],
        p99_s=percentiles[98],
        max_s=max(latencies),
        timed=timed,
    )


def main() -> None:
    """Run as a process of its own: print a result as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--run", required=True)
    for name in ("--warm-up", "--measured", "--per-second"):
        parser.add_argument(name, type=float, required=True)
    parser.add_argument("--until-told", action="store_true", help="end when the input ends")
    options = parser.parse_args()
    ended = threading.Event()
    if options.until_told:

        def listen() -> None:
            sys.stdin.read()
            ended.set()

        threading.Thread(target=listen, daemon=True).start()
        sys.stdout.buffer.write(_BEGUN)
        sys.stdout.flush()
    result = asyncio.run(
        _measure(
            options.url,
            options.run,
            options.warm_up,
            options.measured,
            options.per_second,
            ended.is_set,
        )
    )
    print(msgspec.json.encode(result).decode())


if __name__ == "__main__":
    main()
