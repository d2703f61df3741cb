"""Fold a group of arrivals into the tables, in the transaction that stores them.

Everything is read and written in whole sets: a group of a hundred reports costs a dozen
statements, not a thousand.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection

from app.core.money import NANO
from app.core.report import Origin, fingerprint
from app.core.state import MessageState, ReceivedReport
from app.core.sums import BatchSums
from app.core.times import minute_of, to_microseconds
from app.store import quarantine, statements
from app.store.arrivals import Knocks, Receipt, RefusedArrival, ReportArrival
from app.store.dialect import pairs_parameter, texts_parameter
from app.store.prepared import Prepared
from app.store.rows import (
    Values,
    report_to_values,
    state_from_values,
    state_to_values,
)

Arrival = ReportArrival | RefusedArrival | Knocks


INDEXED_AT_ONCE: Final = 1000
"""New messages that are taken into the search index together. Until then a search reads them."""


class _Message:
    """A message that the group touches."""

    __slots__ = ("is_new", "pk", "seen", "state")

    def __init__(self, pk: int, state: MessageState | None, *, is_new: bool) -> None:
        self.pk = pk
        self.state = state
        self.is_new = is_new
        self.seen: dict[int, int] = {}
        """The keys of its reports by fingerprint, as far as the group needs them."""


class _Batch:
    """A batch that the group touches."""

    __slots__ = (
        "first_seen_us",
        "is_new",
        "last_seen_us",
        "new_reports",
        "origin",
        "pk",
        "secret",
        "steps",
        "sums",
        "was_origin",
    )

    def __init__(self, pk: int, origin: Origin | None) -> None:
        """Take a batch with its key and its origin so far; None for a new one."""
        self.pk = pk
        self.is_new = origin is None
        self.was_origin = origin
        self.origin = origin
        self.secret: int | None = None
        self.steps: Counter[tuple[int, int]] = Counter()
        self.sums = BatchSums()
        self.new_reports = 0
        self.first_seen_us = 0
        self.last_seen_us = 0

    def see(self, arrived_us: int, code: int, origin: Origin, secret: int | None) -> None:
        """Take in one more new report."""
        self.steps[minute_of(arrived_us), code] += 1
        if secret is not None and origin is Origin.WEBHOOK:
            self.secret = secret
        # Among real reports a few demo ones make no demo.
        if self.origin is None or origin is Origin.WEBHOOK:
            self.origin = origin
        if not self.new_reports:
            self.first_seen_us = arrived_us
        self.last_seen_us = max(self.last_seen_us, arrived_us)
        self.new_reports += 1


class Group:
    """One transaction's worth of arrivals. Make one, call `store` once, commit."""

    def __init__(self, connection: Connection) -> None:
        """Work on `connection`, which is in a transaction that holds the write lock."""
        self._connection = connection
        [counts] = statements.META.rows(connection, {})
        revision, last_batch, last_message, last_report, repeats, size_bytes, unkept, indexed = (
            counts
        )
        self.revision: int = revision + 1
        self._last_batch: int = last_batch
        self._last_message: int = last_message
        self._last_report: int = last_report
        self._repeats: int = repeats
        self._indexed_message: int = indexed
        self._quarantine = quarantine.Fill(size_bytes, unkept)
        self._batches: dict[str, _Batch] = {}
        self._messages: dict[tuple[str, str], _Message] = {}
        self._forgotten: set[tuple[int, str]] = set()

    def store(self, arrivals: Sequence[Arrival]) -> list[Receipt]:
        """Store `arrivals` and return a receipt for each, valid once the transaction commits.

        The group's revision is on every row that it touched.
        """
        reports = [arrival for arrival in arrivals if isinstance(arrival, ReportArrival)]
        prints = [fingerprint(arrival.report) for arrival in reports]
        self._find_batches(reports)
        self._find_messages(reports)
        self._find_repeats(reports, prints)
        receipts = iter(self._fold(reports, prints))
        refused = [arrival for arrival in arrivals if isinstance(arrival, RefusedArrival)]
        if refused:
            quarantine.keep(self._connection, refused, self._quarantine, self.revision)
        self._count_knocks([arrival for arrival in arrivals if isinstance(arrival, Knocks)])
        self._index_messages()
        counts = {
            "revision": self.revision,
            "last_batch": self._last_batch,
            "last_message": self._last_message,
            "last_report": self._last_report,
            "repeats": self._repeats,
            "quarantine_bytes": self._quarantine.size_bytes,
            "quarantine_unkept": self._quarantine.unkept,
            "indexed_message": self._indexed_message,
        }
        statements.UPDATE_META.write(self._connection, [counts])
        return [
            next(receipts) if isinstance(arrival, ReportArrival) else Receipt.STORED
            for arrival in arrivals
        ]

    # --- Reading what the group needs -----------------------------------------------------------

    def _find_batches(self, reports: Sequence[ReportArrival]) -> None:
        ids = {arrival.report.batch_id for arrival in reports}
        if not ids:
            return
        found = statements.BATCHES.rows(self._connection, texts_parameter(ids))
        for pk, batch_id, origin, forgotten_us in found:
            self._batches[batch_id] = _Batch(pk, Origin(origin))
            if forgotten_us is not None:
                self._find_forgotten(pk, batch_id, reports)
        for arrival in reports:
            batch_id = arrival.report.batch_id
            if batch_id not in self._batches:
                self._last_batch += 1
                self._batches[batch_id] = _Batch(self._last_batch, None)

    def _find_forgotten(self, pk: int, batch_id: str, reports: Sequence[ReportArrival]) -> None:
        keys = {
            (pk, arrival.report.message_id)
            for arrival in reports
            if arrival.report.batch_id == batch_id
        }
        self._forgotten |= set(statements.FORGOTTEN.rows(self._connection, pairs_parameter(keys)))

    def _find_messages(self, reports: Sequence[ReportArrival]) -> None:
        wanted: dict[tuple[int, str], tuple[str, str]] = {}
        for arrival in reports:
            its_batch = self._batches[arrival.report.batch_id]
            key = (arrival.report.batch_id, arrival.report.message_id)
            if not its_batch.is_new:
                wanted[its_batch.pk, arrival.report.message_id] = key
        if wanted:
            for row in statements.MESSAGES.rows(self._connection, pairs_parameter(wanted)):
                pk, batch_pk, message_id, *state = row
                key = wanted[batch_pk, message_id]
                self._messages[key] = _Message(pk, state_from_values(state), is_new=False)

    def _find_repeats(self, reports: Sequence[ReportArrival], prints: Sequence[int]) -> None:
        wanted: dict[int, _Message] = {}
        keys: list[tuple[int, int]] = []
        for arrival, print_ in zip(reports, prints, strict=True):
            known = self._messages.get((arrival.report.batch_id, arrival.report.message_id))
            if known is not None:
                wanted[known.pk] = known
                keys.append((known.pk, print_))
        if keys:
            found = statements.KNOWN_REPORTS.rows(self._connection, pairs_parameter(keys))
            for message_pk, print_, pk in found:
                wanted[message_pk].seen[print_] = pk

    # --- Folding and writing --------------------------------------------------------------------

    def _fold(self, reports: Sequence[ReportArrival], prints: Sequence[int]) -> list[Receipt]:
        receipts: list[Receipt] = []
        new_reports: list[Values] = []
        changed: dict[int, _Message] = {}
        ids: dict[int, tuple[int, str]] = {}
        repeats: Counter[int] = Counter()
        for arrival, print_ in zip(reports, prints, strict=True):
            key = (arrival.report.batch_id, arrival.report.message_id)
            its_batch = self._batches[arrival.report.batch_id]
            its_message = self._messages.get(key)
            if its_message is None:
                self._last_message += 1
                its_message = _Message(self._last_message, None, is_new=True)
                self._messages[key] = its_message
            elif print_ in its_message.seen:
                repeats[its_message.seen[print_]] += 1
                receipts.append(Receipt.DUPLICATE)
                continue
            self._last_report += 1
            received = ReceivedReport(arrival.report, self._last_report, arrival.arrived)
            before = its_message.state
            after = MessageState.first(received) if before is None else before.after(received)
            its_message.state = after
            its_message.seen[print_] = self._last_report
            if (its_batch.pk, arrival.report.message_id) not in self._forgotten:
                its_batch.sums.move(before, after)
                its_batch.see(
                    to_microseconds(arrival.arrived),
                    arrival.report.code,
                    arrival.origin,
                    arrival.secret,
                )
            changed[its_message.pk] = its_message
            ids[its_message.pk] = (its_batch.pk, arrival.report.message_id)
            new_reports.append(
                report_to_values(received)
                | {
                    "message_pk": its_message.pk,
                    "fingerprint": print_,
                    "body": arrival.body,
                    "secret_pk": arrival.secret,
                    "origin": arrival.origin.value,
                    "repeats": 0,
                    "revision": self.revision,
                }
            )
            receipts.append(Receipt.STORED)
        self._write_batches()
        self._write_messages(changed, ids)
        statements.ADD_REPORT.write(self._connection, new_reports)
        self._write_sums()
        self._write_repeats(repeats)
        return receipts

    def _write(self, statement: Prepared, rows: Sequence[Values]) -> None:
        statement.write(self._connection, rows)

    def _write_batches(self) -> None:
        touched = [(batch_id, one) for batch_id, one in self._batches.items() if one.new_reports]
        self._write(
            statements.ADD_BATCH,
            [
                {
                    "pk": one.pk,
                    "batch_id": batch_id,
                    "first_seen_us": one.first_seen_us,
                    "last_seen_us": one.last_seen_us,
                    "reports": one.new_reports,
                    "origin": one.origin,
                    "done": False,
                    "secret_pk": one.secret,
                    "revision": self.revision,
                }
                for batch_id, one in touched
                if one.is_new
            ],
        )
        self._write(
            statements.MAKE_REAL,
            [
                {"key": one.pk}
                for _, one in touched
                if not one.is_new and one.origin is not one.was_origin
            ],
        )
        self._write(
            statements.UPDATE_BATCH,
            [
                {
                    "key": one.pk,
                    "seen_us": one.last_seen_us,
                    "new_reports": one.new_reports,
                    "new_secret": one.secret,
                    "new_revision": self.revision,
                }
                for _, one in touched
                if not one.is_new
            ],
        )

    def _write_messages(
        self, changed: dict[int, _Message], ids: dict[int, tuple[int, str]]
    ) -> None:
        new: list[Values] = []
        old: list[Values] = []
        for pk, one in changed.items():
            assert one.state is not None
            values = state_to_values(one.state)
            values["revision"] = self.revision
            if one.is_new:
                values["pk"] = pk
                values["batch_pk"], values["message_id"] = ids[pk]
                new.append(values)
            else:
                values["key"] = pk
                old.append(values)
        self._write(statements.ADD_MESSAGE, new)
        self._write(statements.UPDATE_MESSAGE, old)

    def _write_sums(self) -> None:
        statuses: list[Values] = []
        costs: list[Values] = []
        steps: list[Values] = []
        rates: list[Values] = []
        for one in self._batches.values():
            row: Values = {"batch_pk": one.pk, "revision": self.revision}
            one.sums.drop_zeros()
            statuses += [
                row | {"code": code} | msgspec.structs.asdict(counted)
                for code, counted in one.sums.statuses.items()
            ]
            costs += [
                row | {"currency": currency, "messages": cost.messages} | _split(cost.nano)
                for currency, cost in one.sums.costs.items()
            ]
            steps += [
                row | {"currency": key.currency, "minute": key.minute} | _split(nano)
                for key, nano in one.sums.steps.items()
            ]
            rates += [
                row | {"minute": minute, "code": code, "reports": reports}
                for (minute, code), reports in one.steps.items()
            ]
        self._write(statements.ADD_STATUS, statuses)
        self._write(statements.ADD_COST, costs)
        self._write(statements.ADD_STEP, steps)
        self._write(statements.ADD_REPORTS, rates)

    def _write_repeats(self, repeats: Counter[int]) -> None:
        self._repeats += repeats.total()
        self._write(
            statements.COUNT_REPEATS,
            [
                {"key": pk, "new_repeats": count, "new_revision": self.revision}
                for pk, count in repeats.items()
            ],
        )

    def _index_messages(self) -> None:
        """Take new messages into the search index, but many at once."""
        if self._last_message - self._indexed_message >= INDEXED_AT_ONCE:
            statements.INDEX_MESSAGES.execute(self._connection, {"after": self._indexed_message})
            self._indexed_message = self._last_message

    def _count_knocks(self, knocks: Sequence[Knocks]) -> None:
        by_minute: defaultdict[int, int] = defaultdict(int)
        for one in knocks:
            by_minute[one.minute] += one.requests
        self._write(
            statements.ADD_KNOCKS,
            [
                {"minute": minute, "requests": requests, "revision": self.revision}
                for minute, requests in by_minute.items()
            ],
        )


def _split(nano: int) -> Values:
    """Return an amount as the two columns that its sums are kept in."""
    units, nanos = divmod(nano, NANO)
    return {"units": units, "nanos": nanos}
