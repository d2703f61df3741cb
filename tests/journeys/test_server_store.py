"""`kvitto receive` into a store on a server: nothing that was answered 200 is missing."""

import http.client
import json
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kvitto.store.engines.store_url import FILE_VARIABLE, URL_VARIABLE
from tests.helpers.network import free_port
from tests.helpers.postgres import Cluster, running_cluster
from tests.helpers.posting import post, report_body
from tests.helpers.program import Program, run
from tests.journeys.conftest import Start
from tests.journeys.patience import eventually

TRIES = 400


@pytest.fixture
def server() -> Iterator[Cluster]:
    """Run a server of the test's own, which it may stop."""
    with running_cluster(is_durable=True) as started:
        yield started


class Sender:
    """Posts reports one by one, as long as it is not ended, and knows which were answered 200."""

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.answered: list[str] = []
        self.refused = 0
        self._ended = threading.Event()
        self._name = name
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def has_answers(self, count: int) -> Callable[[], bool]:
        """Return what tells whether more than so many were answered 200."""
        return lambda: len(self.answered) > count

    def _run(self) -> None:
        for number in range(TRIES):
            if self._ended.wait(0.01):
                return
            message = f"{self._name}-{number}"
            try:
                status = post(self.url, report_body(message))[0]
            except (OSError, http.client.HTTPException):
                continue  # it was killed
            if status == 200:
                self.answered.append(message)
            else:
                self.refused += 1


def reports_in(store: str) -> list[str]:
    done = run("export", "--store", store, "--table", "reports", "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    return [json.loads(line)["message_id"] for line in done.stdout.splitlines()]


def assert_agrees(store: str) -> None:
    done = run("check", "--store", store)
    assert done.returncode == 0, done.stdout + done.stderr


def receiver(start: Start, store: str, folder: Path, port: int = 0) -> Program:
    return start("--store", store, port=port, folder=folder)


def test_a_store_is_made_once_and_received_into(
    server: Cluster, start: Start, data_dir: Path
) -> None:
    store = server.new_database().text
    unmade = run("receive", "--store", store, "--port", "0")
    assert (unmade.returncode, "kvitto store create" in unmade.stderr) == (1, True)
    made = run("store", "create", environment={URL_VARIABLE: store})
    assert (made.returncode, "None" in made.stdout + made.stderr) == (0, False)
    again = run("store", "create", store)
    assert (again.returncode, "was not changed" in again.stderr) == (1, True)

    program = receiver(start, store, data_dir)
    assert post(program.url, report_body("m1"))[0] == 200
    url, port = program.url, program.port
    program.kill()
    program = receiver(start, store, data_dir, port)
    assert program.url == url
    assert post(url, report_body("m1"))[0] == 200
    assert program.stop() == 0
    assert reports_in(store) == ["m1"]
    assert_agrees(store)


def test_it_starts_while_the_server_is_away_and_goes_on(
    server: Cluster, start: Start, data_dir: Path
) -> None:
    store, port = server.new_store().text, free_port()
    first = receiver(start, store, data_dir, port)
    url = first.url
    first.kill()
    server.stop()
    program = receiver(start, store, data_dir, port)

    assert eventually(lambda: "503" in program.stderr)
    assert post(url, report_body("m1"))[0] == 503
    server.start()
    assert program.url == url
    assert eventually(lambda: post(url, report_body("m1"))[0] == 200)
    assert program.stop() == 0
    assert "Traceback" not in program.stderr
    assert reports_in(store) == ["m1"]


def test_a_server_that_crashes_and_comes_back_costs_no_report(
    server: Cluster, start: Start, data_dir: Path
) -> None:
    store = server.new_store().text
    program = receiver(start, store, data_dir)
    sender = Sender(program.url, "m")
    for so_far in (20, 60, 100):
        assert eventually(sender.has_answers(so_far))
        server.stop(signal.SIGQUIT)
        server.start()
    sender.end()
    assert program.stop() == 0
    kept = reports_in(store)
    assert sorted(set(sender.answered) - set(kept)) == []
    assert len(kept) == len(set(kept))
    assert_agrees(store)


def test_two_receivers_share_a_store_and_one_that_freezes_stops_no_other(
    server: Cluster, start: Start, data_dir: Path, tmp_path: Path
) -> None:
    store = server.new_store().text
    frozen, other = (receiver(start, store, tmp_path / name) for name in ("a", "b"))
    senders = [Sender(frozen.url, "frozen"), Sender(other.url, "other")]
    for so_far in (10, 20, 30):
        frozen.tell(signal.SIGSTOP)
        assert eventually(senders[1].has_answers(len(senders[1].answered) + 10))
        frozen.tell(signal.SIGCONT)
        assert eventually(senders[0].has_answers(so_far))
    other.kill()
    for one in senders:
        one.end()
    assert frozen.stop() == 0
    kept = reports_in(store)
    assert sorted({*senders[0].answered, *senders[1].answered} - set(kept)) == []
    assert senders[0].refused == senders[1].refused == 0
    assert len(kept) == len(set(kept))
    assert_agrees(store)


def test_a_password_is_refused_on_the_command_line_and_told_nowhere(
    server: Cluster, data_dir: Path, tmp_path: Path
) -> None:
    url = f"postgresql://nobody:verysecret@127.0.0.1:{free_port()}/kvitto"
    shown = run("check", "--store", url)
    assert shown.returncode == 1
    file = tmp_path / "store"
    file.write_text(url, "utf-8")
    away = run("check", environment={FILE_VARIABLE: str(file)})
    assert away.returncode == 1
    assert "can't be reached" in away.stderr
    assert "verysecret" not in shown.stderr + away.stderr
    elsewhere = run("backup", tmp_path / "x", environment={FILE_VARIABLE: str(file)})
    assert (elsewhere.returncode, "pg_dump" in elsewhere.stderr) == (2, True)
