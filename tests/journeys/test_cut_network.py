"""The network between a receiver and its store is cut: nothing that was answered is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kvitto.store.engines.store_url import StoreUrl
from tests.helpers.cut_network import CutNetwork, cut_network
from tests.helpers.postgres import Cluster
from tests.helpers.posting import post, report_body
from tests.helpers.program import Program
from tests.journeys.conftest import Start
from tests.journeys.patience import eventually
from tests.journeys.test_server_store import assert_agrees, reports_in
from tests.journeys.test_spool import health, outages_of

CUTS = pytest.mark.parametrize("cut", [CutNetwork.hold, CutNetwork.break_off])
Cut = Callable[[CutNetwork], None]


@pytest.fixture
def store(cluster: Cluster) -> StoreUrl:
    """Return a new store."""
    return cluster.new_store()


@pytest.fixture
def network(cluster: Cluster) -> Iterator[CutNetwork]:
    """Run a network that leads to the server."""
    with cut_network(cluster.socket) as running:
        yield running


def far(store: StoreUrl, network: CutNetwork) -> str:
    database = store.text.partition("?")[0].rpartition("/")[2]
    return f"postgresql://kvitto@127.0.0.1:{network.port}/{database}?sslmode=disable"


def answer(program: Program, name: str) -> int:
    return post(program.url, report_body(name))[0]


@CUTS
def test_without_a_spool_reports_are_refused_until_the_network_is_back(
    start: Start, store: StoreUrl, network: CutNetwork, cut: Cut
) -> None:
    program = start("--store", far(store, network))
    assert answer(program, "before") == 200
    cut(network)
    assert answer(program, "meanwhile") == 503
    assert eventually(lambda: "can't be reached" in program.stderr)
    network.mend()
    assert eventually(lambda: answer(program, "after") == 200)
    assert program.stop() == 0
    assert "Traceback" not in program.stderr
    assert {"before", "after"} <= set(reports_in(store.text))
    assert_agrees(store.text)


@CUTS
def test_with_a_spool_all_are_answered_and_passed_on_when_the_network_is_back(
    start: Start, data_dir: Path, store: StoreUrl, network: CutNetwork, cut: Cut
) -> None:
    program = start("--store", far(store, network), "--spool")
    names = [f"m{number}" for number in range(20)]
    assert answer(program, names[0]) == 200
    cut(network)
    assert {answer(program, one) for one in names[1:]} == {200}
    assert "reports wait here since" in health(program)
    assert eventually(lambda: "wait here for the store since" in program.stderr)
    network.mend()
    assert eventually(lambda: health(program) == "")
    assert answer(program, "after") == 200
    assert program.stop() == 0
    assert "Traceback" not in program.stderr
    assert sorted(reports_in(store.text)) == sorted([*names, "after"])
    assert_agrees(store.text)
    assert not outages_of(store, data_dir)
