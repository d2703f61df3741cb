"""What the store's statements are in PostgreSQL's SQL.

They are written once, with SQLAlchemy and SQLite's functions. Where PostgreSQL has another word for
one, or means something else by it, it is said here, so that both answer the same:

* Whole numbers have 64 bits wherever they stand.
* Truth within JSON is 1 and 0.
* The least and the greatest of several values is NULL where one of them is.
* NULL comes before all else where rows are sorted.
"""

from typing import Any

from sqlalchemy import Boolean, LargeBinary
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg
from sqlalchemy.sql import functions
from sqlalchemy.sql.elements import BindParameter, Cast, ColumnElement
from sqlalchemy.sql.schema import Column
from typing_extensions import override

_BASE: Any = PGCompiler_psycopg  # it has no types
_GENERIC: Any = PGCompiler_psycopg._generate_generic_unary_modifier  # noqa: SLF001


class _Types(PGTypeCompiler):
    @override
    def visit_INTEGER(self, type_: Any, **kw: Any) -> str:
        return "BIGINT"

    @override
    def visit_SMALLINT(self, type_: Any, **kw: Any) -> str:
        return "BIGINT"


class _Statements(PGCompiler_psycopg):
    """Compiles SQLite's functions; each method is for the one that it is named after."""

    def visit_max_func(self, function: Any, **kw: Any) -> str:
        return self._extreme(function, "max", "GREATEST", **kw)

    def visit_min_func(self, function: Any, **kw: Any) -> str:
        return self._extreme(function, "min", "LEAST", **kw)

    def _extreme(self, function: Any, aggregate: str, of_values: str, **kw: Any) -> str:
        values = list(function.clauses)
        texts = [self.process(value, **kw) for value in values]
        if len(texts) == 1:
            return f"{aggregate}({texts[0]})"
        text = f"{of_values}({', '.join(texts)})"
        maybe = [
            one
            for value, one in zip(values, texts, strict=True)
            if not isinstance(value, BindParameter | functions.coalesce)
            and not (isinstance(value, Column) and not value.nullable)
        ]
        if not maybe:
            return text
        return f"CASE WHEN num_nulls({', '.join(maybe)}) = 0 THEN {text} END"

    def visit_instr_func(self, function: Any, **kw: Any) -> str:
        where, what = function.clauses
        texts = self.process(where, **kw), self.process(what, **kw)
        if isinstance(where.type, LargeBinary):
            if not isinstance(what.type, LargeBinary):
                texts = texts[0], f"convert_to({texts[1]}, 'UTF8')"
            return f"position({texts[1]} IN {texts[0]})"
        if isinstance(what.type, LargeBinary):
            texts = texts[0], f"convert_from({texts[1]}, 'UTF8')"
        return f"strpos({texts[0]}, {texts[1]})"

    def visit_substr_func(self, function: Any, **kw: Any) -> str:
        text, *places = function.clauses
        counted = ", ".join(f"CAST({self.process(one, **kw)} AS INT)" for one in places)
        return f"substr({self.process(text, **kw)}, {counted})"

    def visit_json_array_func(self, function: Any, **kw: Any) -> str:
        return (
            f"json_build_array({', '.join(self._in_json(one, **kw) for one in function.clauses)})"
        )

    def visit_json_group_array_func(self, function: Any, **kw: Any) -> str:
        (value,) = function.clauses
        return f"coalesce(json_agg({self._in_json(value, **kw)}), '[]')"

    def visit_json_func(self, function: Any, **kw: Any) -> str:
        (value,) = function.clauses
        return self.process(value, **kw)

    def visit_json_extract_func(self, function: Any, **kw: Any) -> str:
        value, path = function.clauses
        assert isinstance(path, BindParameter)
        index = int(str(path.value).removeprefix("$[").removesuffix("]"))
        kind = self.dialect.type_compiler_instance.process(function.type)
        return f"CAST(CAST({self.process(value, **kw)} AS JSON) ->> {index} AS {kind})"

    def _in_json(self, value: ColumnElement[Any], **kw: Any) -> str:
        text = self.process(value, **kw)
        return f"CAST({text} AS INT)" if isinstance(value.type, Boolean) else text

    @override
    def _generate_generic_unary_modifier(self, unary: Any, opstring: str, **kw: Any) -> Any:
        text = _GENERIC(self, unary, opstring, **kw)
        of = unary.element
        if isinstance(of, Column) and not of.nullable:
            return text  # and an index has this order
        return text + {" ASC": " NULLS FIRST", " DESC": " NULLS LAST"}.get(opstring, "")

    @override
    def visit_like_op_binary(self, binary: Any, operator: Any, **kw: Any) -> Any:
        # SQLite's LIKE ignores case in ASCII; so does ILIKE with the collation of our columns.
        return _BASE.visit_ilike_op_binary(self, binary, operator, **kw)

    @override
    def visit_not_like_op_binary(self, binary: Any, operator: Any, **kw: Any) -> Any:
        return _BASE.visit_not_ilike_op_binary(self, binary, operator, **kw)

    @override
    def visit_ilike_case_insensitive_operand(self, element: Any, **kw: Any) -> str:
        return str(element.element._compiler_dispatch(self, **kw))  # noqa: SLF001 - SQLAlchemy's own

    def visit_json_each_func(self, function: Any, **kw: Any) -> str:
        (listed,) = function.clauses
        (value,) = function.type._elements  # noqa: SLF001 - the columns of a table-valued function
        kind = self.dialect.type_compiler_instance.process(value.type)
        return (
            f"(SELECT CAST(value AS {kind}) AS value "  # noqa: S608 - of our own texts
            f"FROM json_array_elements_text(CAST({self.process(listed, **kw)} AS JSON)))"
        )

    @override
    def _on_conflict_target(self, clause: Any, **kw: Any) -> str:
        # The clause is SQLite's, which names columns and no constraints.
        names = [
            one if isinstance(one, str) else one.name for one in clause.inferred_target_elements
        ]
        return f"({', '.join(map(self.preparer.quote, names))})"

    @override
    def visit_cast(self, cast: Cast[Any], **kwargs: Any) -> Any:
        if isinstance(cast.type, LargeBinary):
            return f"convert_to({self.process(cast.clause, **kwargs)}, 'UTF8')"
        return _BASE.visit_cast(self, cast, **kwargs)


_INIT: Any = PGDialect_psycopg.__init__


class Dialect(PGDialect_psycopg):
    """SQLAlchemy's dialect of PostgreSQL, which knows SQLite's functions."""

    supports_statement_cache = True
    statement_compiler = _Statements
    type_compiler_cls = _Types

    def __init__(self, **options: Any) -> None:
        """Take SQLAlchemy's options of a dialect."""
        _INIT(self, **options)


registry.register("kvitto", __name__, "Dialect")
