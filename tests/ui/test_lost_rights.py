"""A window whose user loses its rights, its way in, or the store itself, while it is open."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.rights import Right
from tests.helpers.postgres import Cluster, running_cluster
from tests.helpers.posting import post, report_body
from tests.ui.stage import SEEN_S, Stage, on_stage
from tests.ui.test_server_store import veil_of
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before"),
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]
OF_LOOKERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'looker'"


@pytest.fixture
def server() -> Iterator[Cluster]:
    """Run a server of the test's own, whose users it may change."""
    with running_cluster() as started:
        started.execute("CREATE ROLE looker LOGIN IN ROLE kvitto_editor")
        yield started


@asynccontextmanager
async def looking(server: Cluster, folder: Path) -> AsyncIterator[tuple[Stage, StoreUrl]]:
    """Show the window to an editor, with one batch."""
    store = server.new_store()
    with ReceiverRuntime(folder.with_name("other"), store=store, port=0) as other:
        assert post(other.callback_url, report_body("m1"))[0] == 200
    as_looker = StoreUrl(store.text.replace("kvitto@", "looker@"))
    async with on_stage(folder, store=as_looker, starts=False) as stage:
        await until(lambda: stage.rows() == 1, SEEN_S)
        assert stage.context.permissions.may(Right.EDIT)
        yield stage, store


@pytest.mark.parametrize(
    ("taken", "given_back"),
    [
        ("REVOKE kvitto_editor FROM looker", "GRANT kvitto_editor TO looker"),
        (f"ALTER ROLE looker NOLOGIN; {OF_LOOKERS}", "ALTER ROLE looker LOGIN"),
    ],
)
async def test_who_is_not_let_in_any_more_is_told_so_and_goes_on_once_that_is_mended(
    server: Cluster, data_dir: Path, taken: str, given_back: str
) -> None:
    async with looking(server, data_dir) as (stage, _store):
        server.execute(taken)
        await until(lambda: "has not let you in since" in stage.banner("feed"))
        assert "What is shown is from before. Check" in stage.banner("feed")
        assert "ask whoever looks after the server" in stage.banner("feed")
        assert not stage.window.banners.sentences()
        assert veil_of(stage).isVisible()
        assert stage.rows() == 1
        server.execute(given_back)
        await until(lambda: stage.context.feed.failed_at is None)
        await until(lambda: stage.context.permissions.may(Right.EDIT))
        assert not veil_of(stage).isVisible()


async def test_who_may_only_look_from_now_on_goes_on_and_is_offered_no_more_than_that(
    server: Cluster, data_dir: Path
) -> None:
    async with looking(server, data_dir) as (stage, _store):
        rename = stage.action("Rename batch…")
        panel = stage.window.batches
        panel.view.select(panel.model.index(0, 0))
        await until(rename.isEnabled)
        server.execute("REVOKE kvitto_editor FROM looker; GRANT kvitto_viewer TO looker")
        await until(lambda: not stage.context.permissions.may(Right.EDIT))
        await until(lambda: stage.context.feed.failed_at is None)
        assert not rename.isEnabled()
        form = stage.window.details.batch_page.form
        assert (form.label.isReadOnly(), form.notes.isReadOnly()) == (True, True)
        assert "kvitto_editor" in form.notes.toolTip()
        server.execute(f"GRANT kvitto_editor TO looker; {OF_LOOKERS}")
        await until(lambda: stage.context.permissions.may(Right.EDIT))
        assert rename.isEnabled()
        assert not form.notes.isReadOnly()


async def test_rights_that_are_given_and_taken_while_nothing_comes_are_known_in_a_moment(
    server: Cluster, data_dir: Path
) -> None:
    async with looking(server, data_dir) as (stage, _store):
        panel = stage.window.batches
        panel.view.select(panel.model.index(0, 0))
        await stage.open_batch()

        def shown() -> str:
            return stage.text("Batch / recipient", message=0)

        number = shown()
        assert "•" not in number
        await stage.select_message()
        body = stage.window.details.message_page.body
        await until(lambda: '"messageId": "m1"' in body.text)
        rename = stage.action("Rename batch…")
        server.execute("GRANT kvitto_receiver TO looker; REVOKE kvitto_editor FROM looker")
        await until(lambda: not rename.isEnabled())
        server.execute("GRANT kvitto_editor TO looker; REVOKE kvitto_receiver FROM looker")
        await until(rename.isEnabled)
        server.execute("GRANT kvitto_viewer TO looker; REVOKE kvitto_editor FROM looker")
        await until(lambda: "•" in shown())
        await until(lambda: "does not see the reports as they came" in body.text)
        server.execute("GRANT kvitto_editor TO looker")
        await until(lambda: shown() == number)
        assert rename.isEnabled()
        assert not stage.window.banners.sentences()


async def test_who_sees_more_or_less_from_now_on_is_shown_the_names_of_batches_anew(
    server: Cluster, data_dir: Path
) -> None:
    async with looking(server, data_dir) as (stage, _store):
        name = "Anna 070-123 45 67 89"
        [row] = stage.window.batches.model.batches.shown
        stage.context.backend.edit(ChangeBatch(row.key, BatchChange(label=name)))
        await until(lambda: row.record.label == name)
        server.execute("GRANT kvitto_viewer TO looker; REVOKE kvitto_editor FROM looker")
        await until(lambda: row.record.label == "Anna •••••••")
        server.execute("GRANT kvitto_editor TO looker")
        await until(lambda: row.record.label == name)
        assert stage.rows() == 1


async def test_a_store_that_was_deleted_is_told_as_gone(server: Cluster, data_dir: Path) -> None:
    async with looking(server, data_dir) as (stage, store):
        server.drop(store)
        await until(lambda: "has been gone since" in stage.banner("feed"))
        assert not stage.window.banners.sentences()
        assert veil_of(stage).isVisible()
        assert stage.rows() == 1
