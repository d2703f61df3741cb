"""A computer on which the driver of stores on servers can't be loaded."""

import sys

import pytest


def hide_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the driver's next import fail, as where a library of the system is missing."""
    monkeypatch.delitem(sys.modules, "kvitto.store.engines.postgresql", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
