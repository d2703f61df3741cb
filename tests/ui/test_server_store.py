"""The window on a store on a server, which may be away."""

import asyncio
import logging
import secrets
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import psutil
import psycopg
import pytest
from PySide6.QtWidgets import QLabel, QWidget

from kvitto.clock import utc_now
from kvitto.receiver.direct_store import DirectStore
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.engines.base import Database
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import DiskFullError
from kvitto.store.mutations import BatchChange, ChangeBatch, Edit, RecordHeartbeat
from kvitto.store.reader import Reader
from kvitto.store.receivers_seen import ReceiversSeen
from kvitto.store.server_errors import ChangeRefusedError, NotChangedError
from kvitto.store.write_requests import ReportRequest, WriteResult
from kvitto.ui.services.preferences import Preferences
from kvitto.ui.text.error_text import error_text, is_about_server
from kvitto.ui.widgets.away_veil import AwayVeil
from tests.helpers.logwatch import LogWatch
from tests.helpers.postgres import Cluster, running_cluster
from tests.helpers.posting import post, report_body
from tests.store.arrivals import a_report, arriving
from tests.ui.stage import SEEN_S, Stage, all_texts, on_stage
from tests.ui.test_every_window import open_windows
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before"),
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]


@pytest.fixture
def server() -> Iterator[Cluster]:
    """Run a server of the test's own, which it may stop."""
    with running_cluster() as started:
        yield started


@pytest.fixture
def store(cluster: Cluster) -> StoreUrl:
    return cluster.new_store()


@contextmanager
def receiving(folder: Path, store: StoreUrl) -> Iterator[ReceiverRuntime]:
    """Receive into a store as another computer does."""
    with ReceiverRuntime(folder, store=store, port=0) as runtime:
        yield runtime


def readings(stage: Stage) -> list[str]:
    """Return what is said in view to be read just now."""
    labels = stage.window.findChildren(QLabel)
    return [one.text() for one in labels if one.isVisible() and "Reading" in one.text()]


def veil_of(stage: Stage) -> AwayVeil:
    (found,) = stage.window.findChildren(AwayVeil)
    return found


async def test_what_another_computer_receives_is_seen_and_nothing_is_received_here(
    data_dir: Path, tmp_path: Path, store: StoreUrl
) -> None:
    with receiving(tmp_path / "other", store) as other:
        async with on_stage(data_dir, store=store, starts=False) as stage:
            assert post(other.callback_url, report_body("m1"))[0] == 200
            await until(lambda: stage.rows() == 1, SEEN_S)
            assert stage.window.strip.state.startswith("Received elsewhere")
            assert not stage.banner("session")
            assert stage.window.strip.url == ""
            assert stage.backend.only_looks


async def test_a_store_into_which_nobody_receives_is_told(data_dir: Path, store: StoreUrl) -> None:
    async with on_stage(data_dir, store=store, starts=False) as stage:
        await until(lambda: "No computer receives" in stage.banner("session"))
        assert stage.window.strip.state == "Received nowhere"


async def test_a_receiver_with_a_spool_that_is_not_heard_of_is_not_said_to_receive_nothing(
    data_dir: Path, store: StoreUrl
) -> None:
    old = utc_now() - timedelta(hours=1)
    beat = RecordHeartbeat(old, old, receiver="far", folder_id="1", is_spooling=True)
    async with on_stage(data_dir, store=store, starts=False) as stage:
        stage.backend.edit(beat).result()
        elsewhere = stage.backend.elsewhere
        assert elsewhere is not None
        # An old heartbeat says nothing until another could have come.
        elsewhere.note(ReceiversSeen(running=utc_now(), last=old, beats=1, is_spooling=True))
        elsewhere._changed_at -= 3600  # noqa: SLF001 - an hour without one
        stage.window.strip.refresh()
        assert stage.window.strip.state.startswith("Receiver not heard of since")


async def test_a_revision_that_somebody_named_too_early_is_told_of_once_it_is_there(
    data_dir: Path, store: StoreUrl
) -> None:
    async with on_stage(data_dir, store=store, starts=False) as stage:
        told: list[int] = []
        stage.backend.when_committed(told.append)
        following = stage.backend.reader.revision() + 1
        with psycopg.connect(store.text) as other:
            other.execute(f"NOTIFY kvitto, '{following}'".encode())
        await until(lambda: following in told)
        assert stage.backend.edit(RecordHeartbeat(utc_now(), utc_now())).result() == following
        await until(lambda: told.count(following) == 2)


async def test_this_computer_can_receive_too(data_dir: Path, store: StoreUrl) -> None:
    async with on_stage(data_dir, store=store, starts=False) as stage:
        await until(lambda: bool(stage.banner("session")))
        stage.press("Receive on this computer")
        await until(lambda: not stage.banner("session") and bool(stage.window.strip.url))
        await stage.post(report_body("m1"))
        await until(lambda: stage.rows() == 1, SEEN_S)
        assert stage.context.preferences.receives_here
        assert stage.window.strip.state == "Receiving · not connected"
        assert stage.backend.elsewhere is not None
        stage.backend.elsewhere.lose()
        stage.window.strip.refresh()
        assert stage.window.strip.state.startswith("Not known since ")


async def test_a_change_made_in_one_window_is_seen_by_who_reads_the_store(
    data_dir: Path, tmp_path: Path, store: StoreUrl
) -> None:
    with receiving(tmp_path / "other", store) as other:
        async with on_stage(data_dir, store=store, starts=False) as stage:
            assert post(other.callback_url, report_body("m1"))[0] == 200
            await until(lambda: stage.rows() == 1, SEEN_S)
            edit = ChangeBatch(1, BatchChange(label="Vårmötet"))
            stage.context.tasks.start(_made(stage, edit), "edit")
            await until(lambda: stage.text("Batch / recipient") == "Vårmötet")
            assert [one.label for one in Reader(other.database).batches()] == ["Vårmötet"]


async def test_how_long_is_kept_is_chosen_for_all_windows_of_the_store(
    data_dir: Path, tmp_path: Path, store: StoreUrl
) -> None:
    (tmp_path / "other").mkdir()
    async with (
        on_stage(data_dir, store=store, starts=False) as stage,
        on_stage(tmp_path / "other", store=store, starts=False) as other,
    ):
        ours, theirs = stage.context.preferences, other.context.preferences
        # What is chosen for a store in the folder does not count here.
        assert (ours.purges, ours.retention_days) == (False, 90)
        ours.put("retention_days", 30)
        await until(lambda: theirs.retention_days == 30)
        theirs.put("forgets", True)
        await until(lambda: ours.purges)
        stage.window.windows.show_settings()
        said = "This holds for everybody who uses this store. "
        labels = stage.window.findChildren(QLabel)
        await until(lambda: any(one.text().startswith(said) for one in labels))
    kept = Preferences(data_dir)
    assert not kept.purges
    assert kept.retention_days == 90


def test_what_a_user_may_not_change_is_said_to_be_not_changed(
    data_dir: Path, cluster: Cluster, store: StoreUrl
) -> None:
    cluster.execute("CREATE ROLE only_reads LOGIN IN ROLE kvitto_viewer")
    as_viewer = StoreUrl(store.text.replace("kvitto@", "only_reads@"))
    direct = DirectStore(as_viewer, data_dir, lambda _revision: None)
    try:
        with pytest.raises(ChangeRefusedError) as told:
            direct.edit(ChangeBatch(1, BatchChange(label="Vårmötet")))
    finally:
        direct.close()
        cluster.execute("DROP ROLE only_reads")
    assert not is_about_server(error_text(told.value), store.place)  # so it is shown


class _FullWriter:
    """A writer whose disk is full, which it remembers."""

    error: Final = DiskFullError(Path("disk"), "no room")

    def __init__(self, _database: Database) -> None: ...

    def start(self) -> None: ...

    def close(self) -> None: ...

    def edit(self, _edit: Edit) -> Future[int]:
        done = Future[int]()
        done.set_exception(self.error)
        return done

    async def append(self, _arrival: ReportRequest) -> WriteResult:
        raise self.error


def test_what_a_writer_remembers_holds_nobody_who_asked_for_a_change(
    data_dir: Path, store: StoreUrl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.store.writer.Writer", _FullWriter)
    direct = DirectStore(store, data_dir, lambda _revision: None)
    try:
        with pytest.raises(DiskFullError) as told:
            direct.edit(ChangeBatch(1, BatchChange(label="Vårmötet")))
        assert vars(told.value) == vars(_FullWriter.error)
        assert _FullWriter.error.__traceback__ is None
        (answer,) = direct.append_all([arriving(a_report("m1"))])
        assert isinstance(answer, DiskFullError)
        assert answer is not _FullWriter.error
    finally:
        direct.close()


async def _made(stage: Stage, edit: ChangeBatch) -> None:
    await asyncio.wrap_future(stage.backend.edit(edit))


async def test_while_the_store_is_away_what_is_shown_stays_and_one_item_says_so(
    data_dir: Path, server: Cluster, log_watch: LogWatch
) -> None:
    store = server.new_store()
    async with on_stage(data_dir, store=store, starts=False) as stage:
        stage.context.tasks.start(stage.context.tasks.in_thread(_receive, data_dir, store), "post")
        await until(lambda: stage.rows() == 1, SEEN_S)
        await stage.open_batch()
        shown = stage.text("Result", 0, 0)
        before = set(stage.window.todo.sentences())

        server.stop(signal.SIGQUIT)
        try:
            await until(lambda: stage.context.feed.failed_at is not None)
            assert "has been out of reach since" in stage.banner("feed")
            assert "What is shown is from before." in stage.banner("feed")
            assert set(stage.window.todo.sentences()) - before == {"feed"}
            assert not stage.window.banners.sentences()
            assert veil_of(stage).isVisible()
            assert stage.rows() == 1
            assert stage.text("Result", 0, 0) == shown
            assert stage.window.strip.figures.startswith("as it was at ")
            assert stage.window.strip.state.startswith("Not known since ")
            with (
                log_watch.expect(logging.ERROR, "can't be reached"),
                pytest.raises(NotChangedError),
            ):
                await stage.context.tasks.in_thread(
                    lambda: stage.backend.edit(ChangeBatch(1, BatchChange("x"))).result()
                )
        finally:
            server.start()
        await until(lambda: stage.context.feed.failed_at is None)
        assert not stage.window.banners.sentences()
        assert not stage.banner("feed")
        assert not veil_of(stage).isVisible()
        stage.context.tasks.start(stage.context.tasks.in_thread(_receive, data_dir, store), "post")
        await until(lambda: stage.children() == 2, SEEN_S)


def _receive(folder: Path, store: StoreUrl) -> None:
    """Receive one report as another computer does, and end."""
    with receiving(folder / "other", store) as other:
        assert post(other.callback_url, report_body(secrets.token_hex(4)))[0] == 200


async def test_a_window_starts_while_the_store_is_away_and_says_no_zero(
    data_dir: Path, server: Cluster, log_watch: LogWatch
) -> None:
    store = server.new_store()
    _receive(data_dir, store)
    server.stop()
    async with AsyncExitStack() as stack:
        with log_watch.expect(logging.WARNING, "can't be read yet"):
            stage = await stack.enter_async_context(on_stage(data_dir, store=store, starts=False))
        await until(lambda: "Nothing is read yet" in stage.banner("feed"))
        assert stage.window.strip.figures == "Not read yet"
        assert stage.window.strip.state.startswith("Not known since ")
        assert not stage.window.empty_state.isVisible()
        assert list(stage.window.todo.sentences()) == ["feed"]
        assert not readings(stage)
        assert stage.window.batches.placeholder.text == "Not read yet"
        server.start()
        await until(lambda: stage.rows() == 1, SEEN_S)
        await until(lambda: not stage.banner("feed"))
        assert "today 1" in stage.window.strip.figures
        assert not stage.window.strip.state.startswith("Not ")


async def test_what_is_asked_for_while_the_store_is_away_comes_when_it_is_back(
    data_dir: Path, server: Cluster
) -> None:
    store = server.new_store()
    _receive(data_dir, store)
    async with on_stage(data_dir, store=store, starts=False) as stage:
        await until(lambda: stage.rows() == 1, SEEN_S)
        server.stop(signal.SIGQUIT)
        panel = stage.window.batches
        try:
            await until(lambda: stage.context.feed.failed_at is not None)
            panel.view.expand(panel.model.index(0, 0))
            panel.view.select(panel.model.index(0, 0))
            await asyncio.sleep(1.5)  # each part that reads tries, and fails
            assert not stage.window.banners.sentences()
        finally:
            server.start()
        await until(lambda: stage.children() == 1)
        await until(lambda: bool(stage.text("Result", 0, 0)))
        page = stage.window.details.batch_page
        await until(lambda: stage.window.details.page is page)
        await until(lambda: "1" in " ".join(all_texts(page)))
        assert not readings(stage)


async def test_a_server_that_is_frozen_is_told_as_away(
    data_dir: Path, server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.ui.services.change_feed.OVERDUE_MS", 500)
    store = server.new_store()
    _receive(data_dir, store)
    async with on_stage(data_dir, store=store, starts=False) as stage:
        await until(lambda: stage.rows() == 1, SEEN_S)
        frozen = psutil.Process(server.pid()).children()
        for one in frozen:
            one.suspend()
        try:
            await until(lambda: "out of reach" in stage.banner("feed"))
            assert veil_of(stage).isVisible()
        finally:
            for one in frozen:
                one.resume()
        await until(lambda: stage.context.feed.failed_at is None)
        assert not veil_of(stage).isVisible()


async def test_every_window_reads_a_server_and_reads_on_after_it_was_away(
    data_dir: Path, server: Cluster
) -> None:
    store = server.new_store()
    _receive(data_dir, store)
    async with on_stage(data_dir, store=store, starts=False) as stage:
        await until(lambda: stage.rows() == 1, SEEN_S)
        windows = open_windows(stage)
        await until(lambda: not _reading(windows))
        server.stop(signal.SIGQUIT)
        try:
            await until(lambda: stage.context.feed.failed_at is not None)
            await asyncio.sleep(1.5)  # each that reads tries, and fails; what that logs is seen
            assert set(stage.window.todo.sentences()) >= {"feed"}
            assert not stage.window.banners.sentences()
        finally:
            server.start()
        await until(lambda: stage.context.feed.failed_at is None)
        await until(lambda: not _reading(windows))


def _reading(windows: Mapping[str, QWidget]) -> list[str]:
    """Return which windows say that they read just now, or have not read yet."""
    said = {name: {one.text() for one in w.findChildren(QLabel)} for name, w in windows.items()}
    return [name for name, texts in said.items() if texts & {"Reading …", "Not read yet"}]
