"""The sums of a batch, packed: of tens of thousands of batches a window looks at a few."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Self, TypeVar

import msgspec
from typing_extensions import override

from kvitto.core.aggregates import CostSum, StatusSum
from kvitto.core.money import NANO

K = TypeVar("K", int, str)
V = TypeVar("V", StatusSum, CostSum)

_ENCODE: Final = msgspec.json.Encoder().encode
_STATUSES: Final = msgspec.json.Decoder(list[tuple[int, int, int, int, int]])
_COSTS: Final = msgspec.json.Decoder(list[tuple[str, int, int, int, int, int, int]])


class _PackedSums(Mapping[K, V]):
    """A dictionary that takes a fifth of the memory of one, and is made anew by each use."""

    __slots__ = ("_packed",)

    def __init__(self, packed: str | bytes) -> None:
        """Take rows of the table, without the key of their batch, as the database packs them.

        Args:
            packed: a JSON list of lists.
        """
        self._packed = packed

    def _unpacked(self) -> dict[K, V]:
        raise NotImplementedError

    @override
    def __getitem__(self, key: K) -> V:
        return self._unpacked()[key]

    @override
    def __iter__(self) -> Iterator[K]:
        return iter(self._unpacked())

    @override
    def __len__(self) -> int:
        return len(self._unpacked())

    @override
    def __repr__(self) -> str:
        return repr(self._unpacked())

    # The usual ones look each value up by its key.

    @override
    def items(self) -> Any:
        return self._unpacked().items()

    @override
    def values(self) -> Any:
        return self._unpacked().values()


class StatusSums(_PackedSums[int, StatusSum]):
    """The sums of a batch by the code of its messages' current state.

    Attributes:
        messages: how many messages it has.
        finished: how many of them are finished.
    """

    __slots__ = ("finished", "messages")

    def __init__(self, packed: str | bytes, messages: int, finished: int) -> None:
        """Take the rows, and what was added up of them."""
        self._packed = packed
        self.messages = messages
        self.finished = finished

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]]) -> Self:
        """Pack rows of the table, without the key of their batch."""
        return cls(_ENCODE(rows), sum([row[1] for row in rows]), sum([row[2] for row in rows]))

    @override
    def _unpacked(self) -> dict[int, StatusSum]:
        return {code: StatusSum(*sums) for code, *sums in _STATUSES.decode(self._packed)}


class CostSums(_PackedSums[str, CostSum]):
    """The cost of a batch by currency."""

    __slots__ = ()

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]]) -> Self:
        """Pack rows of the table, without the key of their batch."""
        return cls(_ENCODE(rows))

    @override
    def _unpacked(self) -> dict[str, CostSum]:
        return {
            currency: CostSum(
                units * NANO + nanos, messages, back_units * NANO + back_nanos, paid_back
            )
            for currency, units, nanos, messages, back_units, back_nanos, paid_back in (
                _COSTS.decode(self._packed)
            )
        }
