"""Durable reports a second, against a handler that does nothing and against a plain peer."""

import re
import shutil
import subprocess
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

NOOP_TARGET: Final = 0.50
PEER_TARGET: Final = 3.5
_WRK: Final = "wrk"
"""Another load generator, where it is installed; what it posts is in `reports.lua`."""
_SCRIPT: Final = Path(__file__).with_name("reports.lua")
_DONE: Final = re.compile(r"^requests=(\d+) us=(\d+) failed=(\d+)$", re.MULTILINE)


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
                if shutil.which(_WRK) is not None and name != "peer":
                    rate = _requests_by_wrk(server.url, f"wrk{number}", scale.measured_s)
                    by_wrk[name].append(rate)
    to_noop = [ours / theirs for ours, theirs in zip(rates["kvitto"], rates["noop"], strict=True)]
    to_peer = [ours / theirs for ours, theirs in zip(rates["kvitto"], rates["peer"], strict=True)]

    to_noop_by_wrk = [
        ours / theirs for ours, theirs in zip(by_wrk["kvitto"], by_wrk["noop"], strict=True)
    ]

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
    if to_noop_by_wrk:
        yield Row(
            f"… against the no-op application, with wrk ({spread(by_wrk['kvitto'])} reports/s)",
            spread(to_noop_by_wrk, digits=2),
            f"≥ {NOOP_TARGET:.2f}",
            median(to_noop_by_wrk) >= NOOP_TARGET,
        )


def _requests_by_wrk(url: str, run: str, measured_s: float) -> float:
    """Return how many requests a second `wrk` had answered 200."""
    done = subprocess.run(
        [
            *(_WRK, "--threads=1", f"--connections={CONNECTIONS}", "--timeout=60s"),
            *(f"--duration={max(1, round(measured_s))}s", f"--script={_SCRIPT}", url, "--", run),
        ],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    found = _DONE.search(done.stdout)
    assert found is not None, done.stdout
    assert found[3] == "0", done.stdout
    return 1e6 * int(found[1]) / int(found[2])
