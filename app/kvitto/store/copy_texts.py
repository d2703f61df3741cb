"""What follows for the reports of a store where a server can't keep a text as it is.

A report is told apart from others by a number that is made of its texts: it is made anew, so that
the same report is known again when it comes once more.
"""

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import Table

from kvitto.core.report import fingerprint
from kvitto.store.asked_tables import asked_status
from kvitto.store.copy_rows import StoreRows, quoted, storable_text
from kvitto.store.record_rows import report_from_row
from kvitto.store.schema import message, report

_TEXTS: Final = ("b.external_id", "m.external_id", "r.recipient", "r.currency", "r.reference")


def new_fingerprints(
    rows: StoreRows,
) -> Iterator[tuple[Table, str, Iterable[tuple[int, int]]]]:
    """Give tables, the name of a column, and its new values by key.

    Args:
        rows: those of a file, whose texts may have a character that the server does not keep.
    """
    states: list[tuple[int, int]] = []
    for table in (report, asked_status):
        changed: list[tuple[int, int]] = []
        for key, message_key, state_key, content in _changed(rows, table):
            changed.append((key, content))
            if key == state_key:
                states.append((message_key, content))
        yield table, "fingerprint", changed
    yield message, "fingerprint", states


def _changed(rows: StoreRows, table: Table) -> Iterator[tuple[int, int, int, int]]:
    """Give the key of a report, of its message and of that one's state, and the new number."""
    columns = [one.name for one in table.columns]
    listed = ", ".join(f"r.{quoted(one)}" for one in table.columns)
    has_nul = " OR ".join(f"instr(CAST({one} AS BLOB), x'00')" for one in _TEXTS)
    sql = (
        f"SELECT {listed}, m.report_pk, m.external_id, b.external_id FROM {table.name} AS r "
        "JOIN message AS m ON m.pk = r.message_pk JOIN batch AS b ON b.pk = m.batch_pk "
        f"WHERE {has_nul}"
    )
    for *values, state_key, message_id, batch_id in rows.query(sql):
        named: dict[str, Any] = {
            name: storable_text(value) if isinstance(value, str) else value
            for name, value in zip(columns, values, strict=True)
        }
        named.setdefault("arrived_at_us", named.get("asked_at_us"))
        named.setdefault("marks", None)
        texts = storable_text(batch_id) or "", storable_text(message_id) or ""
        received = report_from_row(SimpleNamespace(**named), batch_id=texts[0], message_id=texts[1])
        yield named["pk"], named["message_pk"], state_key, fingerprint(received.report)
