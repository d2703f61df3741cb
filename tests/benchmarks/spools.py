"""Reports that wait on the receiver's own disk: how many a second, and how soon they are stored."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

from kvitto.receiver.spooling import SPOOL_NAME
from kvitto.store.spool_file import waiting_in
from tests.benchmarks.load import CONNECTIONS, post_load
from tests.benchmarks.table import Row, Scale
from tests.helpers.posting import post, report_body
from tests.helpers.program import Program
from tests.journeys.patience import eventually

_DRAIN_S = 600.0


def spools(scale: Scale, folder: Path) -> Iterator[Row]:
    """Post to a receiver while its server is there, and while it is away."""
    from tests.helpers.postgres import running_cluster

    def rate(program: Program, run: str) -> float:
        result = post_load(
            program.url, run=run, warm_up_s=scale.warm_up_s, measured_s=scale.measured_s
        )
        assert result.is_clean, result
        return result.per_second

    with running_cluster(is_durable=True) as server:
        store = server.new_store().text
        with Program(folder / "kvitto", "--store", store, "--spool") as program:
            direct = rate(program, "direct")
            server.stop(signal.SIGINT)
            assert post(program.url, report_body("first"))[0] == 200
            kept = rate(program, "kept")
            (file,) = (folder / "kvitto").rglob(SPOOL_NAME)
            waiting = _waiting(file)
            server.start()
            begin = time.monotonic()
            assert eventually(lambda: not _waiting(file), _DRAIN_S)
            stored = waiting / (time.monotonic() - begin)
            assert program.stop() == 0
    yield Row(f"reports/s into a store on a server, {CONNECTIONS} connections", f"{direct:,.0f}")
    yield Row("… while it is away, onto the receiver's own disk", f"{kept:,.0f}")
    yield Row("… and of these stored when it is back, a second", f"{stored:,.0f} of {waiting:,}")


def _waiting(file: Path) -> int:
    return waiting_in(file)[0]
