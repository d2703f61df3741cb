"""A store, and an empty place of the other kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kvitto.store.database import open_database
from tests.helpers.postgres import Cluster
from tests.store.copying.places import Both, Place


@pytest.fixture(params=["to a server", "from a server"])
def both(request: pytest.FixtureRequest, cluster: Cluster, tmp_path: Path) -> Iterator[Both]:
    folder = tmp_path / "store"
    server = cluster.new_database() if request.param == "to a server" else cluster.new_store()
    if request.param == "to a server":
        open_database(folder).close()
        yield Both(Place(folder), Place(server))
    else:
        yield Both(Place(server), Place(folder))
    cluster.drop(server)
