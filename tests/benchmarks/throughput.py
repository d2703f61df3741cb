"""Durable reports a second, against a handler that does nothing and against a plain peer."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks import wrk
from tests.benchmarks.load import CONNECTIONS, post_load
from tests.benchmarks.servers import Server, Serving, cpu_seconds
from tests.benchmarks.table import Row, Scale, spread
from tests.helpers.program import Program

NOOP_TARGET: Final = 0.50
PEER_TARGET: Final = 3.5


def throughput(scale: Scale, folder: Path) -> Iterator[Row]:
    """Let each server have its turn, round by round: the machine's moods are shared."""
    rates: defaultdict[str, list[float]] = defaultdict(list)
    costs: defaultdict[str, list[float]] = defaultdict(list)
    by_wrk: defaultdict[str, list[float]] = defaultdict(list)
    with ExitStack() as running:
        servers: dict[str, Serving] = {
            "noop": running.enter_context(Server("noop_server")),
            "kvitto": running.enter_context(Program(folder / "kvitto")),
            "peer": running.enter_context(Server("peer_server", str(folder / "peer.db"))),
        }
        for number in range(scale.rounds):
            for name, server in servers.items():
                before = cpu_seconds(server)
                result = post_load(
                    server.url,
                    run=f"round{number}",
                    warm_up_s=scale.warm_up_s,
                    measured_s=scale.measured_s,
                )
                assert result.is_clean, (name, result)
                rates[name].append(result.per_second)
                answers = sum(result.statuses.values())
                costs[name].append(1e6 * (cpu_seconds(server) - before) / answers)
                if wrk.is_there():
                    rate = wrk.wrk_per_second(server.url, f"wrk{number}", scale.measured_s)
                    by_wrk[name].append(rate)

    def told(name: str) -> str:
        return f"{spread(rates[name])}, {median(costs[name]):.0f} µs of processor each"

    yield Row(f"durable reports/s, full fold, {CONNECTIONS} connections", told("kvitto"))
    yield Row("… a no-op aiohttp application, requests/s", told("noop"))
    yield Row("… Starlette, uvicorn, sqlite3, a commit for each: reports/s", told("peer"))
    yield _ratio("… against the no-op application", rates, "noop", NOOP_TARGET)
    yield _ratio("… against Starlette, uvicorn, sqlite3", rates, "peer", PEER_TARGET)
    if not by_wrk:
        yield Row("… with the load of wrk", "not measured: wrk is not installed")
        return
    yield Row("… with the load of wrk: reports/s", spread(by_wrk["kvitto"]))
    yield _ratio("… … against the no-op application", by_wrk, "noop", NOOP_TARGET)
    yield _ratio("… … against Starlette, uvicorn, sqlite3", by_wrk, "peer", PEER_TARGET)


def _ratio(what: str, rates: Mapping[str, Sequence[float]], other: str, target: float) -> Row:
    """Return the row of how many times as quick as another server, in the same rounds."""
    ratios = [ours / theirs for ours, theirs in zip(rates["kvitto"], rates[other], strict=True)]
    told, goal = spread(ratios, " ×", digits=2), f"≥ {target:.2f} ×"
    return Row(what, told, goal, median(ratios) >= target)
