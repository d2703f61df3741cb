"""A store in a folder of the test's own; of many tests, on a server's engine, too."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import pytest

from kvitto.store.engines.base import Database
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer
from tests.helpers.new_store import open_new_database

if TYPE_CHECKING:
    from tests.helpers.postgres import Cluster

NewStore: TypeAlias = Callable[[Path], AbstractContextManager[Database]]

ON_BOTH: Final = {
    "test_askable",
    "test_asked_edits",
    "test_asked_laws",
    "test_batch_statistics",
    "test_arrival_counts",
    "test_bin",
    "test_chart_news",
    "test_clock_guard",
    "test_dead_number_queries",
    "test_edit_audit",
    "test_deletions",
    "test_delivered_shares",
    "test_follow_up_queries",
    "test_ingest",
    "test_interruption_finder",
    "test_many_keys",
    "test_mutations",
    "test_outage_queries",
    "test_period_costs",
    "test_person_in_bin",
    "test_purge",
    "test_quarantine",
    "test_reader",
    "test_rejection_counts",
    "test_rejections",
    "test_repeats",
    "test_report_order",
    "test_retention",
    "test_rules",
    "test_search",
    "test_sent_periods",
    "test_shared_retention",
    "test_spooled",
    "test_totals",
    "test_traffic",
    "test_unauthorized_log",
    "test_unreadable_items",
}
"""The modules whose tests run on both engines, as far as they use the fixture `database`."""

OF_FILES: Final = {"test_counting_late_reports_looks_at_few_others"}
"""Tests in these modules that are about SQLite."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of these modules once more, on PostgreSQL."""
    name = metafunc.function.__name__
    module = metafunc.module.__name__.rpartition(".")[2]
    if "engine" in metafunc.fixturenames and module in ON_BOTH and name not in OF_FILES:
        metafunc.parametrize("engine", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """Return the name of the engine that the store is kept in."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def new_store(engine: str, request: pytest.FixtureRequest) -> NewStore:
    """Return what opens a new store for a data folder, and closes it."""
    if engine == "sqlite":
        return open_new_database
    cluster: Cluster = request.getfixturevalue("cluster")
    return lambda folder: new_server_store(cluster, folder)


@contextmanager
def new_server_store(cluster: "Cluster", folder: Path) -> Iterator[Database]:
    """Open a new store on a server, and delete it afterwards."""
    from kvitto.store.engines.opening import open_store_at

    url = cluster.new_store()
    with open_store_at(url, folder) as opened:
        yield opened
    cluster.give_back(url)


@pytest.fixture
def database(new_store: NewStore, data_dir: Path) -> Iterator[Database]:
    with new_store(data_dir) as opened:
        yield opened


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    started = Writer(database)
    started.start()
    yield started
    started.close()


@pytest.fixture
def reader(database: Database) -> Reader:
    return Reader(database)


@pytest.fixture
def safe(tmp_path: Path) -> Path:
    folder = tmp_path / "safe"
    folder.mkdir()
    return folder
