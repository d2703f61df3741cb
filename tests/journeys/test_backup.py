"""The recipes of the README: back up under load, restore, move to a new computer."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kvitto.paths import database_file
from tests.helpers.posting import Answer, Poster, report_body
from tests.helpers.program import Program, assert_check_agrees, exported, run

pytestmark = pytest.mark.no_cover

PER_SECOND = 200.0


class Load:
    """Posts reports until a context ends; what was answered 200 is in `answered`, in order."""

    def __init__(self) -> None:
        self.answered: list[bytes] = []
        self._is_over = False

    async def while_running(self, url: str, *commands: list[str | Path]) -> list[str]:
        """Post while commands run, one after the other; return what they said."""
        said: list[str] = []
        async with (
            Poster(url, self._note, connections=8) as poster,
            asyncio.TaskGroup() as group,
        ):
            group.create_task(poster.post_paced(self._bodies(), PER_SECOND))
            for command in commands:
                await asyncio.sleep(0.3)
                done = await asyncio.to_thread(run, *command)
                assert done.returncode == 0, done.stderr
                said.append(done.stderr)
            self._is_over = True
        return said

    def _note(self, answer: Answer) -> None:
        assert answer.status == 200
        self.answered.append(answer.body)

    def _bodies(self) -> Iterator[bytes]:
        number = 0
        while not self._is_over:
            number += 1
            yield report_body(f"m{number}", batch_id=f"b{number % 3}")


def bodies_of(folder: Path) -> set[bytes]:
    return {row["body"].encode() for row in exported(folder)}


def test_a_backup_under_load_holds_all_that_was_answered_before_it(
    data_dir: Path, tmp_path: Path
) -> None:
    load = Load()
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    with Program(data_dir) as program:
        said = asyncio.run(
            load.while_running(
                program.url,
                ["backup", "--data-dir", data_dir, first],
                ["backup", "--data-dir", data_dir, second],
            )
        )
        answered_before = set(load.answered[:40])
        program.kill()
    assert all("copied to" in one for one in said)
    restored = tmp_path / "restored"
    for backup in (first, second):
        done = run("restore", "--data-dir", restored, backup)
        assert done.returncode == 0, done.stderr
        assert_check_agrees(restored)
        found = bodies_of(restored)
        assert answered_before <= found <= set(load.answered)
    assert_check_agrees(data_dir)
    assert bodies_of(data_dir) >= set(load.answered)


def test_moving_to_a_new_computer_keeps_everything_and_the_url(
    data_dir: Path, tmp_path: Path
) -> None:
    load = Load()
    with Program(data_dir) as program:
        callback_key = program.callback_key
        asyncio.run(load.while_running(program.url, ["check", "--data-dir", data_dir]))
        assert program.stop() == 0
    assert run("backup", "--data-dir", data_dir, tmp_path / "stick.db").returncode == 0

    new = tmp_path / "new computer"
    assert run("restore", "--data-dir", new, tmp_path / "stick.db").returncode == 0

    with Program(new) as program:
        assert program.callback_key == callback_key
        assert bodies_of(new) == set(load.answered)
        asyncio.run(load_more(program.url))
        assert program.stop() == 0
    assert_check_agrees(new)


async def load_more(url: str) -> None:
    async with Poster(url, lambda answer: None) as poster:
        await poster.post_all(report_body(f"more{n}") for n in range(50))


def test_restoring_while_it_receives_is_refused(data_dir: Path, tmp_path: Path) -> None:
    with Program(data_dir) as program:
        assert program.url
        assert run("backup", "--data-dir", data_dir, tmp_path / "b.db").returncode == 0

        done = run("restore", "--data-dir", data_dir, tmp_path / "b.db")

        assert done.returncode == 1
        assert "already running" in done.stderr
        assert program.stop() == 0
    done = run("restore", "--data-dir", data_dir, tmp_path / "b.db")
    assert done.returncode == 0, done.stderr
    assert "What was there before is kept in" in done.stderr
    assert exported(data_dir) == []
    assert database_file(data_dir).exists()


def test_what_can_be_read_of_a_damaged_store_is_saved_and_used(
    data_dir: Path, tmp_path: Path
) -> None:
    load = Load()
    with Program(data_dir) as program:
        asyncio.run(load.while_running(program.url, ["check", "--data-dir", data_dir]))
        program.kill()
    # A stop that is a proper one folds the log in: then the damage hits what is the only copy.
    with Program(data_dir) as program:
        assert program.url
        assert program.stop() == 0
    damaged = database_file(data_dir)
    with closing(sqlite3.connect(damaged)) as connection:
        newest = "SELECT body FROM report ORDER BY pk DESC LIMIT 1"
        (last,) = connection.execute(newest).fetchone()
    with damaged.open("r+b") as file:
        # Where bodies are: among the pages that say which tables there are nothing could be saved.
        file.seek(damaged.read_bytes().rindex(last) // 4096 * 4096 - 2 * 4096)
        file.write(b"\xff" * 3 * 4096)
    assert run("check", "--data-dir", data_dir).returncode == 1

    done = run("salvage", "--data-dir", data_dir, tmp_path / "saved.db")

    assert done.returncode in {0, 1}, done.stderr
    assert "saved to" in done.stderr
    assert "Traceback" not in done.stderr
    saved = run("restore", "--data-dir", data_dir, tmp_path / "saved.db")
    assert saved.returncode == 0, saved.stderr
    assert_check_agrees(data_dir)
    found = bodies_of(data_dir)
    assert found <= set(load.answered)
    assert done.returncode == 1 or found == set(load.answered)
    with Program(data_dir) as program:
        asyncio.run(load_more(program.url))
        assert program.stop() == 0
    assert_check_agrees(data_dir)
