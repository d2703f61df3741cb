"""Folders that a program keeps the same on several computers."""

from pathlib import Path

import pytest

from kvitto.store.sync_folders import sync_service


@pytest.mark.parametrize(
    ("place", "service"),
    [
        ("Dropbox/kvitto", "Dropbox"),
        ("Dropbox (Company)/a/b", "Dropbox"),
        ("OneDrive - Firma AB/kvitto", "OneDrive"),
        ("OneDrive", "OneDrive"),
        ("Nextcloud/kvitto", "Nextcloud"),
        ("Library/Mobile Documents/com~apple~CloudDocs/kvitto", "iCloud"),
        ("Library/CloudStorage/Dropbox/kvitto", "Dropbox"),
        (".local/share/kvitto", None),
        ("My dropbox plans/kvitto", None),
    ],
)
def test_the_service_is_told_by_the_folders_name(
    tmp_path: Path, place: str, service: str | None
) -> None:
    folder = tmp_path / place
    folder.mkdir(parents=True)

    assert sync_service(folder) == service


def test_a_folder_of_any_name_is_told_by_what_the_service_left_in_it(tmp_path: Path) -> None:
    (tmp_path / "work" / "kvitto").mkdir(parents=True)
    (tmp_path / "work" / ".stfolder").mkdir()

    assert sync_service(tmp_path / "work" / "kvitto") == "Syncthing"
