"""`kvitto check` agrees with a good store, and tells what somebody tampered with."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kvitto.cli import main
from kvitto.paths import database_file
from tests.helpers.posting import post, report_body
from tests.helpers.program import Program, run

REPORTS = [
    report_body(
        f"message-{number}",
        batch_id=batch_id,
        code=code,
        final=code == 201,
        created=f"2026-03-01T10:00:{code % 100:02}Z",
    )
    for batch_id in ("batch-a", "batch-b")
    for number in range(3)
    for code in (102, 112, 201)
]


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder into which the program received, and was stopped."""
    folder = tmp_path_factory.mktemp("received") / "data"
    with Program(folder) as program:
        for body in [*REPORTS, REPORTS[0]]:
            assert post(program.url, body)[0] == 200
        assert program.stop() == 0
    return folder


@pytest.fixture
def copy(received: Path, data_dir: Path) -> Path:
    """Return a copy of that folder, to tamper with."""
    shutil.copytree(received, data_dir, dirs_exist_ok=True)
    return data_dir


def test_a_good_store_agrees(copy: Path) -> None:
    before = database_file(copy).read_bytes()

    done = run("check", "--data-dir", copy)

    assert (done.returncode, done.stderr) == (0, "")
    agree, unchecked = done.stdout.splitlines()
    assert agree == (
        "All states and sums agree with the reports: 18 reports, 6 messages, 2 batches."
    )
    assert unchecked.startswith("Not checked, since nothing else says it: names, notes and marks;")
    assert database_file(copy).read_bytes() == before, "nothing is changed"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE message SET code = 112 WHERE pk = 1",
            ["Message message-0 of batch batch-a is stored as 112"],
        ),
        (
            "UPDATE message SET first_created_at_us = first_created_at_us + 60000000 WHERE pk = 1",
            ["Message message-0 of batch batch-a"],
        ),
        (
            "UPDATE batch_status SET message_count = message_count + 1 WHERE batch_pk = 1",
            ["Batch batch-a: messages at 201"],
        ),
        (
            "UPDATE batch_status SET finished_count = 0 WHERE batch_pk = 2",
            ["Batch batch-b: messages at 201"],
        ),
        (
            "UPDATE batch_cost SET nanos = nanos + 1 WHERE batch_pk = 1",
            ["Batch batch-a: cost in EUR"],
        ),
        ("DELETE FROM batch_cost_minute WHERE batch_pk = 2", ["Batch batch-b: cost step"]),
        (
            "UPDATE report SET code = 111 WHERE pk = 2",
            ["Message message-0 of batch batch-a has a report whose fields are not those"],
        ),
        (
            "UPDATE report SET price_nano = 1",
            ["Message message-2 of batch batch-b has a report", "Batch batch-a: cost in EUR"],
        ),
        ("UPDATE report SET repeat_count = 5 WHERE pk = 1", ["duplicates"]),
        (
            "UPDATE batch SET report_count = report_count - 1 WHERE pk = 1",
            ["Batch batch-a counts 8 reports"],
        ),
        ("UPDATE store_state SET repeat_count = 0", ["0 duplicates"]),
        ("UPDATE store_state SET last_message_pk = 1", ["message"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_tampering_is_told(
    copy: Path, capsys: pytest.CaptureFixture[str], statement: str, told: list[str]
) -> None:
    tamper(copy, statement)

    code = main(["check", "--data-dir", str(copy)])

    said = capsys.readouterr()
    assert (code, said.err) == (1, "")
    *differences, summary, _ = said.out.splitlines()
    assert [word for word in told if not any(word in line for line in differences)] == []
    assert summary.startswith(f"{len(differences)} difference")
    assert "in 18 reports" in summary


def tamper(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(database_file(folder))) as connection, connection:
        connection.execute(statement)


def test_the_program_itself_ends_with_1(copy: Path) -> None:
    tamper(copy, "UPDATE store_state SET repeat_count = 0")

    done = run("check", "--data-dir", copy)

    assert (done.returncode, done.stderr) == (1, "")
    assert "0 duplicates" in done.stdout


def test_a_copy_without_its_log_is_told(data_dir: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    with Program(data_dir) as program:
        assert post(program.url, REPORTS[0])[0] == 200
        with closing(sqlite3.connect(database_file(data_dir))) as folding:
            folding.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        assert post(program.url, REPORTS[1])[0] == 200
        shutil.copyfile(database_file(data_dir), database_file(copy))
        done = run("check", "--data-dir", data_dir)
        assert done.returncode == 0, "the one that is used is whole"
        program.kill()

    done = run("check", "--data-dir", copy)
    assert done.returncode == 1
    assert "a copy that was made without its log" in done.stdout
    for _ in range(2):
        done = run("check", "--data-dir", data_dir)
        assert done.returncode == 0, "after a crash, the log is there"
