"""Numbers that are in one batch twice, and numbers that reach nobody as they are written."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select

from kvitto.core.calling_codes import LONGEST
from kvitto.core.invisible import HIDDEN_DIGIT
from kvitto.core.money import Money
from kvitto.core.phone_number import has_needless_zero
from kvitto.store.database import Database
from kvitto.store.dialect import NEW, as_json, is_one_of, upsert
from kvitto.store.erasure_tables import dismissed_repeats, erasure
from kvitto.store.message_columns import COST_NANO, CURRENCY
from kvitto.store.person import message_records
from kvitto.store.records import MessageRecord
from kvitto.store.schema import batch, message

_TEXTS: Final = msgspec.json.Decoder(list[str])
_BEGINNING: Final = LONGEST + 1
"""As many digits as tell whether a needless zero stands behind the calling code."""


class Repeats(msgspec.Struct, frozen=True):
    """What there is to say of a batch's numbers.

    Attributes:
        numbers: how many numbers are in it more than once.
        messages: how many messages went to these.
        needless: what all but the dearest message to each of them cost, by currency.
        zeros: how many messages went to numbers with a zero behind the calling code.
        is_dismissed: whether the user needs no word of it, unless it gets more.
        erasures: how many people had been erased when it was read.
    """

    numbers: int = 0
    messages: int = 0
    needless: dict[str, Money] = {}
    zeros: int = 0
    is_dismissed: bool = False
    erasures: int = 0

    @property
    def told(self) -> int:
        """Of how many messages it tells; a dismissal holds until that grows."""
        return self.messages + self.zeros


class DismissRepeats(msgspec.Struct, frozen=True, tag=True):
    """Keep that the user needs no word any more of a batch's numbers that are in it twice.

    Attributes:
        key: the batch.
        messages: of how many messages it told, see `Repeats.told`.
    """

    key: int
    messages: int

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        there = connection.scalar(select(batch.c.pk).where(batch.c.pk == self.key))
        if there is not None:
            row = {"batch_pk": self.key, "message_count": self.messages, "revision": revision}
            connection.execute(upsert(dismissed_repeats, message_count=NEW), [row])
            touched = batch.update().where(batch.c.pk == self.key).values(revision=revision)
            connection.execute(touched)
        return True


class RepeatsReader:
    """Reads the repeats of batches, from any thread.

    All calls raise a `StoreError` where the database can't be read.
    """

    def __init__(self, database: Database) -> None:
        """Read `database`, which must stay open."""
        self._database = database

    def repeats(self, batch_key: int, known: Repeats | None = None) -> Repeats:
        """Return what there is to say of a batch's numbers.

        Args:
            batch_key: the batch.
            known: what was returned for the same messages at the same prices; else all messages of
                the batch are read.
        """
        with self._database.read() as connection:
            # A token is nobody's number: who was erased is in no batch twice.
            erased = connection.scalar(select(func.count()).select_from(erasure)) or 0
            is_known = known is not None and known.erasures == erased
            found = known if known is not None and is_known else _repeats(connection, batch_key)
            dismissed = connection.scalar(
                select(dismissed_repeats.c.message_count).where(
                    dismissed_repeats.c.batch_pk == batch_key
                )
            )
            is_dismissed = dismissed is not None and found.told <= dismissed
            return msgspec.structs.replace(found, is_dismissed=is_dismissed, erasures=erased)

    def messages(self, batch_key: int, limit: int) -> list[MessageRecord]:
        """Return the messages that `repeats` tells of, by number; so many at most."""
        with self._database.read() as connection:
            numbers = _numbers(connection, batch_key)
            wanted = [
                (number, key)
                for number, keys in _keys(connection, batch_key, _telling(numbers)).items()
                for key in keys
            ]
            keys = [key for _, key in sorted(wanted)[:limit]]
            return message_records(connection, keys)


def _repeats(connection: Connection, batch_key: int) -> Repeats:
    numbers = _numbers(connection, batch_key)
    twice = [number for number, count in numbers.items() if count > 1]
    by_number = _keys(connection, batch_key, twice)
    prices = _prices(connection, [key for keys in by_number.values() for key in keys])
    needless: defaultdict[str, int] = defaultdict(int)
    for keys in by_number.values():
        known = [prices[key] for key in keys if key in prices]
        # Nobody adds up different currencies: such a number is counted, without its cost.
        if len({one.currency for one in known}) == 1:
            each = [one.nano for one in known]
            needless[known[0].currency] += sum(each) - max(each)
    return Repeats(
        numbers=len(twice),
        messages=sum(numbers[number] for number in twice),
        needless={one: Money(nano, one) for one, nano in sorted(needless.items()) if nano},
        zeros=sum(numbers[number] for number in _with_needless_zero(numbers)),
    )


def _numbers(connection: Connection, batch_key: int) -> "Counter[str]":
    """Return how many messages of a batch went to each number."""
    of_batch = select(message.c.recipient).where(
        message.c.batch_pk == batch_key,
        message.c.recipient.is_not(None),
        message.c.recipient.not_like(f"{HIDDEN_DIGIT}%"),  # many that a viewer sees look the same
    )
    return Counter(_TEXTS.decode(connection.scalars(as_json(of_batch)).one()))


def _with_needless_zero(numbers: Iterable[str]) -> list[str]:
    # Few have a zero there: only those are looked at.
    return [one for one in numbers if "0" in one[1:_BEGINNING] and has_needless_zero(one)]


def _telling(numbers: "Counter[str]") -> list[str]:
    twice = (number for number, count in numbers.items() if count > 1)
    return list({*twice, *_with_needless_zero(numbers)})


def _keys(connection: Connection, batch_key: int, numbers: Sequence[str]) -> dict[str, list[int]]:
    """Return the keys of a batch's messages to some numbers, by number."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    if numbers:
        query = select(message.c.recipient, message.c.pk).where(
            message.c.batch_pk == batch_key, is_one_of(message.c.recipient, numbers)
        )
        for number, key in connection.execute(query):
            found[number].append(key)
    return found


def _prices(connection: Connection, keys: Sequence[int]) -> dict[int, Money]:
    """Return what messages cost, where that is known."""
    if not keys:
        return {}
    query = select(message.c.pk, COST_NANO, CURRENCY).where(
        is_one_of(message.c.pk, keys), COST_NANO.is_not(None)
    )
    return {key: Money(nano, currency) for key, nano, currency in connection.execute(query)}
