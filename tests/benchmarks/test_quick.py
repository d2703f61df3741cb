"""The benchmarks still run. What they measure here says nothing."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from kvitto.core.ip1_parser import parse
from kvitto.store.database import open_for_reading
from kvitto.store.search import MessageFilter, MessageSearch
from tests.benchmarks import wrk
from tests.benchmarks.__main__ import BENCHMARKS, main
from tests.benchmarks.answers import answers
from tests.benchmarks.big_store import make_big_store
from tests.benchmarks.copies import copies
from tests.benchmarks.deleting import deleting
from tests.benchmarks.folds import SIZES, folds
from tests.benchmarks.load import reports
from tests.benchmarks.spools import spools
from tests.benchmarks.suite import suite
from tests.benchmarks.table import BEGIN, END, Row, Scale, at_most, in_markdown, put_into
from tests.helpers.program import PROJECT, Program, assert_check_agrees, exported

LEAST = Scale(
    rounds=1,
    warm_up_s=0.1,
    measured_s=0.3,
    steady_s=0.5,
    kills=1,
    folds_s=0.02,
    stores=(),
    big=0,
    starts=1,
    idle_s=0.5,
)


def test_answers_are_timed(tmp_path: Path) -> None:
    (row,) = answers(LEAST, tmp_path)
    assert " ms (p50 " in row.measured
    assert exported(tmp_path / "kvitto"), "nothing was posted"


def test_folds_are_counted(tmp_path: Path) -> None:
    rows = list(folds(LEAST, tmp_path))
    assert len(rows) == len(SIZES)
    for size in SIZES:
        assert_check_agrees(tmp_path / f"groups-of-{size}")


def test_copies_are_timed(tmp_path: Path) -> None:
    there, back = copies(LEAST, tmp_path)
    assert " MB" in there.measured
    assert " MB" in back.measured
    assert len(exported(tmp_path / "back", "batches")) > 2


def test_a_spool_is_timed(tmp_path: Path) -> None:
    assert all(row.measured != "0" for row in spools(LEAST, tmp_path))


def test_a_large_store_is_as_the_writer_leaves_it(tmp_path: Path) -> None:
    store = tmp_path / "store"
    make_big_store(store, 4_000, 40, 1_000, whole=500, days=730)
    assert_check_agrees(store)
    assert len(exported(store, "messages")) == 4_000
    assert len(exported(store, "batches")) == 40
    reports = exported(store, "reports")
    assert len(reports) == 3_500 + 500 * 8
    for one in reports[::500]:
        told = parse(one["body"].encode())
        assert (told.message_id, told.code, told.final) == (
            one["message_id"],
            one["code"],
            one["is_final"],
        )
    with open_for_reading(store) as database:
        found = MessageSearch(database).batches(MessageFilter(text=reports[0]["recipient"]))
    assert sum(found.values()) >= 1


def test_answers_are_timed_while_messages_are_deleted(tmp_path: Path) -> None:
    rows = list(deleting(LEAST, tmp_path))
    for part in ("deleted, 99 %", "deleted, slowest", "purged, 99 %", "purged, slowest"):
        assert any(part in row.what and row.target for row in rows), part
    assert all(row.messages == 1_000 for row in rows)


def test_the_load_sends_different_reports() -> None:
    bodies = [body for body, _ in zip(reports("run"), range(7_000), strict=False)]
    assert len(set(bodies)) == len(bodies)


def test_a_benchmark_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["speed"])
    assert f"there is no speed: choose from {', '.join(BENCHMARKS)}" in capsys.readouterr().err


@pytest.mark.parametrize(("reached", "code"), [(True, 0), (None, 0), (False, 1)])
def test_a_target_that_is_missed_is_a_failure(
    reached: bool | None,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [Row("speed", "7 m/s", "≥ 8 m/s", reached)]
    monkeypatch.setitem(BENCHMARKS, "speed", lambda _scale, _folder: rows)

    assert main(["speed", "--quick"]) == code

    assert in_markdown(rows) in capsys.readouterr().out


def test_a_benchmark_that_fails_leaves_what_was_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down(_scale: Scale, _folder: Path) -> Iterator[Row]:
        yield Row("speed", "7 m/s")
        raise RuntimeError

    monkeypatch.setitem(BENCHMARKS, "speed", break_down)
    with pytest.raises(RuntimeError):
        main(["speed", "--quick"])
    assert "| speed | 7 m/s " in capsys.readouterr().out


def test_the_table_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")

    for _ in range(2):
        put_into(page, "| new |")

    assert page.read_text() == f"before\n{BEGIN}\n\n| new |\n\n{END}\nafter\n"


def test_the_readme_has_a_place_for_the_table() -> None:
    page = (PROJECT / "README.md").read_text("utf-8")
    assert page.count(BEGIN) == page.count(END) == 1
    assert page.index(BEGIN) < page.index(END)


@pytest.mark.parametrize("more", ["--readme", "--table"])
def test_nothing_is_kept_of_a_quick_run(more: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--quick", more])
    assert "nothing that is worth keeping" in capsys.readouterr().err


def test_parts_that_are_measured_one_by_one_make_one_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def speed(scale: Scale, _folder: Path) -> Iterator[Row]:
        for size in scale.stores:
            yield at_most("speed", size / 1000, 1_000, "s", messages=size)

    monkeypatch.setattr("tests.benchmarks.__main__.BENCHMARKS", {"speed": speed, "way": _way})
    monkeypatch.setattr("tests.benchmarks.__main__.PROJECT", tmp_path)
    page = tmp_path / "README.md"
    page.write_text(f"{BEGIN}\n{END}\n")
    kept = f"--results={tmp_path / 'results'}"

    assert main(["way", kept]) == 0
    assert main(["speed", "--sizes=1000", kept]) == 0
    assert main(["speed", "--sizes=2000000", kept]) == 1
    capsys.readouterr()
    assert main(["--table", "--readme", kept]) == 1

    told = capsys.readouterr().out
    assert page.read_text().count("| way ") == 1
    for line in (
        "| what | measured | goal  | reached |",
        "| way  | 7 m      | ≤ 8 m | reached |",
        " 1.0 s          | 2,000.0 s          | 1.00     | ≤ 1,000 s | not reached: 2,000,000 |",
    ):
        assert line in told
        assert line in page.read_text()
    assert "Measured: `speed` " in told


def _way(_scale: Scale, _folder: Path) -> Iterator[Row]:
    yield Row("way", "7 m", "≤ 8 m", True)


def test_the_suite_is_timed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "packaging" / "test.sh"
    script.parent.mkdir()
    script.write_text('#!/bin/sh\n[ "$1" != --quick ]\n')
    script.chmod(0o700)
    monkeypatch.setattr("tests.benchmarks.suite.PROJECT", tmp_path)
    assert [row.reached for row in suite(LEAST, tmp_path)] == [True, False]


@pytest.mark.skipif(not wrk.is_there(), reason="wrk is not installed")
def test_wrk_posts_reports_that_are_all_different(tmp_path: Path) -> None:
    with Program(tmp_path / "kvitto") as program:
        assert wrk.wrk_per_second(program.url, "run", 1) > 0
    reports = exported(tmp_path / "kvitto")
    assert len(reports) > 10
    assert all(one["repeat_count"] in (0, "0") for one in reports)
    assert_check_agrees(tmp_path / "kvitto")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("start", ("first window on screen", "table filled", "receiving")),
        ("idle", ("memory of window and receiver", "processor")),
        ("killed", ("late", "receives again", "noted as an interruption")),
    ],
)
def test_window_and_receiver_are_measured_together(
    name: str, parts: Sequence[str], tmp_path: Path
) -> None:
    rows = list(BENCHMARKS[name](LEAST, tmp_path))
    for part in parts:
        assert any(part in row.what for row in rows), part
    assert all(row.target and row.reached is not None for row in rows)


def test_the_table_is_even() -> None:
    assert in_markdown([Row("speed", "7 m/s"), Row("a", "b", "c", False)]).splitlines() == [
        "| what  | measured | goal | reached     |",
        "| ----- | -------- | ---- | ----------- |",
        "| speed | 7 m/s    |      |             |",
        "| a     | b        | c    | not reached |",
    ]


def test_growth_has_a_table_of_its_own() -> None:
    rows = [
        Row("speed", "7 m/s"),
        at_most("way", 10, 20, "m", messages=1_000),
        at_most("way", 100, 200, "m", digits=0, messages=10_000),
        Row("time", "1 s", messages=10_000, value=1.0),
    ]
    first, second = in_markdown(rows).split("\n\n")
    assert first.splitlines()[2:] == ["| speed | 7 m/s    |      |         |"]
    assert second.splitlines() == [
        "| what | 1,000 messages | 10,000 messages | exponent | goal             | reached |",
        "| ---- | -------------- | --------------- | -------- | ---------------- | ------- |",
        "| way  | 10.0 m         | 100 m           | 1.00     | ≤ 20 m / ≤ 200 m | reached |",
        "| time |                | 1 s             |          |                  |         |",
    ]


def test_benchmarks_are_marked_slow(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("slow") is not None


def test_a_store_on_a_server_is_measured(tmp_path: Path) -> None:
    rows = list(BENCHMARKS["team"](LEAST, tmp_path))
    for part in (
        "durable",
        "two receivers on",
        "folds/s",
        "there and back",
        "10 windows",
        "20 windows",
        "rare text",
    ):
        assert any(part in row.what for row in rows), part
    (kept,) = (row for row in rows if "kill -9" in row.what)
    assert kept.reached, kept
