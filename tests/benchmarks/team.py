"""A store on a server, against one in a folder in the same run.

The server is one of this computer's own, with its data beside that of the other store, and flushes
each commit: it shares processors and disk with all that is measured.
"""

import os
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from random import Random, SystemRandom
from statistics import median, quantiles
from typing import Final

import msgspec
import psycopg

from kvitto.export.exporter import export
from kvitto.store.check import check
from kvitto.store.database import Database, open_database
from kvitto.store.engines.opening import open_store_at, server_database
from kvitto.store.engines.postgresql_schema import SCHEMA
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.reader import Reader
from kvitto.store.search import MessageFilter, MessageSearch
from tests.benchmarks.folds import folds_per_second
from tests.benchmarks.load import CONNECTIONS, LoadResult, post_load
from tests.benchmarks.onlookers import onlookers
from tests.benchmarks.server_store import fill_server_store
from tests.benchmarks.servers import Server
from tests.benchmarks.stores import size_of_big_store
from tests.benchmarks.table import Row, Scale, at_most, spread
from tests.helpers.postgres import Cluster, programs, running_cluster
from tests.helpers.posting import post, report_body
from tests.helpers.program import Program
from tests.journeys.kills import Sender, live_and_die, result_of

_GROUP: Final = 32
_PER_SECOND: Final = 200.0
_ROUND_TRIP_MS: Final = 5.0
_ROUND_TRIPS: Final = 100
_WINDOWS: Final = 10
_SHOWN_PER_SECOND: Final = 500.0
_MANY_WINDOWS: Final = 20
_PROBE_EVERY_S: Final = 0.1
_LATE_S: Final = 60.0
"""What counts for a report that a window has never read."""
_LOG_FILES: Final = 60
_SEARCHES: Final = 15
_FIRST_LOOK: Final = 2000
"""As many matches as the window asks for first."""
_COMMON_TEXT: Final = "467"


def team(scale: Scale, folder: Path) -> Iterator[Row]:
    """Measure what a team has of one store; nothing where no server is installed."""
    if programs() is None:
        print("team is left out: apt-get install postgresql", file=sys.stderr)
        return
    folder.chmod(0o711)  # for the server's own user
    is_beside = os.geteuid() != 0 or all(one.stat().st_mode & 0o001 for one in folder.parents)
    if not is_beside:
        print("team: the server's data is not beside the other's", file=sys.stderr)
    settings = [
        "shared_buffers=256MB",
        "max_wal_size=4GB",
        "min_wal_size=1GB",
        "autovacuum=on",
        "max_connections=150",
    ]
    with running_cluster(
        is_durable=True, settings=settings, folder=folder if is_beside else None
    ) as cluster:
        _make_log_files(cluster)
        yield from _against_a_folder(scale, folder, cluster)
        yield from _two_receivers(scale, folder, cluster)
        yield from _folds(scale, folder, cluster)
        yield from _far_away(scale, folder, cluster)
        yield from _shown(scale, folder, cluster)
        yield from _watched(scale, folder, cluster)
        yield from _kills(scale, folder, cluster)
        yield from _searches(scale, folder, cluster)


def _make_log_files(cluster: Cluster) -> None:
    """Leave files of its log to the server, as one has that has run for a while.

    A new server makes each of them, of 16 MB, when it needs it, and nothing is committed meanwhile.
    """
    for _ in range(_LOG_FILES):
        cluster.execute("SELECT pg_logical_emit_message(true, '', ''), pg_switch_wal()")
    cluster.execute("CHECKPOINT")


def _loads(scale: Scale, *urls: str, per_second: float = 0.0) -> list[LoadResult]:
    """Post to several receivers at once, each from a process of its own."""

    def load(number: int) -> LoadResult:
        return post_load(
            urls[number],
            run=f"{time.monotonic_ns():x}-{number}",
            warm_up_s=scale.warm_up_s,
            measured_s=scale.steady_s / 2 if per_second else scale.measured_s,
            per_second=per_second,
        )

    with ThreadPoolExecutor(len(urls)) as pool:
        results = list(pool.map(load, range(len(urls))))
    assert all(one.is_clean for one in results), results
    return results


def _receiver(folder: Path, url: StoreUrl, name: str) -> Program:
    return Program(folder / name, "--store", url.text, "--name", name)


def _against_a_folder(scale: Scale, folder: Path, cluster: Cluster) -> Iterator[Row]:
    rates: dict[str, list[float]] = {"server": [], "folder": []}
    with (
        _receiver(folder, cluster.new_store(), "one") as on_server,
        Program(folder / "in-folder") as in_folder,
    ):
        for _ in range(scale.rounds):
            for name, program in (("folder", in_folder), ("server", on_server)):
                (result,) = _loads(scale, program.url)
                rates[name].append(result.per_second)
    ratios = [one / two for one, two in zip(rates["server"], rates["folder"], strict=True)]
    yield Row(
        f"durable reports/s into a server's store, {CONNECTIONS} connections",
        f"{spread(rates['server'])}; into a folder's {spread(rates['folder'])}",
    )
    yield _at_least("… against the folder's", median(ratios), 0.45, spread(ratios, digits=2))


def _two_receivers(scale: Scale, folder: Path, cluster: Cluster) -> Iterator[Row]:
    url = cluster.new_store()
    ratios: list[float] = []
    with (
        _receiver(folder, url, "north") as north,
        _receiver(folder, url, "south") as south,
    ):
        for _ in range(scale.rounds):
            (alone,) = _loads(scale, north.url)
            both = _loads(scale, north.url, south.url)
            ratios.append(sum(one.per_second for one in both) / alone.per_second)
        yield _at_least(
            "two receivers on one store, together, against one",
            median(ratios),
            0.9,
            spread(ratios, digits=2),
        )
        paced = _loads(scale, north.url, south.url, per_second=_PER_SECOND)
    with Program(folder / "in-folder-too") as in_folder:
        (other,) = _loads(scale, in_folder.url, per_second=_PER_SECOND)
    yield at_most(
        f"… slowest 1 % of answers at {_PER_SECOND:.0f} reports/s each",
        1000 * max(one.p99_s for one in paced),
        30,
        "ms",
        f" (p50 {1000 * max(one.p50_s for one in paced):.1f}; one into a folder: "
        f"{1000 * other.p99_s:.1f}, p50 {1000 * other.p50_s:.1f})",
    )


def _folds(scale: Scale, folder: Path, cluster: Cluster) -> Iterator[Row]:
    ratios: list[float] = []
    ours: list[float] = []
    for number in range(scale.rounds):
        with open_database(folder / f"folds-{number}") as database:
            theirs = folds_per_second(database, _GROUP, scale.folds_s)
        with server_database(cluster.new_store(), folder) as database:
            ours.append(folds_per_second(database, _GROUP, scale.folds_s))
        ratios.append(ours[-1] / theirs)
    yield _at_least(
        f"folds/s on a server, groups of {_GROUP}, against a folder's",
        median(ratios),
        0.40,
        f"{spread(ratios, digits=2)}; {spread(ours)} folds/s",
    )


def _far_away(scale: Scale, folder: Path, cluster: Cluster) -> Iterator[Row]:
    store = cluster.new_store()
    asked_ms = _ROUND_TRIP_MS / 2
    with _far(cluster, store, asked_ms / 2) as url:
        # What stands in for the network takes time by itself: the whole way is to be as long.
        own_ms = median(_round_trips_ms(url)) - median(_round_trips_ms(store)) - asked_ms
    with _far(cluster, store, (_ROUND_TRIP_MS - own_ms) / 2) as url:
        with _receiver(folder, url, "far") as program:
            (quick,) = _loads(scale, program.url)
            (paced,) = _loads(scale, program.url, per_second=_PER_SECOND)
        # What is asked for is not what a busy computer gives.
        trips_ms = _round_trips_ms(url)
    took = f" (a round trip took p50 {median(trips_ms):.1f} ms, alone)"
    what = f"{_ROUND_TRIP_MS:.0f} ms there and back to the server"
    yield _at_least(
        f"{what}: reports/s, {CONNECTIONS} connections",
        quick.per_second,
        2000,
        f"{quick.per_second:,.0f}{took}",
        digits=0,
    )
    yield at_most(
        f"… slowest 1 % of answers at {_PER_SECOND:.0f} reports/s", 1000 * paced.p99_s, 60, "ms"
    )


@contextmanager
def _far(cluster: Cluster, store: StoreUrl, one_way_ms: float) -> Iterator[StoreUrl]:
    """Yield the way to a store over a network that takes so long each way."""
    with Server("delaying_proxy", str(cluster.socket), str(one_way_ms)) as proxy:
        yield StoreUrl(f"postgresql://kvitto@127.0.0.1:{proxy.url}/{store.database}")


def _round_trips_ms(url: StoreUrl) -> list[float]:
    taken: list[float] = []
    with psycopg.connect(url.text, autocommit=True) as connection:
        for _ in range(_ROUND_TRIPS):
            begin = time.perf_counter()
            connection.execute("SELECT 1")
            taken.append(1000 * (time.perf_counter() - begin))
    return taken


def _shown(scale: Scale, folder: Path, cluster: Cluster) -> Iterator[Row]:
    """Time how long after a report was posted its change is in every window."""
    store = cluster.new_store()
    probes: list[tuple[float, str]] = []
    with ExitStack() as opened:
        program = opened.enter_context(_receiver(folder, store, "shown"))
        assert post(program.url, report_body("first"))[0] == 200
        with onlookers(store, folder / "ten", _WINDOWS) as seen:
            pool = opened.enter_context(ThreadPoolExecutor(1))
            load = pool.submit(_loads, scale, program.url, per_second=_SHOWN_PER_SECOND)
            while not load.done():
                message_id = f"probe-{len(probes)}"
                probes.append((time.monotonic(), message_id))
                assert post(program.url, report_body(message_id))[0] == 200
                threading.Event().wait(_PROBE_EVERY_S)
            load.result()
            threading.Event().wait(1)
        with psycopg.connect(store.text) as connection:
            revisions: dict[str, int] = dict(
                connection.execute(
                    f"SELECT external_id, revision FROM {SCHEMA}.message "  # noqa: S608 - our name
                    "WHERE external_id LIKE 'probe-%'".encode()
                ).fetchall()
            )
    delays = [
        min(
            (one.at_s for one in shown if one.revision >= revisions[probe]), default=began + _LATE_S
        )
        - began
        for began, probe in probes
        for shown in seen
    ]
    yield at_most(
        f"from a report to its being read by {_WINDOWS} windows at "
        f"{_SHOWN_PER_SECOND:.0f} reports/s, p99",
        1000 * quantiles(delays, n=100)[98],
        200,
        "ms",
        f" (p50 {1000 * median(delays):.1f})",
    )


def _watched(scale: Scale, folder: Path, cluster: Cluster) -> Iterator[Row]:
    """Time the answers of a receiver while many windows are open."""
    store = cluster.new_store()
    with _receiver(folder, store, "watched") as program:
        assert post(program.url, report_body("first"))[0] == 200
        with onlookers(store, folder / "twenty", _MANY_WINDOWS) as seen:
            used_s, began = -cluster.processor_s(), time.monotonic()
            (paced,) = _loads(scale, program.url, per_second=_PER_SECOND)
            used_s, took_s = used_s + cluster.processor_s(), time.monotonic() - began
    ticks = sum(map(len, seen)) / _MANY_WINDOWS / took_s
    yield at_most(
        f"slowest 1 % of answers at {_PER_SECOND:.0f} reports/s, {_MANY_WINDOWS} windows open",
        1000 * paced.p99_s,
        40,
        "ms",
        f" (p50 {1000 * paced.p50_s:.1f}; the server takes {used_s / took_s:.0%} of a core, each "
        f"window reads {ticks:.1f} times a second)",
    )


def _kills(scale: Scale, folder: Path, cluster: Cluster) -> Iterator[Row]:
    """Kill two receivers of one store, each again and again, while the other goes on."""
    store = cluster.new_store()
    seed = SystemRandom().randrange(1_000_000)
    kills = max(1, scale.kills // 2)
    senders: list[Sender] = []
    starts = 0
    with ThreadPoolExecutor(2) as pool:
        lives = []
        for name in ("first", "second"):
            random = Random(f"{seed}-{name}")
            senders.append(Sender(random, f"{name}-"))
            options = ("--store", store.text, "--name", name)
            lives.append(
                pool.submit(live_and_die, folder / name, kills, random, senders[-1], options)
            )
        starts = sum(one.result() for one in lives)
    with open_store_at(store, folder) as database:
        result = result_of(2 * kills, starts, senders, _bodies(database))
        differences = check(database).differences
    yield Row(
        f"answered 200 and missing, two receivers, {result.kills} × kill -9, {result.starts} of "
        f"them while one starts (seed {seed})",
        f"{result.missing} of {result.answered:,}; wrong: {result.strange}; "
        f"differences in states and sums: {len(differences)}",
        "0",
        result.missing == 0 and result.strange == 0 and not differences,
    )


def _bodies(database: Database) -> Counter[bytes]:
    written = BytesIO()
    export(Reader(database), "reports", None, "jsonl", written)
    lines = written.getvalue().splitlines()
    return Counter(msgspec.json.decode(line)["body"].encode() for line in lines)


def _searches(scale: Scale, folder: Path, cluster: Cluster) -> Iterator[Row]:
    messages = size_of_big_store(scale)
    store = cluster.new_store()
    fill_server_store(store, folder / "big", messages)
    in_folder = sum(one.stat().st_size for one in (folder / "big").iterdir())
    shutil.rmtree(folder / "big")
    with open_store_at(store, folder) as database:
        finder = MessageSearch(database)
        with psycopg.connect(store.text) as connection:
            row = connection.execute(
                f"SELECT recipient FROM {SCHEMA}.message WHERE pk = %s".encode(),  # noqa: S608
                (messages // 2,),
            ).fetchone()
            size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row is not None
        assert size is not None
        yield Row(
            f"{messages:,} messages on a server: its disk, against a folder's",
            f"{size[0] / in_folder:.2f} ({size[0] / 1e6:,.0f} MB)",
        )
        for name, text in (("rare", row[0]), ("common", _COMMON_TEXT)):
            taken: list[float] = []
            for _ in range(_SEARCHES):
                begin = time.perf_counter()
                found = finder.batches(MessageFilter(text=text), limit=_FIRST_LOOK)
                finder.keys(next(iter(found)), MessageFilter(text=text))
                taken.append(1000 * (time.perf_counter() - begin))
            yield at_most(
                f"{messages:,} messages on a server: first matches of a {name} text, and the keys "
                "of the first batch with one",
                median(taken),
                150,
                "ms",
                f" (slowest {max(taken):.0f})",
            )


def _at_least(what: str, value: float, target: float, told: str = "", *, digits: int = 2) -> Row:
    return Row(
        what,
        told or f"{value:,.{digits}f}",
        f"≥ {target:,.{digits}f}",
        value >= target,
    )
