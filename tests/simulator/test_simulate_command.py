"""The command in this process; as a program it is in tests/journeys/test_simulate.py."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from kvitto.cli import main
from kvitto.receiver.runtime import ReceiverRuntime


def simulate(*arguments: object) -> int:
    options = ("--messages", "30", "--burst", "--retry-interval", "0.05s", "--seed", "7")
    return main(["simulate", *options, *map(str, arguments)])


def test_a_clean_campaign_ends_with_0_and_its_summary(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ReceiverRuntime(data_dir, port=0) as runtime:
        code = simulate("--url", runtime.callback_url, "--verify", "--profile", "hostile")
        callback_key = runtime.callback_url.rpartition("/")[2]
    told = capsys.readouterr()
    assert code == 0
    assert "30 messages in 5 batches to http://127.0.0.1" in told.out
    assert "--profile hostile --messages 30 --batches 5 --seed 7" in told.out
    assert "30 messages," in told.out
    assert "all agree" in told.out
    assert callback_key not in told.out + told.err


def test_one_of_a_kind_is_said_in_the_singular(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ReceiverRuntime(data_dir, port=0) as runtime:
        url = runtime.callback_url
        assert simulate("--url", url, "--verify", "--messages", "1", "--batches", "1") == 0
    told = capsys.readouterr().out
    assert "1 message in 1 batch to" in told
    assert "1 batch, 1 message, " in told


def summary(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_the_summary_as_json(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ReceiverRuntime(data_dir, port=0) as runtime:
        assert simulate("--url", runtime.callback_url, "--verify", data_dir, "--json") == 0
    told = summary(capsys)
    assert told["clean"] is True
    assert (told["seed"], told["messages"], told["interrupted"]) == (7, 30, False)
    assert told["reports_made"] == told["answered_200"] > 200
    assert told["verification"]["found"] == 0
    assert told["verification"]["reports"] == told["reports_made"]


def test_the_same_campaign_again_is_all_repetitions(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ReceiverRuntime(data_dir, port=0) as runtime:
        assert simulate("--url", runtime.callback_url) == 0
        capsys.readouterr()
        assert simulate("--url", runtime.callback_url, "--verify", "--json") == 0
        told = summary(capsys)
        counts = runtime.reader.counts()
    assert told["verification"]["known_before"] == told["reports_made"]
    assert counts.reports == counts.repeats == told["reports_made"]


def test_a_store_that_differs_ends_with_1_and_the_list(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    with ReceiverRuntime(other, port=0), ReceiverRuntime(data_dir, port=0) as runtime:
        assert simulate("--url", runtime.callback_url, "--verify", other) == 1
    told = capsys.readouterr().out
    assert "differences" in told
    assert "answered 200 and is gone" in told
    assert "more" in told


def test_without_a_store_to_compare_with_nothing_is_sent(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ReceiverRuntime(data_dir, port=0) as runtime:
        url = runtime.callback_url
        assert simulate("--url", url, "--verify", tmp_path / "nowhere") == 1
        assert runtime.reader.counts().reports == 0
    assert "Nothing has been received" in capsys.readouterr().err


def test_a_wrong_callback_key_breaks_the_contract_and_loses_everything(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ReceiverRuntime(data_dir, port=0) as runtime:
        wrong = runtime.callback_url[:-4] + "0000"
        assert simulate("--url", wrong, "--attempts", "2", "--json") == 1
    told = summary(capsys)
    assert told["clean"] is False
    assert told["contract_broken"] == {"404 to a report": 2 * told["reports_made"]}
    assert told["lost"] == told["deleted_by_the_sender"] == told["reports_made"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--url", "ftp://127.0.0.1/"), "http://"),
        (("--url", "http://127.0.0.1/", "--batches", "31"), "31"),
        (("--url", "http://127.0.0.1/", "--set", "cut=2"), "'2' is not a share"),
        (("--url", "http://127.0.0.1/", "--set", "cut"), "'cut' is not NAME=SHARE"),
        (("--url", "http://127.0.0.1/", "--set", "speed=1"), "with a name of: duplicates, "),
        (("--url", "http://127.0.0.1/", "--rate", "0/s"), "rate"),
        (("--url", "http://127.0.0.1/", "--timeout", "soon"), "'soon' is not a duration"),
        ((), "--url"),
    ],
)
def test_wrong_use_is_told_in_one_line(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        simulate(*arguments)
    assert caught.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("kvitto simulate: ")
    assert told in line


def test_the_url_may_come_from_stdin(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ReceiverRuntime(data_dir, port=0) as runtime:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{runtime.callback_url}\nmore\n"))
        assert simulate("--url", "-", "--verify") == 0
    assert capsys.readouterr().out


def test_the_url_may_come_from_the_environment(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ReceiverRuntime(data_dir, port=0) as runtime:
        monkeypatch.setenv("KVITTO_URL", runtime.callback_url)
        assert simulate("--verify") == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "\n", "nothing\n", "http://127.0.0.1/" + "x" * 20_000])
def test_what_comes_from_stdin_and_is_no_url_is_told(
    text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    with pytest.raises(SystemExit) as caught:
        simulate("--url", "-")
    assert caught.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("kvitto simulate: ")


def test_a_port_that_is_taken_for_the_books_is_told(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ReceiverRuntime(data_dir, port=0) as runtime:
        port = runtime.callback_url.split("/")[2].rpartition(":")[2]
        with pytest.raises(SystemExit) as caught:
            simulate("--url", runtime.callback_url, "--books", port)
    assert caught.value.code == 2
    assert f"port {port}" in capsys.readouterr().err
