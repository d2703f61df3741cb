"""The key: where it is kept, and that it shows itself nowhere."""

import asyncio
import contextlib
import io
import logging
import os
import pickle
import socket
import stat
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from kvitto.books.books_errors import BooksError
from kvitto.books.client import RequestBudget
from kvitto.books.key import (
    CREDENTIAL_NAME,
    ApiKey,
    KeyFile,
    KeyProblemError,
    Keyring,
    key_of_environment,
)
from kvitto.export.exporter import export
from kvitto.export.kinds import EXPORT_KINDS
from kvitto.simulator.books_faults import CannedAnswer, Trick
from kvitto.simulator.books_server import BooksServer
from kvitto.simulator.books_world import Books
from kvitto.store.database import open_database
from kvitto.store.reader import Reader
from tests.books.asking import client_of, server_of
from tests.books.repairs import fill, repair
from tests.helpers.keyrings import MemoryKeyring, memory_keyring
from tests.simulator.campaigns import a_campaign

SECRET = "s3cr3t-of-the-account"


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    with memory_keyring() as one:
        yield one


# --- It shows itself nowhere --------------------------------------------------------------------


def test_no_text_of_it_holds_it() -> None:
    key = ApiKey(SECRET)
    for text in (repr(key), str(key), f"{key}", f"{[key]}", f"{vars(type(key))}"):
        assert SECRET not in text


def test_it_cannot_be_written_by_accident() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(ApiKey(SECRET))


FAILING = [
    Trick.SLOW_HEAD,
    Trick.SLOW_BODY,
    Trick.CUT,
    Trick.LOGIN,
    Trick.REDIRECT,
    *(CannedAnswer(status=status) for status in (200, 301, 400, 401, 403, 404, 429, 500)),
]


@pytest.mark.parametrize("answer", FAILING, ids=lambda answer: str(answer)[:60])
async def test_no_traceback_and_no_log_holds_it(
    answer: Trick | CannedAnswer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with (
            server_of() as server,
            client_of(server, key=SECRET, whole_s=0.2) as client,
        ):
            server.next_answers.extend([answer] * 6)
            with pytest.raises(BooksError) as caught:
                await client.account(RequestBudget(100))
            assert all(SECRET not in path for path in server.asked)
    assert SECRET not in caplog.text
    assert SECRET not in told_of(caught.value)


async def test_no_traceback_of_a_lost_connection_holds_it() -> None:
    async with server_of() as server:
        client = client_of(server, key=SECRET)
    async with client:
        with pytest.raises(BooksError) as caught:
            await client.account(RequestBudget(100))
    assert SECRET not in told_of(caught.value)


def files_with(text: str, folder: Path) -> list[Path]:
    files = [one for one in folder.rglob("*") if one.is_file()]
    assert len(files) > len(EXPORT_KINDS)
    return [one for one in files if text.encode() in one.read_bytes()]


def told_of(error: BaseException | None) -> str:
    """Return all that a crash report could hold of an error: chain and local variables, too."""
    told = io.StringIO()
    while error is not None:
        whole = traceback.TracebackException.from_exception(error, capture_locals=True)
        told.writelines(whole.format(chain=True))
        error = error.__context__
    return told.getvalue()


async def test_no_file_of_the_store_and_no_export_holds_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    campaign = a_campaign(messages=30, batches=1)
    folder = tmp_path / "store"
    folder.mkdir()
    await asyncio.to_thread(fill, folder, campaign)
    server = BooksServer(Books(campaign), key=SECRET)
    with caplog.at_level(logging.DEBUG):
        async with server:
            result = await repair(folder, server, campaign.batches[0].batch_id, key=SECRET)
            assert result.agrees
            server.next_answers.append(CannedAnswer(status=401))
            await repair(folder, server, campaign.batches[0].batch_id, key=SECRET)
    assert SECRET not in repr(result)
    assert SECRET not in caplog.text
    with open_database(folder) as database:
        for table in EXPORT_KINDS:
            file = tmp_path / f"{table}.jsonl"
            export(Reader(database), table, None, None, str(file))
        assert files_with(SECRET, tmp_path) == []


# --- What is a key ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", " ", "a b", "a\r\nX: y", "å", "a" * 513, "a\0", "Bearer", "Bearer a b"]
)
def test_what_can_be_no_key_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(KeyProblemError) as caught:
        ApiKey(text)
    assert not text.strip() or text not in str(caught.value)


@pytest.mark.parametrize(
    "around",
    [
        *(" {}\n", "\t{}\r\n", '"{}"', "'{}'", "”{}”", "\N{NO-BREAK SPACE}{}", '"{}\n"'),
        *("\ufeff{}", "\u200e{}\u202c", "\u2060{}"),
        *("Bearer {}", "bearer\t{}", '"Bearer {}"', 'Bearer "{}"', "Bearer\N{NO-BREAK SPACE}{}"),
        *("Authorization: Bearer {}\r\n", "authorization:bearer {}", 'Authorization: "Bearer {}"'),
    ],
)
def test_what_was_copied_along_is_left_out(
    around: str,
) -> None:
    assert ApiKey(around.format(SECRET)) == ApiKey(SECRET)
    assert ApiKey(SECRET) != ApiKey("another")


def test_a_key_that_begins_like_the_header_is_whole() -> None:
    for text in ("bearer-of-news", "Bearer1", "authorization"):
        assert ApiKey(text).revealed() == text


# --- Without a window ---------------------------------------------------------------------------


def test_it_may_be_in_a_variable() -> None:
    assert key_of_environment({"KVITTO_IP1_KEY": SECRET}) == ApiKey(SECRET)
    assert key_of_environment({"KVITTO_IP1_KEY": " "}) is None
    assert key_of_environment({}) is None


def test_a_file_goes_before_a_variable(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o600)
    given = {"KVITTO_IP1_KEY_FILE": str(file), "KVITTO_IP1_KEY": "another"}
    assert key_of_environment(given) == ApiKey(SECRET)


def test_a_credential_of_systemd_goes_before_a_variable(tmp_path: Path) -> None:
    (tmp_path / CREDENTIAL_NAME).write_text(SECRET)
    given = {"CREDENTIALS_DIRECTORY": str(tmp_path), "KVITTO_IP1_KEY": "another"}
    assert key_of_environment(given) == ApiKey(SECRET)
    given["CREDENTIALS_DIRECTORY"] = str(tmp_path / "other")
    assert key_of_environment(given) == ApiKey("another")


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_file_may_be_of_an_editor_of_windows(tmp_path: Path, coding: str) -> None:
    file = tmp_path / "key"
    file.write_bytes(f"\ufeff{SECRET}\r\n".encode(coding))
    file.chmod(0o600)
    assert key_of_environment({"KVITTO_IP1_KEY_FILE": str(file)}) == ApiKey(SECRET)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    file.write_text(SECRET)
    file.chmod(mode)
    with pytest.raises(KeyProblemError, match="chmod 600"):
        key_of_environment({"KVITTO_IP1_KEY_FILE": str(file)})


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a b"])
def test_a_file_without_a_key_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(KeyProblemError):
        key_of_environment({"KVITTO_IP1_KEY_FILE": str(file)})
    with pytest.raises(KeyProblemError):
        key_of_environment({"KVITTO_IP1_KEY_FILE": str(tmp_path / "missing")})


@pytest.mark.parametrize("kind", ["pipe", "socket", "folder", "device", "huge"])
@pytest.mark.parametrize("how", ["named", "credential", "kept"])
def test_what_is_no_file_with_a_key_is_refused_in_a_sentence(
    tmp_path: Path, kind: str, how: str
) -> None:
    """Nothing is waited for: a pipe has no end, nor has a device."""
    file = tmp_path / ("ip1-key" if how == "kept" else CREDENTIAL_NAME)
    with contextlib.ExitStack() as stack:
        if kind == "pipe":
            os.mkfifo(file, 0o600)
        elif kind == "socket":
            stack.enter_context(socket.socket(socket.AF_UNIX)).bind(str(file))
        elif kind == "folder":
            file.mkdir(0o700)
        elif kind == "device":
            file.symlink_to("/dev/zero")
        else:
            file.touch(0o600)
            os.truncate(file, 10**12)
        read: dict[str, Callable[[], object]] = {
            "named": partial(key_of_environment, {"KVITTO_IP1_KEY_FILE": str(file)}),
            "credential": partial(key_of_environment, {"CREDENTIALS_DIRECTORY": str(tmp_path)}),
            "kept": KeyFile(tmp_path).load,
        }
        with pytest.raises(KeyProblemError) as caught:
            read[how]()
    assert str(caught.value).endswith(".")


# --- In the keyring -----------------------------------------------------------------------------


async def test_the_keyring_keeps_it(memory: MemoryKeyring) -> None:
    ring = Keyring()
    assert await ring.load("ip1-1") is None
    await ring.save("ip1-1", ApiKey(SECRET))
    assert memory.kept == {("Kvitto", "ip1-1"): SECRET}
    assert await ring.load("ip1-1") == ApiKey(SECRET)
    await ring.delete("ip1-1")
    await ring.delete("ip1-1")
    assert memory.kept == {}


async def test_a_keyring_that_hangs_is_not_waited_for(memory: MemoryKeyring) -> None:
    memory.hangs.clear()
    with pytest.raises(KeyProblemError, match="in time"):
        await Keyring(limit_s=0.05).load("ip1-1")
    memory.hangs.set()
    await asyncio.sleep(0)


async def test_a_keyring_that_forgets_is_found_out(memory: MemoryKeyring) -> None:
    memory.forgets = True
    with pytest.raises(KeyProblemError, match="did not keep"):
        await Keyring().save("ip1-1", ApiKey(SECRET))


async def test_a_keyring_that_fails_tells_no_key(memory: MemoryKeyring) -> None:
    memory.fails = True
    with pytest.raises(KeyProblemError) as caught:
        await Keyring().save("ip1-1", ApiKey(SECRET))
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None


async def test_no_keyring_at_all_is_found_out() -> None:
    with pytest.raises(KeyProblemError):
        await Keyring().save("ip1-1", ApiKey(SECRET))


# --- In a file ----------------------------------------------------------------------------------


def test_a_file_keeps_it_for_its_user_alone(tmp_path: Path) -> None:
    file = KeyFile(tmp_path)
    assert file.load() is None
    before = os.umask(0)
    try:
        file.save(ApiKey(SECRET))
    finally:
        os.umask(before)
    (kept,) = tmp_path.glob("ip1*")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert file.load() == ApiKey(SECRET)
    file.save(ApiKey("another"))
    assert file.load() == ApiKey("another")
    file.delete()
    file.delete()
    assert file.load() is None


def test_what_a_crash_left_of_a_file_is_deleted(tmp_path: Path) -> None:
    (tmp_path / "ip1-key.0123456789abcdef").write_text(SECRET)
    KeyFile(tmp_path).delete()
    assert list(tmp_path.glob("ip1*")) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(KeyProblemError):
        KeyFile(tmp_path / "missing").save(ApiKey(SECRET))
