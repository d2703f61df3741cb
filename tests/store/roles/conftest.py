"""A store with roles, and a user of each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kvitto.store.engines.base import Database
from kvitto.store.engines.opening import (
    create_store,
    open_store_at,
    server_database,
)
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.writer import Writer
from tests.helpers.postgres import Cluster
from tests.store.roles.users import OpenAs


@pytest.fixture(scope="module")
def url(cluster: Cluster) -> Iterator[StoreUrl]:
    """Return a store with roles, and a user of each of them."""
    made = cluster.new_database()
    assert create_store(made, Path())
    for role in ("receiver", "editor", "viewer"):
        cluster.execute(f"CREATE ROLE a_{role} LOGIN IN ROLE kvitto_{role}")
    cluster.execute("CREATE ROLE a_stranger LOGIN")
    yield made
    cluster.drop(made)
    for role in ("receiver", "editor", "viewer", "stranger"):
        cluster.execute(f"DROP ROLE a_{role}")


@pytest.fixture
def open_as(url: StoreUrl, data_dir: Path) -> Iterator[OpenAs]:
    """Return what opens the store as a user."""
    opened: list[Database] = []

    def open_one(role: str) -> Database:
        as_user = StoreUrl(url.text.replace("kvitto@", f"a_{role}@"))
        opened.append(open_store_at(as_user, data_dir))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def writer_as(url: StoreUrl, data_dir: Path) -> Iterator[Callable[[str], Writer]]:
    """Return what starts the writer of a user: of a receiver's, or of a window's."""
    started: list[Writer] = []
    opened: list[Database] = []

    def start(role: str) -> Writer:
        as_user = StoreUrl(url.text.replace("kvitto@", f"a_{role}@"))
        opened.append(server_database(as_user, data_dir, receives=role == "receiver"))
        started.append(Writer(opened[-1]))
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.close()
    for database in opened:
        database.close()
