"""The secrets of the callback URL."""

import re
from datetime import UTC, datetime
from pathlib import Path

from app.core.report import Origin
from app.store.database import Database, open_database
from app.store.secrets import SecretStore

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_the_first_secret_is_made_once_and_kept(data_dir: Path) -> None:
    with open_database(data_dir) as database:
        made = SecretStore(database).newest(NOW)
    with open_database(data_dir) as database:
        assert SecretStore(database).newest(NOW) == made

    assert re.fullmatch("[0-9a-f]{32}", made.value), "128 bits"


def test_a_renewed_secret_leaves_the_old_one_valid_until_it_is_ended(database: Database) -> None:
    store = SecretStore(database)
    old = store.newest(NOW)
    new = store.make(NOW)

    assert store.valid() == [old, new]
    assert store.newest(NOW) == new
    assert new.value != old.value

    store.end(old.key, NOW)
    assert store.valid() == [new]


def test_a_demo_secret_is_never_given_to_the_sender(database: Database) -> None:
    store = SecretStore(database)
    demo = store.make(NOW, Origin.DEMO)

    assert store.newest(NOW).origin is Origin.WEBHOOK
    assert demo in store.valid()


def test_a_secret_does_not_show_itself(database: Database) -> None:
    made = SecretStore(database).make(NOW)

    assert made.value not in f"{made!r} {made} {[made]}"
