"""The store of a receiver, which may be away when that starts."""

import logging
from pathlib import Path

import pytest

from kvitto.receiver.store_opening import open_for_receiving
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.migrations.runner import go_on
from tests.helpers.logwatch import LogWatch


@pytest.mark.parametrize("has_spool", [False, True])
def test_reports_are_said_to_be_refused_only_where_they_are(
    data_dir: Path,
    tmp_path: Path,
    log_watch: LogWatch,
    caplog: pytest.LogCaptureFixture,
    has_spool: bool,
) -> None:
    away = StoreUrl(f"postgresql://kvitto@/kvitto?host={tmp_path}")
    with log_watch.expect(logging.WARNING, "can't be reached"):
        open_for_receiving(data_dir, away, go_on, has_spool=has_spool).close()
    assert ("reports are refused" in caplog.text) is not has_spool
