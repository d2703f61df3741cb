"""Fold a group of arrivals into the tables, in the transaction that stores them.

Everything is read and written in whole sets: a group of a hundred reports costs a dozen
statements, not a thousand.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from kvitto.core.marks import joined
from kvitto.core.report import Origin, fingerprint
from kvitto.core.state import MessageState, OrderKey, ReceivedReport, rank_of
from kvitto.core.timestamps import to_microseconds
from kvitto.store import compiled_sql, rejections
from kvitto.store.asked_statuses import Told, delete_asked, told_of
from kvitto.store.changed_rows import TouchedBatch, TouchedMessage
from kvitto.store.daily_limit import DAY_US, NO_CALLBACK_KEY, DailyUsage, UsageKey
from kvitto.store.dialect import pairs_parameter
from kvitto.store.erased_messages import without_erased, without_erased_bodies
from kvitto.store.index_merging import merging_in_parts
from kvitto.store.kept_arrivals import as_kept
from kvitto.store.packed_body import packed
from kvitto.store.prepared_statements import (
    Tuple,
    cursor_of,
    indexed_at_once,
)
from kvitto.store.record_rows import state_from_values
from kvitto.store.write_changes import write_messages, write_sums
from kvitto.store.write_requests import (
    RejectedRequest,
    ReportRequest,
    UnauthorizedCount,
    WriteResult,
)

Arrival = ReportRequest | RejectedRequest | UnauthorizedCount

INDEXED_AT_ONCE: Final = 500
"""New messages that are taken into the search index together: a thousand took 25 to 35 ms, which
reports waited. Until then a search reads them."""

# Python 3.11 takes longer to find a member of an enumeration than to do what we do with it.
_WEBHOOK: Final = Origin.WEBHOOK
_WEBHOOK_VALUE: Final = Origin.WEBHOOK.value
_STORED: Final = WriteResult.STORED
_DUPLICATE: Final = WriteResult.DUPLICATE


_ROWS: Final = msgspec.json.Decoder(list[list[Any]])


class IngestGroup:
    """One transaction's worth of arrivals. Make one, call `store` once, commit."""

    def __init__(
        self, connection: Connection, *, notes_repeats: bool = False, is_deleting: bool = False
    ) -> None:
        """Work on `connection`, which is in a transaction that holds the write lock.

        The `revision` is known once all is stored, and what was `stored`: the arrivals, but those
        of an erased person without the number.

        Args:
            connection: where.
            notes_repeats: whether it is kept when repeats came: a spool may bring them again.
            is_deleting: whether much is being deleted: then the search index is merged in parts.
        """
        self._merging = merging_in_parts(connection) if is_deleting else nullcontext()
        self._cursor = cursor_of(connection)
        self._notes_repeats = notes_repeats
        self.revision = 0
        self.stored: Sequence[Arrival] = ()
        self._last_batch = 0
        self._last_message = 0
        self._last_report = 0
        self._repeats = 0
        self._indexed_message = 0
        self._is_any_erased = False
        self._quarantine = rejections.QuarantineUsage(0, 0)
        self._batches: dict[str, TouchedBatch] = {}
        self._usage: Counter[UsageKey] = Counter()
        self._usage_bytes: Counter[UsageKey] = Counter()

    def store(self, arrivals: Sequence[Arrival]) -> list[WriteResult]:
        """Store `arrivals` and return a receipt for each, valid once the transaction commits.

        The group's revision is on every row that it touched.
        """
        kept = [arrival for arrival in arrivals if isinstance(arrival, ReportRequest)]
        reports = as_kept(self._cursor, kept)
        prints = [fingerprint(arrival.report) for arrival in reports]
        self._read(reports, prints)
        self.stored = arrivals
        if self._is_any_erased:
            reports = without_erased(self._cursor, reports)
            self.stored = _with(reports, ReportRequest, arrivals)
            prints = [fingerprint(arrival.report) for arrival in reports]
            self._read(reports, prints)
        receipts = self._fold(reports, prints)
        if len(reports) < len(arrivals):
            receipts = self._store_others(arrivals, receipts)
        self._index_messages()
        counts = {
            "revision": self.revision,
            "last_batch_pk": self._last_batch,
            "last_message_pk": self._last_message,
            "last_report_pk": self._last_report,
            "repeat_count": self._repeats,
            "quarantine_bytes": self._quarantine.size_bytes,
            "quarantine_dropped_count": self._quarantine.unkept,
            "indexed_message_pk": self._indexed_message,
        }
        compiled_sql.UPDATE_STORE_STATE.execute(self._cursor, counts)
        return receipts

    @property
    def last_report(self) -> int:
        """The key of the newest report, once all is stored."""
        return self._last_report

    @property
    def usage(self) -> list[DailyUsage]:
        """What came by each key on each day, once all is stored."""
        return [
            DailyUsage(*key, count, self._usage_bytes[key]) for key, count in self._usage.items()
        ]

    # --- Reading what the group needs -----------------------------------------------------------

    def _read(self, reports: Sequence[ReportRequest], prints: Sequence[int]) -> None:
        """Read the counts, and the batches and messages that the reports are about."""
        wanted = [
            (arrival.report.batch_id, arrival.report.message_id, print_)
            for arrival, print_ in zip(reports, prints, strict=True)
        ]
        # In order, so that new ones get their keys in the order of their arrival.
        batch_ids = list(dict.fromkeys([batch_id for batch_id, _, _ in wanted]))
        (
            revision,
            self._last_batch,
            self._last_message,
            self._last_report,
            self._repeats,
            size_bytes,
            unkept,
            self._indexed_message,
            self._is_any_erased,
            batches,
            messages,
        ) = compiled_sql.KNOWN.row(
            self._cursor, {"batches": _text(batch_ids), "reports": _text(wanted)}
        )
        self.revision = revision + 1
        self._quarantine = rejections.QuarantineUsage(size_bytes, unkept)
        self._batches.clear()
        asked: list[str] = []
        for batch_id, pk, origin, purged_at_us, asked_pk in _ROWS.decode(batches):
            self._batches[batch_id] = its_batch = TouchedBatch(pk, Origin(origin))
            if asked_pk is not None:
                asked.append(batch_id)
            if purged_at_us is not None:
                its_batch.purged = self._find_purged(pk, batch_id, reports)
        for batch_id in batch_ids:
            if batch_id not in self._batches:
                self._last_batch += 1
                self._batches[batch_id] = TouchedBatch(self._last_batch, None)
        for place, pk, *state, report_pk in _ROWS.decode(messages):
            batch_id, message_id, print_ = wanted[place]
            its_batch = self._batches[batch_id]
            its_message = its_batch.messages.get(message_id)
            if its_message is None:
                known = state_from_values(state)
                its_message = TouchedMessage(pk, its_batch, message_id, known)
                its_batch.messages[message_id] = its_message
            if report_pk is not None:
                its_message.seen[print_] = report_pk
        for batch_id in asked:
            self._read_asked(batch_id)

    def _read_asked(self, batch_id: str) -> None:
        """Read all that is told of the messages that have asked statuses, of one batch."""
        messages = {one.pk: one for one in self._batches[batch_id].messages.values()}
        ids = {pk: (batch_id, one.message_id) for pk, one in messages.items()}
        for pk, told in told_of(self._cursor, ids, if_asked=True).items():
            messages[pk].told = told

    def _find_purged(self, pk: int, batch_id: str, reports: Sequence[ReportRequest]) -> set[str]:
        keys = {
            (pk, arrival.report.message_id)
            for arrival in reports
            if arrival.report.batch_id == batch_id
        }
        found = compiled_sql.PURGED.rows(self._cursor, pairs_parameter(keys))
        return {message_id for _, message_id in found}

    # --- Folding and writing --------------------------------------------------------------------

    def _fold(self, reports: Sequence[ReportRequest], prints: Sequence[int]) -> list[WriteResult]:
        receipts: list[WriteResult] = []
        new_reports: list[Tuple] = []
        changed: list[TouchedMessage] = []
        repeats: list[tuple[int, int]] = []
        for arrival, print_ in zip(reports, prints, strict=True):
            report = arrival.report
            its_batch = self._batches[report.batch_id]
            its_message = its_batch.messages.get(report.message_id)
            if its_message is None:
                self._last_message += 1
                its_message = TouchedMessage(self._last_message, its_batch, report.message_id, None)
                its_batch.messages[report.message_id] = its_message
            elif print_ in its_message.seen:
                repeats.append((its_message.seen[print_], to_microseconds(arrival.arrived)))
                receipts.append(_DUPLICATE)
                continue
            self._last_report += 1
            arrived_at_us = to_microseconds(arrival.arrived)
            rank = rank_of(report, arrived_at_us, print_, self._last_report)
            before = base = its_message.state
            if its_message.told is not None:
                base = self._without_asked(its_message.told, arrival, before)
            if base is None:
                after = MessageState.of(report, rank, arrived_at_us)
            else:
                after = base.after_report(report, rank, arrived_at_us)
            its_message.state = after
            its_message.seen[print_] = self._last_report
            marks = _marks(arrival) if report.left_out or arrival.marks else None
            if its_message.counts:
                its_batch.sums.move(before, after)
                its_batch.see(arrived_at_us, rank, report.code, arrival)
                if marks is not None:
                    its_batch.marks[marks] += 1
            if not its_message.is_changed:
                its_message.is_changed = True
                changed.append(its_message)
            new_reports.append(
                self._report_row(arrival, its_message.pk, rank, arrived_at_us, marks)
            )
            receipts.append(_STORED)
            usage = (arrival.callback_key or NO_CALLBACK_KEY, arrived_at_us // DAY_US)
            self._usage[usage] += 1
            self._usage_bytes[usage] += len(arrival.body)
        self._write_batches()
        write_messages(self._cursor, changed, self.revision)
        compiled_sql.ADD_REPORT.write(self._cursor, new_reports)
        write_sums(self._cursor, self._batches.values(), self.revision)
        compiled_sql.ADD_USAGE.write(self._cursor, [(*one, 0, self.revision) for one in self.usage])
        self._write_repeats(repeats)
        return receipts

    def _without_asked(
        self, told: Told, arrival: ReportRequest, state: MessageState | None
    ) -> MessageState | None:
        """Return a message's state without the asked statuses that give way to a new report."""
        gone = told.give_way(arrival.report)
        if gone:
            delete_asked(self._cursor, gone)
            state = told.state()
        told.reports.append(ReceivedReport(arrival.report, self._last_report, arrival.arrived))
        return state

    def _report_row(
        self,
        arrival: ReportRequest,
        message_pk: int,
        rank: OrderKey,
        arrived_at_us: int,
        marks: str | None,
    ) -> Tuple:
        """Return the newest report as the values of `statements.REPORT_COLUMNS`."""
        report, origin = arrival.report, arrival.origin
        return (
            self._last_report,
            message_pk,
            rank.content,
            report.code,
            1 if report.final else 0,
            None if report.created is None else rank.created_at_us,
            arrived_at_us,
            report.recipient,
            report.segments,
            report.price_nano,
            report.currency,
            report.reference,
            bytearray(packed(arrival.body, report)),
            arrival.callback_key,
            _WEBHOOK_VALUE if origin is _WEBHOOK else origin.value,
            0,
            self.revision,
            marks,
            arrival.body_bytes,
        )

    def _write_batches(self) -> None:
        rows = [
            (
                one.pk,
                batch_id,
                one.first_seen_at_us,
                one.last_seen_at_us,
                one.new_reports,
                _WEBHOOK_VALUE
                if one.origin is _WEBHOOK or one.origin is None
                else one.origin.value,
                0,
                one.callback_key,
                one.sent_at_us,
                one.first_reference,
                one.last_reference,
                self.revision,
            )
            for batch_id, one in self._batches.items()
            if one.new_reports
        ]
        unreported = [one for one in self._batches.values() if one.is_unreported]
        compiled_sql.REPORT_FIRST.write(
            self._cursor, [{"key": one.pk} for one in unreported if one.new_reports]
        )
        compiled_sql.ADD_BATCH.write(self._cursor, rows)

    def _write_repeats(self, repeats: Sequence[tuple[int, int]]) -> None:
        """Count repeats: of which report, and when each came."""
        self._repeats += len(repeats)
        compiled_sql.COUNT_REPEATS.write(
            self._cursor,
            [
                {"key": pk, "new_repeats": count, "new_revision": self.revision}
                for pk, count in Counter(pk for pk, _ in repeats).items()
            ],
        )
        if self._notes_repeats:
            noted = [(*one, self.revision) for one in repeats]
            compiled_sql.ADD_RECENT_REPEAT.write(self._cursor, noted)

    def _index_messages(self) -> None:
        """Take new messages into the search index, but many at once."""
        at_once = indexed_at_once(self._cursor, INDEXED_AT_ONCE)
        if self._last_message - self._indexed_message >= at_once:
            with self._merging:
                compiled_sql.INDEX_MESSAGES.execute(self._cursor, {"after": self._indexed_message})
            self._indexed_message = self._last_message

    # --- What is not a report -------------------------------------------------------------------

    def _store_others(
        self, arrivals: Sequence[Arrival], receipts: Sequence[WriteResult]
    ) -> list[WriteResult]:
        """Store what is not a report; return the receipts of all."""
        refused = [arrival for arrival in arrivals if isinstance(arrival, RejectedRequest)]
        if refused:
            if self._is_any_erased:
                refused = without_erased_bodies(self._cursor, refused)
                self.stored = _with(refused, RejectedRequest, self.stored)
            rejections.keep(self._cursor, refused, self._quarantine, self.revision)
        by_minute: defaultdict[int, int] = defaultdict(int)
        for arrival in arrivals:
            if isinstance(arrival, UnauthorizedCount):
                by_minute[arrival.minute] += arrival.requests
        compiled_sql.ADD_UNAUTHORIZED_COUNTS.write(
            self._cursor,
            [(minute, requests, self.revision) for minute, requests in by_minute.items()],
        )
        of_reports = iter(receipts)
        return [
            next(of_reports) if isinstance(arrival, ReportRequest) else _STORED
            for arrival in arrivals
        ]


def _with(
    changed: Iterable[Arrival], kind: type[Arrival], arrivals: Iterable[Arrival]
) -> list[Arrival]:
    """Return arrivals with those of a kind in another form, in their order."""
    forms = iter(changed)
    return [next(forms) if isinstance(one, kind) else one for one in arrivals]


def _text(value: object) -> str:
    """Return a value as JSON."""
    return msgspec.json.encode(value).decode()


def _marks(arrival: ReportRequest) -> str | None:
    """Return what is unusual about a report, as it is kept."""
    return joined((*arrival.report.left_out, *arrival.marks))
