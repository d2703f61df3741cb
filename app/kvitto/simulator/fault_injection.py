"""What can go wrong between a sender and us, each with a share, and profiles that bundle them."""

from datetime import timedelta
from typing import Final

import msgspec


class FaultInjection(msgspec.Struct, frozen=True, kw_only=True):
    """How often each thing goes wrong: shares from 0 (never) to 1 (always).

    What each of them does is in `MEANINGS`. Those from `oversized` to `incoming_sms` are the
    chance, at each report, that such a body comes beside it; the others are shares of the reports.
    """

    duplicates: float = 0.0
    reordered: float = 0.0
    late: float = 0.0
    bursts: float = 0.0
    ties: float = 0.0
    id_field: float = 0.0
    time_forms: float = 0.0
    text_numbers: float = 0.0
    missing_fields: float = 0.0
    unreadable_fields: float = 0.0
    unknown_codes: float = 0.0
    unknown_fields: float = 0.0
    odd_json: float = 0.0
    oversized: float = 0.0
    broken: float = 0.0
    incoming_sms: float = 0.0
    chunked: float = 0.0
    cut: float = 0.0

    @property
    def respells(self) -> bool:
        """Whether one report may be spelled in different ways."""
        return bool(
            self.id_field
            or self.time_forms
            or self.text_numbers
            or self.unreadable_fields
            or self.unknown_fields
            or self.odd_json
        )


MEANINGS: Final[dict[str, str]] = {
    "duplicates": "reports that are posted again, some in another spelling",
    "reordered": "reports that come after later ones",
    "late": "reports that come after the final one",
    "bursts": "reports that are held back, then come all at once every ten seconds of life",
    "ties": "reports with the same time as the one before: the later step decides",
    "id_field": "reports with id instead of messageId",
    "time_forms": "reports with another form of time than usual, some of them unreadable",
    "text_numbers": "reports with numbers as texts, and the other way round",
    "missing_fields": "reports with fields that are absent, null or empty",
    "unreadable_fields": "reports whose missing fields hold what can't be read, or can't be right",
    "unknown_codes": "messages with a status code that nobody has told of",
    "unknown_fields": "reports with fields that nobody has told of",
    "odd_json": "reports in unusual JSON: escapes, white space, order, byte order mark",
    "oversized": "bodies of more than 64 KiB, beside the reports",
    "broken": "bodies that are not JSON or not a report, beside the reports",
    "incoming_sms": "incoming SMS and e-mail reports on the wrong URL, beside the reports",
    "chunked": "reports sent in chunks",
    "cut": "reports whose connection is cut in the middle or before the answer",
}


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of day at the SMS service.

    Attributes:
        dispatch_per_s: how many messages it sends per second of their life.
        retry_interval_s: the time between two tries, unless another is asked for. The real
            sender's is ten minutes; whoever disturbs on purpose does not want to wait that long.
        disturbances: what goes wrong.
        meaning: what it is for.
    """

    dispatch_per_s: int
    retry_interval_s: float
    disturbances: FaultInjection
    meaning: str


RETRY_INTERVAL_S: Final = timedelta(minutes=10).total_seconds()
"""The SMS service's own. Source: protocol, "The SMS service's contract"."""

PROFILES: Final[dict[str, Profile]] = {
    "calm": Profile(
        dispatch_per_s=5,
        retry_interval_s=RETRY_INTERVAL_S,
        disturbances=FaultInjection(),
        meaning="a quiet day: everything as documented",
    ),
    "campaign": Profile(
        dispatch_per_s=25,
        retry_interval_s=RETRY_INTERVAL_S,
        disturbances=FaultInjection(
            duplicates=0.01, reordered=0.02, late=0.005, bursts=0.2, chunked=0.02
        ),
        meaning="a large campaign: many at once, some repeated or out of order",
    ),
    "hostile": Profile(
        dispatch_per_s=20,
        retry_interval_s=3.0,
        disturbances=FaultInjection(
            duplicates=0.08,
            reordered=0.1,
            late=0.05,
            bursts=0.3,
            ties=0.02,
            id_field=0.1,
            time_forms=0.3,
            text_numbers=0.1,
            missing_fields=0.1,
            unreadable_fields=0.5,
            unknown_codes=0.05,
            unknown_fields=0.1,
            odd_json=0.1,
            oversized=0.001,
            broken=0.02,
            incoming_sms=0.01,
            chunked=0.1,
            cut=0.02,
        ),
        meaning="all that can go wrong, at once",
    ),
}
