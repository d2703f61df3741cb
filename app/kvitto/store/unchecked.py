"""What a check of a store does not look at: what stands there once, and follows from nothing else.

A test changes a value in each column, one after the other: the check must find it, or it stands
here.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

_Columns: TypeAlias = Mapping[str, tuple[str, ...]]
"""Columns by their tables; of none of a table's, all are meant."""

UNCHECKED: Final[Mapping[str, _Columns]] = {
    "names, notes and marks": {
        "batch": ("label", "expected_count", "is_archived", "notes"),
        "message_follow_up": ("mark", "note", "changed_at_us"),
        "code_note": (),
        "dismissed_repeats": ("message_count",),
        "binned_batch": ("binned_at_us",),
        "edit_audit": (),
        "retention_rule": (),
    },
    "the bodies of reports and how each of them came": {
        "report": ("body", "body_bytes", "origin"),
        "asked_status": ("body",),
    },
    "what iP.1 said of whole batches": {
        "asked_batch": (
            "asked_at_us",
            "incomplete",
            "message_count",
            "segment_count",
            "seen_count",
            "unknown_there_count",
            "total_nano",
            "currency",
            "sender",
            "reference",
            "tags",
            "body",
        ),
        "asked_operator": ("mcc", "mnc", "message_count", "delivered_count"),
        "asked_difference": ("external_id", "kind", "price_nano", "currency", "asked_at_us"),
    },
    "callback keys and what came by them each day": {
        "callback_key": (),
        "callback_key_usage": (),
        "receiver_key_day": (),
    },
    "refused requests": {
        "quarantine": (),
        "unauthorized_minute": (),
        "client_source": (),
        "refused_minute": (),
        "store_state": ("quarantine_bytes", "quarantine_dropped_count"),
    },
    "interruptions": {
        "receiver_run": (),
        "outage": (),
        "store_health": (),
        "recent_repeat": (),
    },
    "what was deleted": {
        "batch": ("purged_at_us",),
        "deleted_batch": (),
        "pending_deletion": (),
        "batch_tombstone": (),
        "purged_message": ("external_id",),
        "erasure": (),
        "erased_message": (),
    },
    "the search index": {"store_state": ("indexed_message_pk", "unpacked_report_pk")},
}
"""What is not looked at, in words: its columns by their tables.

Beside them no `revision` is looked at: whoever reads what has changed since one reads it anew.
"""
