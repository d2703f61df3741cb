"""`kvitto ask`, in this process, against simulated books."""

import asyncio
import contextlib
import json
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvitto.books import connection, key
from kvitto.books.ask_command import exit_code_of, sentence_of
from kvitto.books.asked_store import DatabaseAskedStore
from kvitto.books.books_errors import BaseUrlError
from kvitto.books.connection import client_of_environment
from kvitto.books.key import KeyProblemError
from kvitto.books.pass_result import PassResult, WhyIncomplete
from kvitto.cli import main
from kvitto.paths import database_file
from kvitto.receiver.receiver_errors import ReceiverUnreachableError
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.simulator import books_server, serving_books
from kvitto.simulator.books_faults import BooksFaults, CannedAnswer
from kvitto.simulator.books_server import BooksServer
from kvitto.simulator.books_world import Books
from kvitto.simulator.serving_books import books_served
from kvitto.store.check import check
from kvitto.store.engines.opening import open_store_at
from kvitto.store.errors import NothingReceivedError
from kvitto.store.writer import Writer
from tests.books.asking import START
from tests.books.repairs import fill, fill_by, planned, stored, writing_to
from tests.helpers.postgres import Cluster
from tests.simulator.campaigns import a_campaign

CAMPAIGN = a_campaign(messages=40, batches=2, seed=5)
FIRST = CAMPAIGN.batches[0].batch_id


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    fill(folder, CAMPAIGN)
    return folder


@pytest.fixture
def folder(filled: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(filled, data_dir, dirs_exist_ok=True)
    for name in ("KVITTO_IP1_KEY", "KVITTO_IP1_KEY_FILE", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    return data_dir


def test_it_repairs_every_batch_and_then_has_nothing_to_ask(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with books_served(CAMPAIGN, 0) as base:
        monkeypatch.setenv("KVITTO_BOOKS_URL", base)
        assert main(["ask"]) == 0
        told = capsys.readouterr().out
        assert told.count("iP.1 agrees") == 2
        assert "never reported here, now fetched" in told
        assert main(["ask"]) == 0
    told = capsys.readouterr().out
    assert "has confirmed every batch" in told
    assert "The key works: Kliniken AB, ip1-12345." in told
    assert stored(folder) == planned(CAMPAIGN)


def test_it_repairs_a_store_on_a_server_while_it_receives(
    cluster: Cluster,
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("KVITTO_IP1_KEY", "KVITTO_IP1_KEY_FILE", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    store = cluster.new_store()
    with (
        open_store_at(store, data_dir) as database,
        contextlib.closing(Writer(database)) as receiver,
        books_served(CAMPAIGN, 0) as base,
    ):
        receiver.start()
        fill_by(receiver, CAMPAIGN)
        monkeypatch.setenv("KVITTO_BOOKS_URL", base)
        assert main(["ask", "--store", store.text]) == 0
        told = capsys.readouterr().out
        assert told.count("iP.1 agrees") == 2
        assert "never reported here, now fetched" in told
        assert main(["ask", "--store", store.text]) == 0
        assert "has confirmed every batch" in capsys.readouterr().out
        assert check(database).differences == []
        assert not any(one.name == "kvitto.db" for one in data_dir.rglob("*"))
    cluster.give_back(store)


def test_a_store_that_is_away_can_not_be_asked_about(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with books_served(CAMPAIGN, 0) as base:
        monkeypatch.setenv("KVITTO_BOOKS_URL", base)
        assert main(["ask", "--store", "postgresql://kvitto@127.0.0.1:1/kvitto"]) == 2
    assert "can't be reached" in capsys.readouterr().err


@pytest.mark.parametrize(
    "column",
    ["batch.last_seen_at_us", "message.code", "message.price_nano", "report.arrived_at_us"],
)
def test_it_says_which_value_of_the_store_cannot_be_read(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    column: str,
) -> None:
    table, name = column.split(".")
    with contextlib.closing(sqlite3.connect(database_file(folder), isolation_level=None)) as shell:
        shell.execute(f"UPDATE {table} SET {name} = x'00'")  # noqa: S608 - our own
    with books_served(CAMPAIGN, 0) as base:
        monkeypatch.setenv("KVITTO_BOOKS_URL", base)
        assert main(["ask"]) == 2
    assert f"can't be read, in {column} of the row with pk 1:" in capsys.readouterr().err


def test_it_leaves_the_writing_to_a_receiver_that_runs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with books_served(CAMPAIGN, 0) as base, ReceiverRuntime(folder, port=0):
        monkeypatch.setenv("KVITTO_BOOKS_URL", base)
        assert main(["ask", "--batch", FIRST, "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["agrees"] is True
    assert told["batch_id"] == FIRST
    assert told["there"] == CAMPAIGN.batches[0].size


@pytest.mark.parametrize("options", [[], ["--json"]])
@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (None, 0, ""),
        (CannedAnswer(status=401), 2, "iP.1 refuses the key"),
        (CannedAnswer(status=503), 2, "iP.1 does not answer now"),
        (CannedAnswer(status=404), 2, "can't be read"),
    ],
)
def test_with_nothing_to_ask_it_tries_the_key_once(
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: CannedAnswer | None,
    code: int,
    said: str,
    options: list[str],
) -> None:
    for name in ("KVITTO_IP1_KEY", "KVITTO_IP1_KEY_FILE", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    with writing_to(data_dir):
        pass
    with answering(answer) as server:
        monkeypatch.setenv("KVITTO_BOOKS_URL", server.base)
        monkeypatch.setattr("kvitto.books.client._FIRST_DELAY_S", 0.0)
        assert main(["ask", *options]) == code
        assert set(server.asked) == {"/api/me"}
    out, err = capsys.readouterr()
    assert said in err
    if code == 0 and options:
        assert json.loads(out) == []


@contextlib.contextmanager
def answering(answer: CannedAnswer | None) -> Iterator[BooksServer]:
    """Serve books on a thread, the first answers of which are as given."""
    server = BooksServer(Books(CAMPAIGN))
    server.next_answers.extend([answer] * 3)
    loop, ended, ready = asyncio.new_event_loop(), asyncio.Event(), threading.Event()

    async def serve() -> None:
        async with server:
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(30)
        yield server
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()


def test_which_messages_differ_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(None) as server:
        server.books.faults = BooksFaults(price_nano=777_000_000)
        monkeypatch.setenv("KVITTO_BOOKS_URL", server.base)
        assert main(["ask", "--batch", FIRST]) == 1
        told = capsys.readouterr().out.splitlines()
        assert main(["ask"]) == 1, "what differs has not been confirmed"
        assert f"Batch {FIRST}: " in capsys.readouterr().out
    assert "in result, price, SMS parts, recipient or time" in told[0]
    assert len(told) == 12
    assert told[1].startswith(f"  message {CAMPAIGN.message_id(0)[:8]}")
    assert "price (iP.1: 0.777 " in told[1]
    assert told[-1].endswith(" more")


def test_without_a_key_it_says_where_to_put_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask"]) == 2
    assert "KVITTO_IP1_KEY_FILE" in capsys.readouterr().err


def test_books_that_do_not_answer_are_exit_2(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KVITTO_BOOKS_URL", "http://127.0.0.1:9")
    monkeypatch.setattr("kvitto.books.client._BUSY_TRIES", 1)
    assert main(["ask"]) == 2
    assert "ask again at" in capsys.readouterr().out


def test_without_a_store_it_is_exit_2_and_none_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """1 would say that something differs."""
    missing = tmp_path / "missing"
    monkeypatch.setenv("KVITTO_BOOKS_URL", "http://127.0.0.1:9")
    assert main(["ask", "--data-dir", str(missing)]) == 2
    assert "Nothing has been received" in capsys.readouterr().err
    assert not missing.exists()


@pytest.mark.parametrize("error", [NothingReceivedError(Path("x")), ReceiverUnreachableError()])
def test_a_store_that_fails_half_way_is_exit_2(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async def fail(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(DatabaseAskedStore, "add", fail)
    with answering(None) as server:
        monkeypatch.setenv("KVITTO_BOOKS_URL", server.base)
        assert main(["ask"]) == 2


def test_a_batch_that_is_not_here_is_exit_2(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with books_served(CAMPAIGN, 0) as base:
        monkeypatch.setenv("KVITTO_BOOKS_URL", base)
        assert main(["ask", "--batch", "nothing"]) == 2
    assert "it is not here" in capsys.readouterr().out


def test_a_real_key_never_goes_to_the_simulator() -> None:
    with pytest.raises(BaseUrlError):
        client_of_environment({"KVITTO_BOOKS_URL": "https://example.com", "KVITTO_IP1_KEY": "k"})
    with pytest.raises(KeyProblemError):
        client_of_environment({})
    client_of_environment({"KVITTO_BOOKS_URL": "http://127.0.0.1:8371", "KVITTO_IP1_KEY": "a b"})
    client_of_environment({"KVITTO_IP1_KEY": "k"})


def test_the_simulator_and_its_client_agree_on_names() -> None:
    assert serving_books.BASE_VARIABLE == connection.BASE_VARIABLE
    assert books_server.SIMULATED_KEY == key.SIMULATED_KEY


def a_result(**facts: object) -> PassResult:
    return PassResult(batch_id="b", asked_at=START, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ([{}], 0),
        ([{"added_statuses": 3}], 0),
        ([{}, {"differing": 1}], 1),
        ([{"unknown_there": 1}, {"incomplete": WhyIncomplete.BUSY}], 1),
        ([{}, {"incomplete": WhyIncomplete.BUSY}], 2),
        ([], 0),
    ],
)
def test_how_it_ends(facts: list[dict[str, object]], code: int) -> None:
    assert exit_code_of([a_result(**one) for one in facts]) == code


def test_no_more_messages_are_seen_than_there_are() -> None:
    """The sums may follow the list late."""
    assert sentence_of(a_result(seen=130, there=123)) == "iP.1 agrees: 130 of 130 messages."


@pytest.mark.parametrize("why", WhyIncomplete)
def test_every_reason_has_words(why: WhyIncomplete) -> None:
    told = sentence_of(a_result(incomplete=why, seen=1, there=2))
    assert told.startswith("can't say whether all is there: ")
    assert "None" not in told


def test_one_of_a_kind_is_said_in_the_singular() -> None:
    told = sentence_of(a_result(seen=1, there=1, differing=1, unknown_there=1))
    assert told == (
        "1 message differs in result, price, SMS parts, recipient or time; 1 message here is "
        "unknown to iP.1: somebody may have your callback URL."
    )
    told = sentence_of(a_result(seen=2, there=2, new_messages=1, added_statuses=1))
    assert told == (
        "iP.1 agrees: 2 of 2 messages; 1 message never reported here, now fetched; "
        "1 missing status added."
    )
