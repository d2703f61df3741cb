"""A store in a folder of the test's own: the fixtures of the store's tests."""

from tests.store.conftest import database, reader, writer

__all__ = ("database", "reader", "writer")
