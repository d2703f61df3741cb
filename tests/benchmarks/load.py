"""The load of a benchmark, in a process of its own: it must not take time from what it measures."""

import argparse
import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from statistics import quantiles
from typing import Final

import msgspec

from tests.benchmarks.lines import Lines
from tests.helpers.posting import Answer, Poster, report_body
from tests.helpers.program import PROJECT

CONNECTIONS: Final = 32
_CODES: Final = (101, 112, 201)
_MESSAGES_PER_BATCH: Final = 1000
_END_S: Final = 30.0
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
    """

    answered: int
    seconds: float
    statuses: dict[int, int]
    unanswered: int
    late: int
    p50_s: float
    p99_s: float
    max_s: float

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
    return body.replace(b"999", b"%03d").replace(b'"duration": 0', b'"duration": %d')


async def _measure(
    url: str, run: str, warm_up_s: float, measured_s: float, per_second: float
) -> LoadResult:
    statuses: Counter[int] = Counter()
    latencies: list[float] = []
    begin = time.perf_counter() + warm_up_s
    end = begin + measured_s

    def note(answer: Answer) -> None:
        statuses[answer.status] += 1
        if begin <= time.perf_counter() < end:
            latencies.append(answer.latency_s)

    def bodies() -> Iterator[bytes]:
        for body in reports(run):
            if time.perf_counter() >= end:
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
        seconds=measured_s,
        statuses=dict(statuses),
        unanswered=unanswered,
        late=sum(latency > LATE_S for latency in latencies),
        p50_s=percentiles[49],
        p99_s=percentiles[98],
        max_s=max(latencies),
    )


def main() -> None:
    """Run as a process of its own: print a result as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--run", required=True)
    for name in ("--warm-up", "--measured", "--per-second"):
        parser.add_argument(name, type=float, required=True)
    options = parser.parse_args()
    result = asyncio.run(
        _measure(options.url, options.run, options.warm_up, options.measured, options.per_second)
    )
    print(msgspec.json.encode(result).decode())


if __name__ == "__main__":
    main()
