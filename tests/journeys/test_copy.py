"""`kvitto store copy`: killed at any point it goes on, and reports come in meanwhile."""

import contextlib
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.big_store import make_big_store
from tests.helpers.postgres import Cluster, running_cluster
from tests.helpers.posting import post, report_body
from tests.helpers.program import PROJECT, exported, run
from tests.journeys.conftest import Start
from tests.journeys.mounts import Mounts
from tests.journeys.patience import eventually
from tests.journeys.test_server_store import assert_agrees, reports_in

MESSAGES = 40_000
MENDED = "Once that is mended"


@pytest.fixture
def server() -> Iterator[Cluster]:
    """Run a server of the test's own."""
    with running_cluster() as started:
        yield started


def begun(*places: str | Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "kvitto", "store", "copy", *places],
        cwd=PROJECT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        encoding="utf-8",
    )


def told_by(*places: str | Path) -> list[str]:
    """Copy to the end, but for checking both; return what is said."""
    said = []
    with begun(*places) as copy:
        assert copy.stderr is not None
        for line in copy.stderr:
            said.append(line)
            if line.startswith("All of"):
                break
        copy.kill()
    return said


def test_reports_come_in_until_the_last_step_and_none_is_missing(
    server: Cluster, start: Start, data_dir: Path, tmp_path: Path
) -> None:
    store, back = server.new_database().text, tmp_path / "back"
    program = start(folder=data_dir)
    answered = [f"m{number}" for number in range(60)]
    for name in answered[:20]:
        assert post(program.url, report_body(name))[0] == 200
    copy = begun(data_dir, store)
    said: list[str] = []
    assert copy.stderr is not None
    reading = threading.Thread(target=lambda: said.extend(copy.stderr or ()))
    reading.start()
    assert eventually(lambda: any("Now quit Kvitto" in line for line in said)), said
    for name in answered[20:]:
        assert post(program.url, report_body(name))[0] == 200
    key = program.callback_key
    assert program.stop() == 0
    assert copy.wait(60) == 0, said
    reading.join()
    copy.stderr.close()
    assert any("60 reports, 60 messages, 1 batch" in line for line in said)

    assert sorted(reports_in(store)) == sorted(answered)
    assert_agrees(store)
    program = start("--store", store, folder=tmp_path / "server")
    of_before = program.url.replace(program.callback_key, key)
    assert post(of_before, report_body("later"))[0] == 200, "its key is valid there, too"
    assert program.stop() == 0

    done = run("store", "copy", store, back)
    assert done.returncode == 0, done.stderr
    assert "all agrees" in done.stdout
    assert sorted(one["message_id"] for one in exported(back)) == sorted([*answered, "later"])
    assert run("store", "copy", store, back).returncode == 0, "it is there already"
    refused = run("store", "copy", data_dir, store)
    assert (refused.returncode, "Nothing was changed there" in refused.stderr) == (1, True)
    assert run("store", "copy", data_dir, back).returncode == 2


def test_a_server_that_crashes_under_a_copy_is_told_of_in_a_sentence(
    server: Cluster, start: Start, data_dir: Path
) -> None:
    program = start(folder=data_dir)
    assert post(program.url, report_body("m1"))[0] == 200
    with begun(data_dir, server.new_database().text) as copy:
        lines = copy.stderr
        assert lines is not None
        assert eventually(lambda: "Now quit Kvitto" in lines.readline())
        server.stop(signal.SIGQUIT)
        assert post(program.url, report_body("m2"))[0] == 200
        said = lines.read()
    assert program.stop() == 0
    assert (copy.returncode, MENDED in said, "Traceback" in said) == (1, True, False), said


def test_a_copy_onto_a_disk_that_is_full_goes_on_when_there_is_room(
    server: Cluster, tmp_path: Path
) -> None:
    source, store = tmp_path / "store", server.new_database().text
    make_big_store(source, 2_000, 10, 100)
    said = [MENDED]
    while MENDED in said[-1]:
        said = told_by(source, store)
    with Mounts() as mounts:
        disk = tmp_path / "disk"
        mounts.mount("tmpfs", "none", disk, "size=700k")
        full = run("store", "copy", store, disk / "back", prefix=mounts.prefix)
        assert (full.returncode, MENDED in full.stderr) == (1, True), full.stderr
        assert "Traceback" not in full.stderr
        mounts.run("mount", "-o", "remount,size=40m", disk)
        done = run("store", "copy", store, disk / "back", prefix=mounts.prefix)
        assert "2000 reports, 2000 messages, 10 batches" in done.stderr


def test_a_copy_may_be_killed_again_and_again(server: Cluster, tmp_path: Path) -> None:
    source, store, back = tmp_path / "big", server.new_database().text, tmp_path / "back"
    make_big_store(source, MESSAGES, 100, 10_000)
    for places in ((source, store), (store, back)):
        kills = 0
        for wait_s in (0.5, 0.8, 1.2):
            copy = begun(*places)
            with contextlib.suppress(subprocess.TimeoutExpired):
                copy.wait(wait_s)
            kills += copy.poll() is None
            copy.kill()
            copy.communicate()
        assert kills
        said = [MENDED]
        while MENDED in said[-1]:  # on a busy machine, a server may answer too late
            said = told_by(*places)
        assert f"{MESSAGES} reports, {MESSAGES} messages, 100 batches" in said[-1], said
    assert len(exported(back, "batches")) == 100
