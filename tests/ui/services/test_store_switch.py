"""Which store the next start uses."""

from pathlib import Path

import pytest

from kvitto.store.engines.store_choice import chosen_store, store_folder
from kvitto.store.engines.store_url import StoreUrl
from kvitto.ui.services.preferences import Preferences, ThemeChoice
from kvitto.ui.services.store_switch import keep_choice
from tests.helpers.keyrings import memory_keyring

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
    kept = [one.read_text("utf-8") for one in tmp_path.rglob("settings.ini")]
    assert len(kept) == 2
    assert not any("s3cr3t" in one for one in kept)
