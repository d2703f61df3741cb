"""Which store the next start uses."""

from pathlib import Path

import pytest

from kvitto.books.client import BooksClient
from kvitto.books.key import ApiKey, KeyFile, Keyring
from kvitto.export.month_report import departments_file
from kvitto.store.engines.store_choice import chosen_store, store_folder
from kvitto.store.engines.store_url import StoreUrl
from kvitto.ui.services.books_access import BooksAccess
from kvitto.ui.services.books_state import KeyPlace
from kvitto.ui.services.context import Context
from kvitto.ui.services.preferences import MONTH_BUDGET, Preferences, ThemeChoice
from kvitto.ui.services.store_switch import begin_with_own_settings, keep_choice
from tests.helpers.keyrings import memory_keyring
from tests.ui.waiting import until

STORE = StoreUrl("postgresql://maria:s3cr3t@server.example/kvitto?sslmode=require")


@pytest.mark.usefixtures("qapp")
def test_the_next_start_uses_the_store_that_was_chosen_and_the_one_of_the_folder_again(
    tmp_path: Path,
) -> None:
    of_folder = Preferences(tmp_path)
    of_folder.put("theme", ThemeChoice.DARK.value)
    of_folder.put("is_masked", True)
    of_folder.put("port", 18_999)
    with memory_keyring():
        keep_choice(tmp_path, of_folder, tmp_path, STORE)
        found = chosen_store(tmp_path)
        assert found is not None
        assert found.text == STORE.without_password

        of_store = Preferences(store_folder(tmp_path, STORE))
        assert of_store.theme is ThemeChoice.DARK
        assert of_store.is_masked
        assert of_store.port != 18_999  # reports are received elsewhere
        keep_choice(tmp_path, of_store, store_folder(tmp_path, STORE), None)
        assert chosen_store(tmp_path) is None
    of_folder = Preferences(tmp_path)
    kept = [one.read_text("utf-8") for one in tmp_path.rglob("settings.ini")]
    assert len(kept) == 2
    assert not any("s3cr3t" in one for one in kept)


@pytest.mark.usefixtures("qapp")
def test_a_store_that_is_named_at_the_start_begins_with_the_users_own_settings_once(
    tmp_path: Path,
) -> None:
    of_folder, folder = Preferences(tmp_path), store_folder(tmp_path, STORE)
    of_folder.put("theme", ThemeChoice.DARK.value)
    of_folder.put("port", 18_999)
    of_folder.flush()
    begin_with_own_settings(of_folder, tmp_path)
    folder.mkdir(parents=True)
    of_store = Preferences(folder)
    begin_with_own_settings(of_store, folder)
    assert of_store.theme is ThemeChoice.DARK
    assert of_store.port != 18_999
    of_folder.put("is_masked", True)
    of_folder.flush()
    begin_with_own_settings(of_store, folder)
    assert not of_store.is_masked


@pytest.mark.usefixtures("qapp")
def test_what_is_the_users_own_is_found_after_the_switch_and_what_is_of_the_place_is_not(
    tmp_path: Path,
) -> None:
    of_folder = Preferences(tmp_path)
    own = {"tells_silence": True, "silence_minutes": 25, "failure_share": 3, "shows_done": True}
    of_place = {
        "forgets": True,
        "retention_days": 1,
        "keeps_texts": True,
        "public_url": "https://x",
    }
    for name, value in (own | of_place).items():
        of_folder.put(name, value)  # type: ignore[type-var]  # one of the three types each
    of_folder.put(f"{MONTH_BUDGET}/SEK", "9000000000")
    of_folder.put("books_key_place", KeyPlace.KEYRING.value)
    of_folder.put("books_account", "acct-1")
    departments_file(tmp_path).write_text("Nord: *", "utf-8")

    keep_choice(tmp_path, of_folder, tmp_path, STORE)

    there = store_folder(tmp_path, STORE)
    of_store = Preferences(there)
    assert {name: of_store.get(name, type(value)()) for name, value in own.items()} == own
    assert of_store.month_budget("SEK") == 9_000_000_000
    assert of_store.get("books_account", "") == "acct-1"
    assert departments_file(there).read_text("utf-8") == "Nord: *"
    assert (of_store.purges, of_store.keeps_texts, of_store.public_url) == (False, False, "")

    # What was set there is the user's, too.
    of_store.put("silence_minutes", 99)
    of_store.put("books_key_place", KeyPlace.NOWHERE.value)
    keep_choice(tmp_path, of_store, there, None)
    keep_choice(tmp_path, Preferences(tmp_path), tmp_path, STORE)
    again = Preferences(there)
    assert (again.silence_minutes, again.get("books_key_place", "x")) == (99, "")
    assert Preferences(tmp_path).silence_minutes == 25


@pytest.mark.usefixtures("qapp")
def test_a_key_in_a_file_is_there_after_the_switch_for_its_user_alone(tmp_path: Path) -> None:
    of_folder = Preferences(tmp_path)
    of_folder.put("books_key_place", KeyPlace.FILE.value)
    KeyFile(tmp_path).save(ApiKey("k-1"))
    keep_choice(tmp_path, of_folder, tmp_path, STORE)
    there = store_folder(tmp_path, STORE)
    assert KeyFile(there).load() == ApiKey("k-1")  # which is refused where others may read it
    KeyFile(there).save(ApiKey("k-2"))
    keep_choice(tmp_path, of_folder, tmp_path, STORE)
    assert KeyFile(there).load() == ApiKey("k-2")


@pytest.mark.qasync
async def test_the_key_in_the_keyring_is_used_after_the_switch(
    context: Context, data_dir: Path
) -> None:
    with memory_keyring():
        await Keyring().save("acct-1", ApiKey("k-1"))
        context.preferences.put("books_key_place", KeyPlace.KEYRING.value)
        context.preferences.put("books_account", "acct-1")
        keep_choice(data_dir, context.preferences, data_dir, STORE)
        of_store = Preferences(store_folder(data_dir, STORE))
        used: list[ApiKey] = []

        def client_of(key: ApiKey) -> BooksClient:
            used.append(key)
            return BooksClient(key, base="http://127.0.0.1:9")

        books = BooksAccess(
            context.backend, context.tasks, of_store, environment={}, client_of=client_of
        )
        books.begin()
        await until(lambda: bool(used))
        assert used == [ApiKey("k-1")]
        await books.close()
