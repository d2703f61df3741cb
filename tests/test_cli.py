"""The commands, called in this process; tests/journeys starts the whole program."""

import asyncio
import json
import platform
import re
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from kvitto import __version__
from kvitto.cli import main
from kvitto.paths import database_file
from kvitto.store.database import open_database
from kvitto.store.ingest import Arrival
from kvitto.store.writer import Writer
from tests.store.arrivals import a_report, append_all, arriving


@pytest.fixture
def filled(data_dir: Path) -> Path:
    with open_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        arrivals = [arriving(a_report(f"m{n}", batch_id=batch)) for n in range(2) for batch in "ab"]
        asyncio.run(_append(writer, arrivals))
        writer.close()
    return data_dir


async def _append(writer: Writer, arrivals: Sequence[Arrival]) -> None:
    await append_all(writer, arrivals)


def wrong_use(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1, "one clear line"
    return told.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["receive", "--port", "70000"], "not a port"),
        (["receive", "--port", "-1"], "not a port"),
        (["receive", "--port", "http"], "not a port"),
        (["--port", "1.5"], "not a port"),
        (["sing"], "invalid choice: 'sing'"),
        (["receive", "--loud"], "unrecognized arguments: --loud"),
        (["export", "--table", "everything"], "invalid choice: 'everything'"),
        (["export", "--format", "pdf"], "invalid choice: 'pdf'"),
        (["check", "more"], "unrecognized arguments: more"),
    ],
)
def test_wrong_use_gives_one_clear_line_and_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert told in wrong_use(capsys, *arguments)


@pytest.mark.parametrize("command", ["receive", "export", "check", "simulate"])
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], command: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])

    assert caught.value.code == 0
    assert f"usage: kvitto {command}" in capsys.readouterr().out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"Kvitto {__version__}\n"


def test_what_it_runs_on_is_told_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version", "--verbose"]) == 0
    line = capsys.readouterr().out
    assert line.startswith(f"Kvitto {__version__}, Python {platform.python_version()}, Qt 6.")
    assert f"SQLite {sqlite3.sqlite_version}, OpenSSL " in line


def test_the_folder_can_stand_before_and_after_the_command(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = str(tmp_path / "nowhere")

    assert main(["--data-dir", nowhere, "check"]) == 1
    assert main(["check", "--data-dir", nowhere]) == 1
    assert nowhere in capsys.readouterr().err
    assert main(["--data-dir", nowhere, "check", "--data-dir", str(filled)]) == 0


def test_check_says_that_all_agrees(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0

    out = capsys.readouterr().out
    agree = "All states and sums agree with the reports: 4 reports, 4 messages, 2 batches.\n"
    assert out.startswith(f"{agree}Not checked, since nothing else says it: names, notes and marks")
    assert filled.exists()


def test_check_lists_the_differences_and_ends_with_1(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(database_file(filled))) as connection, connection:
        connection.execute("UPDATE message SET code = 201 WHERE external_id = 'm0'")
    connection.close()

    assert main(["check"]) == 1

    out = capsys.readouterr().out
    assert "Message m0 of batch a is stored as 201" in out
    assert "differences in 4 reports, 4 messages, 2 batches.\n" in out


def test_export_writes_a_file_and_says_how_much(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "messages.jsonl"

    assert main(["export", "--batch", "a", str(file)]) == 0

    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [row["message_id"] for row in rows] == ["m0", "m1"]
    assert f"2 rows written to {file}" in capsys.readouterr().err
    assert filled.exists()


@pytest.mark.usefixtures("filled")
def test_an_unknown_batch_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--batch", "nothing"]) == 1

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("kvitto: ")
    assert "Traceback" not in told.err


def test_without_a_screen_the_window_says_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")

    assert main([]) == 1

    assert "no screen" in capsys.readouterr().err


def test_the_program_for_consoles_opens_no_window(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setattr("sys.argv", ["/usr/bin/kvitto-cli"])
    told = wrong_use(capsys)
    assert told.startswith("kvitto-cli: name a command: receive, ")
    assert told.endswith(" (see kvitto-cli --help)\n")
    named = re.split(r", | or ", told.partition("command: ")[2].partition(" (")[0])
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = re.findall(r"^    ([a-z-]+)\b", capsys.readouterr().out, re.MULTILINE)
    assert listed == named


def test_nothing_that_came_from_outside_is_obeyed_by_the_terminal(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(database_file(filled))) as connection, connection:
        connection.execute(
            "UPDATE message SET code = 201, external_id = char(27, 8238) || external_id"
        )
    connection.close()

    assert main(["check"]) == 1
    assert main(["export", "--batch", "\x1b[2J\u202e"]) == 1

    told = capsys.readouterr()
    assert "Message ⟨U+001B⟩⟨U+202E⟩m0 of batch a" in told.out
    assert "batch ⟨U+001B⟩[2J⟨U+202E⟩ has come" in told.err
    assert not {"\x1b", "\u202e"} & set(told.out + told.err)


@pytest.mark.parametrize(("arguments", "code"), [(["--version"], 0), (["export", "--no"], 2)])
def test_a_program_without_a_console_ends_as_with_one(
    arguments: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    with pytest.raises(SystemExit) as ended:
        raise SystemExit(main(arguments))
    assert ended.value.code == code
    for stream in (sys.stdout, sys.stderr):
        stream.close()


def test_a_missing_library_of_the_system_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def load() -> int:
        raise ImportError("libglib-2.0.so.0: cannot open shared object file: No such file")

    monkeypatch.setattr("kvitto.ui.selftest.selftest.run_selftest", load)
    assert main(["--selftest"]) == 1
    said = capsys.readouterr().err
    assert "A library of the system is missing: libglib-2.0.so.0" in said
    assert "kvitto receive" in said
