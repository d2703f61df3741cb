"""How a receiver that starts later finds the same store, and no password is shown for that."""

from pathlib import Path

import pytest

from kvitto.store.engines.store_choice import naming_options, store_folder
from kvitto.store.engines.store_url import StoreUrl, store_url
from kvitto.store.server_errors import StoreNotNamedError, StoreUrlError

NAMED = "postgresql://maria@server.example:5433/kvitto"
WITH_PASSWORD = "postgresql://maria:s3cr3t@server.example:5433/kvitto"


def by_file(file: Path, text: str = WITH_PASSWORD, *, mode: int = 0o600) -> StoreUrl:
    file.write_text(text, "utf-8")
    file.chmod(mode)
    found = store_url(None, {}, file=str(file))
    assert found is not None
    return found


def test_the_store_of_a_folder_is_named_by_it(tmp_path: Path) -> None:
    assert naming_options(tmp_path, None) == ["--data-dir", str(tmp_path)]


def test_a_url_without_a_password_is_named_as_it_is(tmp_path: Path) -> None:
    url = StoreUrl(f"{NAMED}?sslmode=require")
    expected = ["--store", url.text, "--data-dir", str(tmp_path)]
    assert naming_options(tmp_path, url) == expected
    assert naming_options(store_folder(tmp_path, url), url) == expected


def test_what_the_settings_name_needs_no_name(tmp_path: Path) -> None:
    (tmp_path / "settings.ini").write_text(f'[General]\nstore="{NAMED}"\n')
    url = StoreUrl(WITH_PASSWORD)  # with that of the keyring
    assert naming_options(store_folder(tmp_path, url), url) == ["--data-dir", str(tmp_path)]


def test_a_url_with_a_password_is_not_named(tmp_path: Path) -> None:
    with pytest.raises(StoreNotNamedError) as refused:
        naming_options(tmp_path, StoreUrl(WITH_PASSWORD))
    assert "s3cr3t" not in str(refused.value)


def test_a_file_is_named_instead_of_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "store"
    expected = ["--store-file", str(file), "--data-dir", str(tmp_path)]
    assert naming_options(tmp_path, by_file(file)) == expected
    assert naming_options(tmp_path, by_file(file, NAMED, mode=0o644)) == expected
    monkeypatch.chdir(tmp_path)
    found = store_url(None, {"KVITTO_STORE_FILE": "store"})
    assert naming_options(tmp_path, found) == expected


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_file_with_a_password_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    url = by_file(tmp_path / "store", mode=mode)
    with pytest.raises(StoreNotNamedError, match="store, which holds a password"):
        naming_options(tmp_path, url)


def test_a_file_that_has_gone_is_said(tmp_path: Path) -> None:
    url = by_file(tmp_path / "store")
    (tmp_path / "store").unlink()
    with pytest.raises(StoreUrlError, match="store"):
        naming_options(tmp_path, url)


def test_the_password_of_a_key_is_one_too() -> None:
    with pytest.raises(StoreUrlError) as refused:
        store_url("postgresql://server.example/kvitto?sslkey=k&sslpassword=s3cr3t", {})
    assert "s3cr3t" not in str(refused.value)
