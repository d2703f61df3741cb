"""What follows for the reports of a store where a server can't keep a text as it is.

A report is told apart from others by a number that is made of its texts: it is made anew, so that
the same report is known again when it comes once more. So is what is kept of its body.
"""

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any, Final

from msgspec.structs import replace
from sqlalchemy import Table

from kvitto.core.report import fingerprint
from kvitto.store.asked_tables import asked_status
from kvitto.store.copy_rows import StoreRows, quoted, storable_text
from kvitto.store.packed_body import packed, unpacked
from kvitto.store.record_rows import report_from_row
from kvitto.store.schema import message, report

_OF_REPORT: Final = ("batch_id", "message_id", "recipient", "currency", "reference")
_TEXTS: Final = ("b.external_id", "m.external_id", "r.recipient", "r.currency", "r.reference")


def new_values(
    rows: StoreRows,
) -> Iterator[tuple[Table, str, Iterable[tuple[int, int | bytes]]]]:
    """Give tables, the name of a column, and its new values by key.

    Args:
        rows: those of a file, whose texts may have a character that the server does not keep.
    """
    states: list[tuple[int, int]] = []
    for table in (report, asked_status):
        changed: list[tuple[int, int]] = []
        bodies: list[tuple[int, bytes]] = []
        for key, message_key, state_key, content, body in _changed(rows, table):
            changed.append((key, content))
            bodies.append((key, body))
            if key == state_key:
                states.append((message_key, content))
        yield table, "fingerprint", changed
        if table is report:
            yield table, "body", bodies
    yield message, "fingerprint", states


def _changed(rows: StoreRows, table: Table) -> Iterator[tuple[int, int, int, int, bytes]]:
    """Give the key of a report, of its message and of that one's state, the new number and body."""
    columns = [one.name for one in table.columns]
    listed = ", ".join(f"r.{quoted(one)}" for one in table.columns)
    has_nul = " OR ".join(f"instr(CAST({one} AS BLOB), x'00')" for one in _TEXTS)
    sql = (
        f"SELECT {listed}, m.report_pk, m.external_id, b.external_id FROM {table.name} AS r "
        "JOIN message AS m ON m.pk = r.message_pk JOIN batch AS b ON b.pk = m.batch_pk "
        f"WHERE {has_nul}"
    )
    for *values, state_key, message_id, batch_id in rows.query(sql):
        named: dict[str, Any] = dict(zip(columns, values, strict=True))
        named.setdefault("arrived_at_us", named.get("asked_at_us"))
        named.setdefault("marks", None)
        before = report_from_row(SimpleNamespace(**named), batch_id=batch_id, message_id=message_id)
        report_of = replace(
            before.report,
            **{name: storable_text(getattr(before.report, name)) for name in _OF_REPORT},
        )
        body = b""
        if table is report:
            body = packed(unpacked(named["body"], before.report), report_of)
        yield named["pk"], named["message_pk"], state_key, fingerprint(report_of), body
