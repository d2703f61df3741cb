"""The command about one person: told, saved and erased without a window."""

import asyncio
import io
from pathlib import Path

import msgspec
import pytest

from kvitto.cli import main
from kvitto.store.database import open_database
from kvitto.store.writer import Writer
from tests.store.arrivals import append_all, refused
from tests.store.test_erasing import EVERYTHING, files_with

NUMBER = "+46 70 123 45 67"


@pytest.fixture
def folder(data_dir: Path) -> Path:
    async def store() -> None:
        with open_database(data_dir) as database:
            writer = Writer(database)
            writer.start()
            await append_all(writer, EVERYTHING[:14])
            await append_all(writer, [refused(b"<b>46701234567</b>")])
            writer.close()

    asyncio.run(store())
    return data_dir


def test_a_person_is_told_and_saved(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "held"
    save = ["person", *NUMBER.split(), "--save", str(file), "--data-dir", str(folder)]
    assert main(save) == 0

    told = capsys.readouterr()
    assert told.out.startswith("5 messages since 2026-03-01\n")
    assert "delivered (201)  batch-a" in told.out
    held = msgspec.json.decode(file.with_suffix(".json").read_bytes())
    assert held["number"] == "46701234567"
    assert len(held["messages"]) == 5
    assert {len(one["reports"]) for one in held["messages"]} == {2}
    assert held["messages"][0]["reports"][0]["body"].startswith('{"messageId"')
    assert [one["message_id"] for one in held["mentions"]] == ["telling"]
    assert held["refused_requests"][0]["body"] == "<b>46701234567</b>"
    page = file.with_suffix(".html").read_text()
    assert "What is held about +46701234567" in page
    assert "&lt;b&gt;46701234567&lt;/b&gt;" in page


def test_a_person_is_erased_after_a_question_and_copies_are_told_of(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = folder / "kvitto-saved-1.db"
    copy.write_bytes(b"...46701234567...")
    (folder / "neighbours.csv").write_bytes(b"+47701234567\n")
    erase = ["person", NUMBER, "--erase", "--data-dir", str(folder)]
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\nERASE\n"))

    assert main(erase) == 1
    assert "Nothing was erased" in capsys.readouterr().err
    assert main(erase) == 0

    said = capsys.readouterr().err
    assert "Erased: 5 messages, 10 reports, 1 message to others" in said
    assert "1 refused request." in said
    assert str(copy) in said
    assert "neighbours" not in said
    assert files_with(folder, "46701234567") == [copy.name]
    assert main(["check", "--data-dir", str(folder)]) == 0
    assert main(["person", NUMBER, "--data-dir", str(folder)]) == 0
    assert "No message to this number is held." in capsys.readouterr().out


def test_what_is_no_number_or_can_be_two_is_not_erased(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def add() -> None:
        with open_database(folder) as database:
            writer = Writer(database)
            writer.start()
            await append_all(writer, EVERYTHING[14:])
            writer.close()

    asyncio.run(add())
    for number, why in (("nobody", "no phone number"), ("070-1234567", "Name the country")):
        erase = ["person", number, "--erase", "--yes", "--data-dir", str(folder)]
        assert main(erase) == 1
        assert why in capsys.readouterr().err
