"""`kvitto receive --spool`: what was answered 200 is in the store, whatever was away meanwhile."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import func, select

from kvitto.clock import utc_now
from kvitto.core.outages import Outage
from kvitto.receiver.spooling import SPOOL_NAME
from kvitto.store.engines.opening import open_store_at
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.outage_queries import OutageReader
from kvitto.store.receiver_tables import receiver_run
from kvitto.store.schema import report
from kvitto.store.spool_file import SpoolFile
from tests.helpers.network import free_port
from tests.helpers.postgres import TEMPLATE, Cluster, running_cluster
from tests.helpers.posting import post, report_body
from tests.helpers.program import Program, run
from tests.journeys.conftest import Start
from tests.journeys.mounts import Mounts
from tests.journeys.patience import eventually
from tests.journeys.test_server_store import Sender, assert_agrees, reports_in

FIRST: Final = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[Cluster]:
    """Run a server of the test's own, which it may stop."""
    with running_cluster(is_durable=True) as started:
        yield started


def health(program: Program) -> str:
    connection = HTTPConnection("127.0.0.1", program.port, timeout=60)
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    assert answer.status == 200
    told = answer.read().decode()
    connection.close()
    return told


def outages_of(store: StoreUrl, folder: Path) -> list[Outage]:
    """Return the interruptions that a window shows, while nothing receives, but for the last."""
    with open_store_at(store, folder) as database:
        found = OutageReader(database).outages(FIRST, now=utc_now(), is_running=False)
    return [one for one in found if one.end is not None]


def counted_in(store: StoreUrl, folder: Path) -> int:
    """Return how many reports came, repeats included."""
    query = select(func.count() + func.sum(report.c.repeat_count)).select_from(report)
    with open_store_at(store, folder) as database, database.read() as connection:
        return connection.scalars(query).one()


def heartbeats_in(folder: Path) -> list[datetime]:
    """Return the heartbeats that are kept in the only spool of a data folder."""
    [path] = folder.rglob(SPOOL_NAME)
    file = SpoolFile(path)
    found = [one.now for one in file.heartbeats()]
    file.close()
    return found


def assert_whole(store: str, answered: list[str]) -> None:
    kept = reports_in(store)
    assert sorted(set(answered) - set(kept)) == []
    assert len(kept) == len(set(kept))
    assert_agrees(store)


def test_a_server_that_is_gone_for_a_while_costs_no_report_and_is_told_of(
    server: Cluster, start: Start, data_dir: Path
) -> None:
    store = server.new_store()
    program = start("--store", store.text, "--spool", folder=data_dir)
    sender = Sender(program.url, "m")
    assert eventually(sender.has_answers(20))
    assert health(program) == ""
    server.stop(signal.SIGQUIT)
    assert eventually(sender.has_answers(60))
    sender.end()
    assert "reports wait here since" in health(program)

    server.start()
    assert eventually(lambda: health(program) == "")
    assert post(program.url, report_body("later"))[0] == 200
    assert sender.refused == 0
    assert program.stop() == 0
    assert "Traceback" not in program.stderr
    assert "kept on this computer's disk" in program.stderr
    assert_whole(store.text, [*sender.answered, "later"])
    assert not outages_of(store, data_dir)


def test_receiver_and_server_may_both_be_killed_again_and_again(
    server: Cluster, start: Start, data_dir: Path
) -> None:
    url_of_store, port, numbers = server.new_store(), free_port(), count(1)
    store = url_of_store.text
    answered: list[str] = []

    def post_some(program: Program, how_many: int) -> None:
        for number in (next(numbers) for _ in range(how_many)):
            # Each twice: a repeat must not count twice, either.
            for _ in range(2):
                assert post(program.url, report_body(f"m{number}"))[0] == 200
            answered.append(f"m{number}")

    program = start("--store", store, "--spool", folder=data_dir, port=port)
    url = program.url
    post_some(program, 5)
    for _ in range(3):
        server.stop(signal.SIGQUIT)
        post_some(program, 20)
        program.kill()
        # While the server is away, it starts, knows its key, and goes on.
        program = start("--store", store, "--spool", folder=data_dir, port=port)
        assert program.url == url
        post_some(program, 20)
        program.kill()
        server.start()
        # What waits is passed on without the option, too; killed in the middle, once more.
        program = start("--store", store, folder=data_dir, port=port)
        assert program.url == url
        program.kill()
        program = start("--store", store, "--spool", folder=data_dir, port=port)
        assert program.url == url
        post_some(program, 5)
    assert eventually(lambda: health(program) == "")
    assert program.stop() == 0
    assert_whole(store, answered)
    assert counted_in(url_of_store, data_dir) == 2 * len(answered)


def test_a_receiver_that_is_killed_while_the_server_is_away_had_received_until_then(
    server: Cluster, start: Start, data_dir: Path
) -> None:
    store = server.new_store()
    options = ("--store", store.text, "--spool")
    program = start(*options)
    assert post(program.url, report_body("before"))[0] == 200
    server.stop(signal.SIGQUIT)
    assert post(program.url, report_body("meanwhile"))[0] == 200
    assert eventually(lambda: bool(heartbeats_in(data_dir)))
    program.kill()
    [last] = heartbeats_in(data_dir)
    # It starts while the server is away, too, and is killed once more.
    program = start(*options)
    assert eventually(lambda: len(heartbeats_in(data_dir)) == 2)
    program.kill()
    later = heartbeats_in(data_dir)[1]
    server.start()
    program = start(*options)
    assert eventually(lambda: not heartbeats_in(data_dir))
    assert program.stop() == 0
    first, second = outages_of(store, data_dir)
    assert first.end is not None
    assert last <= first.begin < first.end < later <= second.begin


def test_two_receivers_of_one_name_that_start_while_the_server_is_away_are_told_apart(
    server: Cluster, start: Start, tmp_path: Path
) -> None:
    store = server.new_store()
    server.stop()
    options = ("--store", store.text, "--spool", "--name", "clinic")
    programs = [start(*options, folder=tmp_path / name) for name in ("a", "b")]
    assert eventually(lambda: all("Receiving" in one.stderr for one in programs))
    server.start()

    def names() -> list[str]:
        with open_store_at(store, tmp_path) as database, database.read() as connection:
            return sorted(connection.scalars(select(receiver_run.c.receiver)))

    assert eventually(lambda: len(names()) == 2)
    assert [one.partition("-")[0] for one in names()] == ["clinic", "clinic"]
    assert names()[0] == "clinic"
    assert sum("runs by the name clinic" in one.stderr for one in programs) == 1
    assert len({one.url for one in programs}) == 2
    assert {post(one.url, report_body("m"))[0] for one in programs} == {200}


def test_what_waits_is_not_given_to_another_store_at_the_same_place(
    server: Cluster, start: Start, data_dir: Path
) -> None:
    store = server.new_store()
    port = free_port()
    program = start("--store", store.text, "--spool", port=port)
    first_url = program.url
    assert post(first_url, report_body("m1"))[0] == 200
    server.stop(signal.SIGQUIT)
    assert post(first_url, report_body("waits"))[0] == 200
    program.kill()
    server.start()
    name = store.database
    server.execute(f"ALTER DATABASE {name} RENAME TO {name}_away")
    server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    program = start("--store", store.text, "--spool", port=port)
    assert eventually(lambda: "for another store than the one" in program.stderr)
    assert post(program.url, report_body("new"))[0] == 200
    assert program.url != first_url
    assert program.stop() == 0
    assert reports_in(store.text) == ["new"]
    server.drop(store)
    server.execute(f"ALTER DATABASE {name}_away RENAME TO {name}")
    program = start("--store", store.text, "--spool", port=port)
    assert program.url == first_url
    assert eventually(lambda: len(reports_in(store.text)) == 2)
    assert program.stop() == 0
    assert sorted(reports_in(store.text)) == ["m1", "waits"]


def test_a_full_disk_is_told_and_goes_on_when_there_is_room(
    server: Cluster, tmp_path: Path
) -> None:
    store = server.new_store().text
    with Mounts() as mounts:
        place = tmp_path / "disk"
        mounts.mount("tmpfs", "none", place, "size=3m")
        options = ("--store", store, "--spool")
        stderr = tmp_path / "stderr"
        with Program(place / "data", *options, prefix=mounts.prefix, stderr=stderr) as program:
            assert post(program.url, report_body("first"))[0] == 200
            server.stop(signal.SIGQUIT)
            assert post(program.url, report_body("waits"))[0] == 200
            filler = place / "filler"
            mounts.run("sh", "-c", f"cat /dev/zero > {filler} 2>/dev/null || true")
            answered = ["first", "waits"]
            statuses = [200]
            while statuses[-1] == 200 and len(statuses) < 400:
                name = f"m{len(statuses)}"
                statuses.append(post(program.url, report_body(name) + b" " * 8000)[0])
                answered += [name] if statuses[-1] == 200 else []
            assert statuses[-1] == 503
            mounts.run("rm", filler)
            assert post(program.url, report_body("again"))[0] == 200
            server.start()
            assert eventually(lambda: health(program) == "")
            assert program.stop() == 0
            assert_whole(store, [*answered, "again"])


def test_a_spool_needs_a_store_on_a_server() -> None:
    done = run("receive", "--spool", "--port", "0")
    assert (done.returncode, "--store" in done.stderr) == (2, True)
