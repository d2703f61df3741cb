"""`kvitto receive --spool`: what was answered 200 is in the store, whatever was away meanwhile."""

import signal
from collections.abc import Iterator
from http.client import HTTPConnection
from itertools import count
from pathlib import Path

import pytest

from tests.helpers.network import free_port
from tests.helpers.postgres import Cluster, running_cluster
from tests.helpers.posting import post, report_body
from tests.helpers.program import Program, run
from tests.journeys.conftest import Start
from tests.journeys.mounts import Mounts
from tests.journeys.patience import eventually
from tests.journeys.test_server_store import Sender, assert_agrees, reports_in


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


def assert_whole(store: str, answered: list[str]) -> None:
    kept = reports_in(store)
    assert sorted(set(answered) - set(kept)) == []
    assert len(kept) == len(set(kept))
    assert_agrees(store)


def test_a_server_that_is_gone_for_a_while_costs_no_report_and_is_told_of(
    server: Cluster, start: Start, data_dir: Path
) -> None:
    store = server.new_store().text
    program = start("--store", store, "--spool", folder=data_dir)
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
    assert_whole(store, [*sender.answered, "later"])
    outages = run("export", "--store", store, "--table", "interruptions", "--format", "csv")
    assert "disk" not in outages.stdout


def test_receiver_and_server_may_both_be_killed_again_and_again(
    server: Cluster, start: Start, data_dir: Path
) -> None:
    store, port, numbers = server.new_store().text, free_port(), count(1)
    answered: list[str] = []

    def post_some(program: Program, how_many: int) -> None:
        for number in (next(numbers) for _ in range(how_many)):
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
