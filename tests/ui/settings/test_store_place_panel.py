"""Where data is kept: a server is tested before it is switched to; its password is not shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit

from kvitto.store.engines.store_choice import SERVICE, chosen_store, store_folder
from kvitto.store.engines.store_url import StoreUrl
from kvitto.ui.services.context import Context
from kvitto.ui.settings.settings_dialog import PageName, SettingsDialog
from kvitto.ui.settings.store_place_panel import StorePlacePanel
from kvitto.user_settings import SETTINGS_FILE
from tests.helpers.keyrings import MemoryKeyring, memory_keyring
from tests.helpers.postgres import Cluster
from tests.ui.settings.finding import button, texts
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync

SECRET = "s3cr3t of: the/clinic@å%"


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    with memory_keyring() as one:
        yield one


@pytest.fixture
def store(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> StoreUrl:
    """Return a store whose server libpq finds by itself: its socket is no address to type in."""
    url = cluster.new_store()
    monkeypatch.setenv("PGHOST", url.text.partition("host=")[2])
    return StoreUrl(f"postgresql://kvitto@/{url.database}")


@pytest.fixture
def panel(context: Context, dialog: SettingsDialog, memory: MemoryKeyring) -> StorePlacePanel:
    dialog.show_page(PageName.STORAGE)
    (found,) = dialog.page(PageName.STORAGE).findChildren(StorePlacePanel)
    return found


def files_with(folder: Path, secret: bytes) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file() and secret in one.read_bytes()]


def fill_in(panel: StorePlacePanel, store: StoreUrl, password: str = SECRET) -> None:
    button(panel, "On a server").click()
    address, user, typed = panel.findChildren(QLineEdit)
    address.setText(f"/{store.database}")
    user.setText("kvitto")
    typed.setText(password)


async def test_a_store_that_was_tested_can_be_switched_to(
    panel: StorePlacePanel,
    store: StoreUrl,
    memory: MemoryKeyring,
    data_dir: Path,
    context: Context,
) -> None:
    switched: list[bool] = []
    panel.switched.connect(lambda: switched.append(True))
    fill_in(panel, store)
    assert not button(panel, "Switch").isEnabled()
    button(panel, "Test").click()
    await until(lambda: "It works" in panel.result)
    context.preferences.put("theme", "dark")
    button(panel, "Switch").click()
    await until(lambda: bool(switched))
    assert memory.kept == {(SERVICE, store.place): SECRET}
    chosen = chosen_store(data_dir)
    assert chosen is not None
    assert chosen.place == store.place
    assert chosen.has_password
    assert "theme=dark" in (store_folder(data_dir, store) / SETTINGS_FILE).read_text("utf-8")
    assert not files_with(data_dir, b"s3cr3t")


async def test_a_password_that_is_pasted_with_the_address_is_hidden_and_kept(
    panel: StorePlacePanel, store: StoreUrl, memory: MemoryKeyring, data_dir: Path
) -> None:
    button(panel, "On a server").click()
    address, _user, typed = panel.findChildren(QLineEdit)
    address.setText(store.with_password(SECRET).text)
    button(panel, "Test").click()
    await until(lambda: "It works" in panel.result)
    assert (address.text(), typed.text()) == (store.text, SECRET)
    button(panel, "Switch").click()
    await until(lambda: bool(memory.kept))
    assert memory.kept == {(SERVICE, store.place): SECRET}
    assert not files_with(data_dir, b"s3cr3t")


async def test_what_was_typed_after_the_test_must_be_tested_too(
    panel: StorePlacePanel, store: StoreUrl
) -> None:
    fill_in(panel, store)
    button(panel, "Test").click()
    await until(lambda: "It works" in panel.result)
    panel.findChildren(QLineEdit)[0].setText("/another")
    assert not button(panel, "Switch").isEnabled()
    assert panel.result == ""


async def test_a_database_without_a_store_can_not_be_switched_to(
    panel: StorePlacePanel, store: StoreUrl, cluster: Cluster
) -> None:
    fill_in(panel, cluster.new_database())
    button(panel, "Test").click()
    await until(lambda: "There is no store at" in panel.result)
    assert not button(panel, "Switch").isEnabled()
    assert not any("s3cr3t" in one for one in texts(panel))


async def test_what_can_not_be_reached_is_told_without_the_password(
    panel: StorePlacePanel, store: StoreUrl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGHOST", "/nowhere")
    fill_in(panel, store)
    button(panel, "Test").click()
    await until(lambda: "No server answers" in panel.result)
    assert not button(panel, "Switch").isEnabled()


async def test_without_a_keyring_nothing_is_switched(
    panel: StorePlacePanel, store: StoreUrl, memory: MemoryKeyring, data_dir: Path
) -> None:
    memory.fails = True
    fill_in(panel, store)
    button(panel, "Test").click()
    await until(lambda: "It works" in panel.result)
    button(panel, "Switch").click()
    await until(lambda: "keyring does not keep" in panel.result)
    assert chosen_store(data_dir) is None


async def test_a_password_is_not_left_in_its_field(
    panel: StorePlacePanel, store: StoreUrl, dialog: SettingsDialog
) -> None:
    fill_in(panel, store)
    dialog.close()
    assert panel.findChildren(QLineEdit)[2].text() == ""
