"""Two receivers on one store: each with its name and key; what one misses is not the other's."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kvitto.core.outages import OutageCause
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.engines.opening import open_store_at
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.outage_queries import OutageReader
from tests.helpers.postgres import Cluster, running_cluster
from tests.helpers.posting import post, report_body
from tests.helpers.program import Program, run
from tests.journeys.conftest import Start
from tests.journeys.patience import eventually

DAY = timedelta(days=1)


@pytest.fixture
def server() -> Iterator[Cluster]:
    """Run a server of the test's own, which it may stop."""
    with running_cluster(is_durable=True) as started:
        yield started


def receiver(start: Start, store: str, folder: Path, name: str) -> Program:
    return start("--store", store, "--name", name, port=0, folder=folder)


def test_two_receivers_share_a_store_and_one_is_killed(
    server: Cluster, start: Start, tmp_path: Path
) -> None:
    store = server.new_store().text
    north = receiver(start, store, tmp_path / "n", "north")
    south = receiver(start, store, tmp_path / "s", "south")
    assert north.url.rpartition("/")[2] != south.url.rpartition("/")[2]
    for number in range(10):
        program = north if number % 2 else south
        assert post(program.url, report_body(f"m{number}"))[0] == 200

    north.kill()
    assert post(south.url, report_body("m11"))[0] == 200
    assert south.stop() == 0
    done = run("check", "--store", store)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "11 reports" in done.stdout

    later = datetime.now(UTC) + timedelta(minutes=10)
    with open_store_at(StoreUrl(store), tmp_path) as database:
        found = OutageReader(database).outages(later - DAY, now=later, is_running=False)
        keys = {one.receiver: one.key for one in CallbackKeyStore(database).valid()}
    assert {(one.receiver, one.by) for one in found} == {
        ("north", OutageCause.CRASHED),
        ("south", OutageCause.STOPPED),
    }
    of_north = next(one for one in found if one.receiver == "north")
    # "South" went on for a while, and had its own reports.
    assert of_north.counts_for(keys["north"])


def test_a_name_is_that_of_one_receiver(server: Cluster, start: Start, tmp_path: Path) -> None:
    store = server.new_store().text
    first = receiver(start, store, tmp_path / "n", "north")
    assert eventually(lambda: post(first.url, report_body("m1"))[0] == 200)

    folder = str(tmp_path / "s")
    again = run("receive", "--store", store, "--name", "north", "--data-dir", folder, "--port", "0")
    assert (again.returncode, "another name" in again.stderr) == (1, True)

    first.kill()
    program = receiver(start, store, tmp_path / "n", "north")  # it is the same receiver
    assert post(program.url, report_body("m2"))[0] == 200
    assert program.stop() == 0


def test_each_user_does_what_its_role_may(server: Cluster, start: Start, tmp_path: Path) -> None:
    store = server.new_database()
    made = run("store", "create", store.text)
    assert (made.returncode, "kvitto_viewer" in made.stdout + made.stderr) == (0, True)
    urls = {}
    for role in ("receiver", "editor", "viewer"):
        server.execute(f"CREATE ROLE a_{role} LOGIN IN ROLE kvitto_{role}")
        urls[role] = store.text.replace("kvitto@", f"a_{role}@")
    program = receiver(start, urls["receiver"], tmp_path / "n", "north")
    assert post(program.url, report_body("m1"))[0] == 200
    assert post(program.url, report_body("m1"))[0] == 200
    assert post(program.url, b"{no report")[0] == 400
    assert post(program.url[:-4] + "0000", report_body("m2"))[0] in {401, 403, 404}
    assert program.stop() == 0
    assert "refuses" not in program.stderr
    assert "Traceback" not in program.stderr

    whole = run("export", "--store", urls["editor"], "--format", "jsonl").stdout
    masked = run("export", "--store", urls["viewer"], "--format", "jsonl").stdout
    number = "46701234567"
    assert number in whole
    assert number not in masked
    assert masked.count("\n") == whole.count("\n") == 1
    done = run("check", "--store", urls["receiver"])
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_sql_for_an_administrator_is_written_without_a_server(tmp_path: Path) -> None:
    done = run("store", "create", "--sql")
    assert done.returncode == 0
    assert done.stdout.startswith("BEGIN;")
    assert done.stdout.rstrip().endswith("COMMIT;")
    assert (done.stdout.count("CREATE ROLE"), done.stderr) == (3, "")


def test_a_store_of_this_version_needs_no_upgrade(server: Cluster, tmp_path: Path) -> None:
    store = server.new_store().text
    done = run("store", "upgrade", store)
    assert (done.returncode, "already" in done.stdout + done.stderr) == (0, True)
    nothing = run("store", "upgrade")
    assert (nothing.returncode, "postgresql://" in nothing.stderr) == (1, True)


@pytest.mark.parametrize("name", ["", "two\nlines", "x" * 61])
def test_nothing_is_called_so(name: str, tmp_path: Path) -> None:
    done = run(
        "receive", "--store", "postgresql://h/d", "--name", name, "--data-dir", str(tmp_path)
    )
    assert (done.returncode, "1 to 60 characters" in done.stderr) == (1, True)


def test_a_receiver_without_a_server_has_no_name(tmp_path: Path) -> None:
    done = run("receive", "--name", "north", "--data-dir", str(tmp_path))
    assert (done.returncode, "Leave --name out" in done.stderr) == (1, True)
