"""What a filter means in SQL."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    and_,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)

from kvitto.core.invisible import without_marks
from kvitto.core.report import Origin
from kvitto.core.sending_period import SentRange
from kvitto.core.status import Result, result_of
from kvitto.core.timestamps import to_microseconds
from kvitto.store.binned_batches import binned_batch, not_in_bin
from kvitto.store.deletions import detached_keys
from kvitto.store.dialect import (
    INDEXED_LENGTH,
    as_json,
    indexed_messages,
    is_one_of,
    message_text_contains,
)
from kvitto.store.message_columns import (
    CURRENCY,
    IS_FINISHED,
    PRICE_NANO,
)
from kvitto.store.real_batches import REAL_BATCH
from kvitto.store.schema import batch, batch_status, message, store_state

_NATIONAL: Final = re.compile(r"(?:\+|00?)?([1-9][\d\s()./-]*)")
_SEPARATORS: Final = re.compile(r"[\s()./-]+")
_NAMES: Final = msgspec.json.Decoder(list[tuple[int, str, str | None]])


class MessageFilter(msgspec.Struct, frozen=True):
    """Which messages to show. What is empty or None lets all pass; all parts must hold.

    Attributes:
        text: part of a batch's id or label, or of a message's id, reference or phone number.
        results: what is shown of the message.
        codes: the code of its current state.
        currencies: the currency of its price.
        is_unfinished: only messages that are not finished.
        sent: when the batch was sent, see `BatchRecord.sent_at`: all its messages count with it.
    """

    text: str = ""
    results: frozenset[Result] = frozenset()
    codes: frozenset[int] = frozenset()
    currencies: frozenset[str] = frozenset()
    is_unfinished: bool = False
    sent: SentRange | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it lets everything pass."""
        return self == MessageFilter()

    @property
    def is_of_batches(self) -> bool:
        """Whether it lets all messages of a batch pass, or none of them."""
        return self == MessageFilter(sent=self.sent)


class ShownScope(msgspec.Struct, frozen=True):
    """What the user is shown, for all that counts it, draws it or writes it to a file.

    Attributes:
        wanted: the filter.
        with_demo: whether what demo campaigns and test reports made is shown.
        with_archived: whether what is out of the way is shown.
        among: the keys of the batches with a match, where the filter asks for messages: sums are of
            whole batches. None where the batch alone decides.
    """

    wanted: MessageFilter = MessageFilter()
    with_demo: bool = False
    with_archived: bool = True
    among: frozenset[int] | None = None

    def is_like(self, other: "ShownScope | None") -> bool:
        """Tell whether another one differs in the batches with a match alone."""
        return other is not None and self == msgspec.structs.replace(other, among=self.among)

    def meant(self) -> list[ColumnElement[bool]]:
        """Return the conditions that a batch would be shown without the filter."""
        parts = [not_in_bin(batch.c.pk)]
        if not self.with_demo:
            parts.append(batch.c.origin != Origin.DEMO.value)
        if not self.with_archived:
            parts.append(~batch.c.is_archived)
        return parts

    def batches(self) -> list[ColumnElement[bool]]:
        """Return the conditions that a batch is shown."""
        parts = self.meant()
        if self.wanted.sent is not None:
            parts.append(_sent_within(self.wanted.sent))
        if self.among is not None:
            parts.append(is_one_of(batch.c.pk, self.among))
        return parts


def _sent_within(sent: SentRange) -> ColumnElement[bool]:
    """Return the condition that a batch was sent in a time, see `BatchRecord.sent_at`."""
    begin_us, end_us = to_microseconds(sent.begin), to_microseconds(sent.end)
    first, told = batch.c.first_seen_at_us, batch.c.sent_at_us
    # The earlier of the two. Of a hundred messages there is one batch: reading them all is quick.
    return and_(
        first >= begin_us,
        or_(told.is_(None), told >= begin_us),
        or_(first < end_us, and_(told.is_not(None), told < end_us)),
    )


def spellings(text: str) -> list[str]:
    """Return what to look for when somebody types `text`: itself, and a phone number's digits.

    Numbers are kept as MSISDN digits, but people type them with spaces and a national zero. What
    another one finds anyway is left out.

    >>> spellings("070-123 45")
    ['070-123 45', '7012345']
    >>> spellings("0701")
    ['701']
    """
    seen = without_marks(text)
    if seen != text and seen:
        # Some programs put direction marks around a number that is copied from them.
        return [text, *spellings(seen)]
    match = _NATIONAL.fullmatch(text)
    digits = "" if match is None else _SEPARATORS.sub("", match[1])
    if not digits:
        return [text]
    return [digits] if digits in text else [text, digits]


class Place(NamedTuple):
    """Where messages are looked for.

    Attributes:
        source: the tables.
        condition: which of their rows match.
        arrival: the column of the order of arrival.
    """

    source: FromClause
    condition: ColumnElement[bool]
    arrival: ColumnElement[int]


class Conditions:
    """The parts of a filter: what messages must be, and the text that they or their batch have.

    Attributes:
        indexed: the key of the newest message that is in the search index.
        is_indexed: whether that index finds the text.
        facts: the condition on a message, text aside.
        has_facts: whether there is one.
        has_text: whether a text is sought.
        named: the keys of the batches whose id or label has the text: all their messages match.
        sent: when the batch must have been sent; part of the facts, too.
    """

    def __init__(
        self,
        text: str,
        facts: Sequence[ColumnElement[bool]],
        named: set[int],
        sent: SentRange | None,
        indexed: int,
    ) -> None:
        """Keep the parts; made by `conditions_of`."""
        self.indexed: Final = indexed
        self.has_text: Final = bool(text)
        self.has_facts: Final = bool(facts)
        self.sent: Final = sent
        within = [] if sent is None else [self.in_time(message.c.batch_pk)]
        self.facts: Final[ColumnElement[bool]] = and_(true(), *facts, *within)
        self.named: Final = named
        self._spellings: Final = spellings(text) if text else []
        self.is_indexed: Final = bool(text) and all(
            len(one) >= INDEXED_LENGTH for one in self._spellings
        )

    def in_time(self, batch_pk: Column[int]) -> ColumnElement[bool]:
        """Return the condition that a row is of a batch that was sent when it must."""
        if self.sent is None:
            return true()
        return batch_pk.in_(select(batch.c.pk).where(_sent_within(self.sent)))

    def everywhere(
        self,
        *,
        newest: int | None = None,
        lowest: int | None = None,
        among: range | None = None,
    ) -> list[Place]:
        """Return where messages that have the text themselves are: places that share none.

        Args:
            newest: only so many of the index, the newest, where no fact is asked for, and otherwise
                all in that order; see `indexed_messages`.
            lowest: only messages of the index with this key and greater ones.
            among: only messages with these keys; instead of the other two.
        """
        condition = self.facts
        if among is not None:
            condition = and_(condition, message.c.pk.between(among[0], among[-1]))
        if not self.is_indexed:
            if self.has_text:
                condition = and_(condition, self._contains())
            return [Place(message, condition, message.c.pk)]
        # The index leads, the messages follow: who stops early has read few of them.
        if newest is not None and (self.has_facts or self.sent is not None):
            newest = 0
        ends = (lowest, None) if among is None else (among[0], among[-1])
        found = indexed_messages(self._spellings, lowest=ends[0], highest=ends[1], newest=newest)
        return [
            Place(found.join(message, message.c.pk == found.c.pk), condition, found.c.pk),
            Place(message, and_(self._is_newer(), condition, self._contains()), message.c.pk),
        ]

    def anywhere(self) -> ColumnElement[bool]:
        """Return the condition that a message matches."""
        if not self.has_text:
            return self.facts
        own = self._is_indexed_between(None, None) if self.is_indexed else self._contains()
        return and_(self.facts, or_(own, self.among_named(message.c.batch_pk)))

    def among_named(self, batch_pk: Column[int]) -> ColumnElement[bool]:
        """Return the condition that a row is of a named batch."""
        return is_one_of(batch_pk, self.named) if self.named else false()

    def in_batch(self, connection: Connection, batch_key: int) -> ColumnElement[bool]:
        """Return the condition for the matches of one batch."""
        condition = and_(message.c.batch_pk == batch_key, self.facts)
        if not self.has_text or batch_key in self.named:
            return condition
        if not self.is_indexed:
            return and_(condition, self._contains())
        # As sums: in the order of all keys a server would read until it meets one of the batch.
        ends = select(func.min(message.c.pk + 0), func.max(message.c.pk + 0))
        lowest, highest = connection.execute(ends.where(message.c.batch_pk == batch_key)).one()
        return and_(condition, self._is_indexed_between(lowest, highest))

    def having_text(self, connection: Connection, keys: Sequence[int]) -> set[int]:
        """Return those of the messages with these keys that have the text themselves."""
        if not self.has_text:
            return set(keys)
        condition = (
            self._is_indexed_between(min(keys), max(keys)) if self.is_indexed else self._contains()
        )
        query = select(message.c.pk).where(is_one_of(message.c.pk, keys), condition)
        return set(connection.scalars(query))

    def _contains(self) -> ColumnElement[bool]:
        return or_(*(message_text_contains(one) for one in self._spellings))

    def _is_indexed_between(self, lowest: int | None, highest: int | None) -> ColumnElement[bool]:
        if lowest is not None and lowest > self.indexed:
            return self._contains()
        found = indexed_messages(self._spellings, lowest=lowest, highest=highest)
        if highest is not None and highest <= self.indexed:
            return message.c.pk.in_(select(found.c.pk))
        newest = select(message.c.pk).where(self._is_newer(), self._contains())
        return message.c.pk.in_(union_all(select(found.c.pk), newest))

    def _is_newer(self) -> ColumnElement[bool]:
        # As a value: of a query within the query a server can't know how few follow.
        return message.c.pk > self.indexed


def conditions_of(connection: Connection, wanted: MessageFilter) -> Conditions:
    """Return what `wanted` means for the messages that there are now."""
    text = wanted.text.strip()
    indexed = connection.scalar(select(store_state.c.indexed_message_pk)) if text else 0
    facts, named = _facts(connection, wanted), _named(connection, text)
    return Conditions(text, facts, named, wanted.sent, int(indexed or 0))


def is_shown(connection: Connection, shown: ShownScope) -> ColumnElement[bool]:
    """Return the condition that a message is shown, as of now: whoever asked may know less."""
    return and_(true(), *shown.meant(), conditions_of(connection, shown.wanted).anywhere())


def conditions_among(
    connection: Connection, shown: ShownScope | None, *, with_demo: bool
) -> list[ColumnElement[bool]]:
    """Return the conditions that a message is among those that somebody wants to have.

    Args:
        connection: where they are read.
        shown: wants just what is shown, whatever `with_demo` says.
        with_demo: whether what demo campaigns and test reports made is among all.
    """
    if shown is not None:
        return [is_shown(connection, shown)]
    return [] if with_demo else [REAL_BATCH]


def _facts(connection: Connection, wanted: MessageFilter) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    gone = [*detached_keys(connection), *connection.scalars(select(binned_batch.c.batch_pk))]
    if gone:
        # What is left of them is being deleted, or is in the bin.
        parts.append(~is_one_of(message.c.batch_pk, gone))
    if wanted.results or wanted.codes:
        # The few codes that occur, so that an result becomes a list of them.
        occurring: Sequence[Any] = connection.scalars(select(batch_status.c.code).distinct()).all()
        parts.append(_has_status(occurring, wanted))
    if wanted.currencies:
        parts.append(PRICE_NANO.is_not(None))
        parts.append(CURRENCY.in_(sorted(wanted.currencies)))
    if wanted.is_unfinished:
        parts.append(~IS_FINISHED)
    return parts


def _has_status(occurring: Iterable[int], wanted: MessageFilter) -> ColumnElement[bool]:
    """Return the condition that a message shows a wanted result and stands at a wanted code.

    What a code means depends on whether it has ended the message.
    """
    always: list[int] = []
    ended: list[int] = []
    others: list[int] = []
    for code in sorted(occurring):
        if wanted.codes and code not in wanted.codes:
            continue
        if not wanted.results:
            always.append(code)
            continue
        is_wanted = [result_of(code, final=final) in wanted.results for final in (True, False)]
        if all(is_wanted):
            always.append(code)
        elif is_wanted[0]:
            ended.append(code)
        elif is_wanted[1]:
            others.append(code)
    conditions: list[ColumnElement[bool]] = [is_one_of(message.c.code, always)]
    if ended:
        conditions.append(and_(is_one_of(message.c.code, ended), IS_FINISHED))
    if others:
        conditions.append(and_(is_one_of(message.c.code, others), ~IS_FINISHED))
    return or_(*conditions)


def _named(connection: Connection, text: str) -> set[int]:
    """Return the batches whose id or label has the text in it; none where there is no text."""
    if not text:
        return set()
    sought = text.casefold()
    names = as_json(select(batch.c.pk, batch.c.external_id, batch.c.label))
    return {
        key
        for key, batch_id, label in _NAMES.decode(connection.scalars(names).one())
        if sought in batch_id.casefold() or (label is not None and sought in label.casefold())
    }
