"""Durable reports a second, against a handler that does nothing and against a plain peer."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks.load import CONNECTIONS, post_load
from tests.benchmarks.servers import Server, Serving, cpu_seconds
from tests.benchmarks.table import Row, Scale, spread
from tests.helpers.program import Program

NOOP_TARGET: Final = 0.40
PEER_TARGET: Final = 2.0


def throughput(scale: Scale, folder: Path) -> Iterator[Row]:
    """Let each server have its turn, round by round: the machine's moods are shared."""
    rates: defaultdict[str, list[float]] = defaultdict(list)
    costs: defaultdict[str, list[float]] = defaultdict(list)
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
    to_noop = [ours / theirs for ours, theirs in zip(rates["kvitto"], rates["noop"], strict=True)]
    to_peer = [ours / theirs for ours, theirs in zip(rates["kvitto"], rates["peer"], strict=True)]

    def told(name: str) -> str:
        return f"{spread(rates[name])}, {median(costs[name]):.0f} µs of processor each"

    yield Row(f"durable reports/s, full fold, {CONNECTIONS} connections", told("kvitto"))
    yield Row("… a no-op aiohttp application, requests/s", told("noop"))
    yield Row("… Starlette, uvicorn, sqlite3, a commit for each: reports/s", told("peer"))
    yield Row(
        "… against the no-op application",
        spread(to_noop, digits=2),
        f"≥ {NOOP_TARGET:.2f}",
        median(to_noop) >= NOOP_TARGET,
    )
    yield Row(
        "… against Starlette, uvicorn, sqlite3",
        spread(to_peer, " ×", digits=2),
        f"≥ {PEER_TARGET:.1f} ×",
        median(to_peer) >= PEER_TARGET,
    )
