"""Keep the number of an erased person out of the store, whoever brings it again."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace
from sqlalchemy import Text, bindparam, exists, select

from kvitto.core.erased import Tokens
from kvitto.store.dialect import each_of, pairs_parameter, select_by_pairs
from kvitto.store.erasure_tables import erased_message
from kvitto.store.prepared_statements import Cursor, Prepared
from kvitto.store.write_requests import RejectedRequest, ReportRequest

_OF: Final = Prepared(
    select_by_pairs(
        tuple(erased_message.c),
        erased_message.c.batch_external_id,
        erased_message.c.external_id,
    )
)
_NAMED: Final = Prepared(
    select(
        exists(
            select(erased_message.c.external_id).where(
                erased_message.c.external_id.in_(
                    select(each_of(bindparam("words"), Text()).c.value)
                )
            )
        )
    )
)
_WORDS: Final = re.compile(r"[\w.-]+")
_QUOTED: Final = re.compile(r'(?<=")[^"]+(?=")')
"""What can be the id of a message in a body that is no report."""


def erased_among(
    cursor: Cursor, messages: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Tokens]:
    """Return the tokens of those messages that were erased.

    Args:
        cursor: where to read.
        messages: the SMS service's ids of batch and message.
    """
    rows = _OF.rows(cursor, pairs_parameter(set(messages)))
    return {(row[0], row[1]): Tokens(row[2], row[3]) for row in rows}


def without_erased(cursor: Cursor, arrivals: Sequence[ReportRequest]) -> list[ReportRequest]:
    """Return arrivals with tokens in those that are about a message of somebody who was erased."""
    ids = [(one.report.batch_id, one.report.message_id) for one in arrivals]
    erased = erased_among(cursor, ids)
    return [
        one if which not in erased else _with_tokens(one, erased[which])
        for one, which in zip(arrivals, ids, strict=True)
    ]


def without_erased_bodies(
    cursor: Cursor, refused: Sequence[RejectedRequest]
) -> list[RejectedRequest]:
    """Return refused requests, without body and headers where they name an erased message.

    Which number such a body has nobody knows any more: it is known by the message's id.
    """
    return [
        replace(one, body=b"", headers=()) if _names_erased(cursor, one.body) else one
        for one in refused
    ]


def _names_erased(cursor: Cursor, body: bytes) -> bool:
    text = body.decode("utf-8", "replace")
    words = {*_WORDS.findall(text), *_QUOTED.findall(text)}
    return bool(_NAMED.row(cursor, {"words": msgspec.json.encode(list(words)).decode()})[0])


def _with_tokens(arrival: ReportRequest, tokens: Tokens) -> ReportRequest:
    report = tokens.in_report(arrival.report)
    return replace(arrival, report=report, body=tokens.in_body(report))
