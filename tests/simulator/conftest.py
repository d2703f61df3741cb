"""A store in a folder of the test's own: the fixtures of the store's tests."""

from tests.store.conftest import database, engine, new_store, reader, writer

__all__ = ("database", "engine", "new_store", "reader", "writer")
