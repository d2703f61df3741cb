"""The conditions that each engine has an index of its own for."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, bindparam, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType


class TextMatch(FunctionElement[Any]):
    """The condition that an indexed column of a message has one of some texts in it.

    It stands in queries for `kvitto.store.dialect.MESSAGE_FTS`. Case does not matter.
    """

    name = "text_match"
    type = NullType()  # of a truth SQLAlchemy would ask whether it is 1, which SQLite does not take
    inherit_cache = True

    def __init__(
        self, texts: Sequence[str], column: str = "", *, is_read_through: bool = False
    ) -> None:
        """Look for `texts`, in one column or in all.

        Args:
            texts: what to look for.
            column: where; "" for everywhere.
            is_read_through: whether a server is to read the rows that the query's other conditions
                leave, and not its index, which is in no order.
        """
        phrases = " OR ".join('"' + text.replace('"', '""') + '"' for text in texts)
        super().__init__(
            bindparam(None, f"{column} : {phrases}" if column else phrases),
            *(bindparam(None, _pattern(text.lower())) for text in texts),
            *([literal_column("''")] if is_read_through else []),
        )


@compiles(TextMatch)
def _in_sqlite(match: TextMatch, compiler: SQLCompiler, **kw: Any) -> str:
    phrases, *_ = match.clauses
    return f"message_fts MATCH {compiler.process(phrases, **kw)}"


@compiles(TextMatch, "postgresql")
def _in_postgresql(match: TextMatch, compiler: SQLCompiler, **kw: Any) -> str:
    _, *rest = match.clauses
    patterns = [one for one in rest if isinstance(one, BindParameter)]
    end = "" if len(patterns) == len(rest) else " || ''"
    each = [
        f"(message_fts.{column}{end}) LIKE {compiler.process(one, **kw)}"
        for one in patterns
        for column in ("shown", "hidden")
    ]
    return f"({' OR '.join(each)})"


class _WrittenOtherwise(ColumnElement[Any]):
    type = NullType()
    inherit_cache = True


@compiles(_WrittenOtherwise)
def _glob(_condition: _WrittenOtherwise, _compiler: SQLCompiler, **_kw: Any) -> str:
    return "message.recipient GLOB '*[^0-9]*'"


@compiles(_WrittenOtherwise, "postgresql")
def _regular(_condition: _WrittenOtherwise, _compiler: SQLCompiler, **_kw: Any) -> str:
    return "message.recipient ~ '[^0-9]'"


WRITTEN_OTHERWISE: Final[ColumnElement[bool]] = _WrittenOtherwise()
"""The condition that a message's phone number is not written in digits alone: few are."""


def _pattern(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
