"""Write what is held of a person: as JSON for programs, and as a page for reading."""

import html
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from kvitto.core.erased import said_for_tokens, unless_erased
from kvitto.core.money import amount_of
from kvitto.core.state import Sourced
from kvitto.core.status import result_of
from kvitto.core.timestamps import from_microseconds
from kvitto.export.atomic_file import destination
from kvitto.store.held import HeldMessage, HeldOfPerson
from kvitto.store.records import ReportRecord

HEADINGS: Final[Mapping[str, str]] = {
    "title": "What is held about {number}",
    "as_of": "As of {time}",
    "messages": "Messages",
    "sent": "Sent",
    "batch": "Batch",
    "result": "Result",
    "changed": "Since",
    "parts": "SMS parts",
    "price": "Price",
    "reference": "Reference",
    "note": "Your note",
    "reports": "Delivery reports as they came",
    "mentions": "Messages to others that tell of the number",
    "refused": "Refused requests that tell of the number",
    "nothing": "Nothing is held.",
}
"""What the page says, in English."""
_ERASED: Final = "erased"
_STYLE: Final = (
    "body{font-family:sans-serif;margin:2em;max-width:70em}table{border-collapse:collapse}"
    "td,th{border:1px solid #999;padding:.3em .6em;text-align:left;vertical-align:top}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f2f2f2;padding:.5em}"
)


def write_person(
    file: Path,
    held: HeldOfPerson,
    now: datetime,
    *,
    data_folder: Path,
    words: Mapping[str, str] = HEADINGS,
) -> list[Path]:
    """Write what is held of a person into two files beside each other: .json and .html.

    Args:
        file: what both are named for.
        held: what is held.
        now: the time, UTC.
        data_folder: Kvitto's own: nothing is written into it.
        words: what the page says; the keys are those of `HEADINGS`, and the results' values.

    Returns:
        The two files.

    Raises:
        ExportError: one can't be written.
    """
    files = [file.with_suffix(".json"), file.with_suffix(".html")]
    json = msgspec.json.format(msgspec.json.encode(as_json(held, now)))
    for path, content in zip(files, (json, page(held, now, words).encode()), strict=True):
        with destination(path, data_folder) as out:
            out.write(content)
    return files


def as_json(held: HeldOfPerson, now: datetime) -> dict[str, Any]:
    """Return what is held as values for JSON; times are UTC, prices decimal texts."""
    return {
        "number": held.number.digits,
        "as_of": now,
        "messages": [_message(one) for one in held.messages],
        "mentions": [_message(one) for one in held.mentions],
        "refused_requests": [
            {"body": body, "headers": msgspec.Raw(headers.encode()), "reason": reason}
            for body, headers, reason in held.refused
        ],
    }


def _message(one: HeldMessage) -> dict[str, Any]:
    message = one.message
    state, price = message.state, message.state.price
    return {
        "batch_id": message.batch_id,
        "batch_label": message.batch_label,
        "message_id": message.message_id,
        "recipient": _known(state.recipient),
        "reference": _known(state.reference),
        "sent": state.first_created,
        "code": state.code,
        "is_final": state.final,
        "result": state.result.value,
        "changed": from_microseconds(state.rank.created_at_us),
        "segments": None if state.segments is None else state.segments.value,
        "price": None if price is None else f"{amount_of(price.nano):f}",
        "currency": None if price is None else price.currency or None,
        "is_paid_back": state.is_refunded,
        "done_about_it": one.mark,
        "note": one.note,
        "reports": [_report(report) for report in one.reports],
    }


def _report(one: ReportRecord) -> dict[str, Any]:
    report = one.received.report
    return {
        "code": report.code,
        "is_final": report.final,
        "result": result_of(report.code, final=report.final).value,
        "created": report.created,
        "arrived": one.received.arrived,
        "origin": one.origin.value,
        "repeats": one.repeats,
        "body": _body(one),
    }


def _body(one: ReportRecord) -> str:
    """Return what is kept of a report; of another person who was erased, a word."""
    return said_for_tokens(one.body.decode("utf-8", "replace"), _ERASED)


# --- The page -----------------------------------------------------------------------------------


def page(held: HeldOfPerson, now: datetime, words: Mapping[str, str]) -> str:
    """Return what is held as a page of HTML that needs nothing else; times are local."""
    number = f"+{held.number.digits}" if held.number.calling_code else held.number.digits
    title = html.escape(words["title"].format(number=number))
    parts = [
        "<!DOCTYPE html>",
        f'<html><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>',
        f"<body><h1>{title}</h1>",
        f"<p>{html.escape(words['as_of'].format(time=_time(now)))}</p>",
    ]
    if not (held.messages or held.mentions or held.refused):
        parts.append(f"<p>{html.escape(words['nothing'])}</p>")
    for name, messages in (("messages", held.messages), ("mentions", held.mentions)):
        if messages:
            parts.append(f"<h2>{html.escape(words[name])} ({len(messages)})</h2>")
            parts.append(_table(messages, words))
    if held.refused:
        parts.append(f"<h2>{html.escape(words['refused'])} ({len(held.refused)})</h2>")
        parts += [f"<pre>{html.escape(body)}</pre>" for body, _, _ in held.refused]
    for one in held.messages:
        parts.append(f"<h3>{html.escape(words['reports'])}: {html.escape(_name(one))}</h3>")
        for report in one.reports:
            body = html.escape(_body(report))
            parts.append(f"<p>{_time(report.received.arrived)}</p><pre>{body}</pre>")
    return "\n".join([*parts, "</body></html>", ""])


def _table(messages: Sequence[HeldMessage], words: Mapping[str, str]) -> str:
    names = ("sent", "batch", "result", "changed", "parts", "price", "reference", "note")
    head = "".join(f"<th>{html.escape(words[name])}</th>" for name in names)
    rows = [f"<table><tr>{head}</tr>"]
    for one in messages:
        cells = "".join(f"<td>{html.escape(text)}</td>" for text in _cells(one, words))
        rows.append(f"<tr>{cells}</tr>")
    return "\n".join([*rows, "</table>"])


def _cells(one: HeldMessage, words: Mapping[str, str]) -> Sequence[str]:
    state, price = one.message.state, one.message.state.price
    result = state.result.value
    return (
        _time(state.first_created),
        one.message.batch_label or one.message.batch_id,
        f"{words.get(result, result)} ({state.code})",
        _time(from_microseconds(state.rank.created_at_us)),
        "" if state.segments is None else str(state.segments.value),
        "" if price is None else f"{amount_of(price.nano):f} {price.currency}".strip(),
        _known(state.reference) or "",
        one.note or "",
    )


def _known(known: Sourced[str] | None) -> str | None:
    """Return a number or a reference; None where it is not known, or was erased."""
    return None if known is None else unless_erased(known.value)


def _name(one: HeldMessage) -> str:
    return f"{one.message.message_id} ({one.message.batch_label or one.message.batch_id})"


def _time(instant: datetime) -> str:
    return f"{instant.astimezone():%Y-%m-%d %H:%M:%S}"
