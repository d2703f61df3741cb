"""The text of a statement is made once for a run of tests, not once for each database.

To make it is most of what a test with a database of its own does, and it is the same text.
"""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from typing_extensions import override


class _SharedStatements(dict[Any, Any]):
    """What SQLAlchemy has made of statements, whichever connection to SQLite asked for it.

    Its key begins with the dialect, of which each engine has one of its own, and all alike.
    """

    @override
    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_without_dialect(key), default)

    @override
    def __setitem__(self, key: Any, made: Any) -> None:
        super().__setitem__(_without_dialect(key), made)


def _without_dialect(key: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
    dialect, *others = key
    return (type(dialect), *others)


@contextmanager
def statements_made_once() -> Iterator[None]:
    """Let all databases that are opened within share what is made of their statements."""
    shared = _SharedStatements()

    def engine(*arguments: Any, **options: Any) -> Engine:
        return create_engine(*arguments, execution_options={"compiled_cache": shared}, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kvitto.store.engines.sqlite.create_engine", engine)
        yield
