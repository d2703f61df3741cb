"""Shares in whole per cent that add up."""

from collections.abc import Sequence


def split_percent(counts: Sequence[int], total: int = 100) -> list[int]:
    """Split `total` per cent among counts in proportion, by the largest remainder.

    The parts add up to `total`, with one exception: none of several counts gets all of it, so that
    one that is nearly all gets one per cent less. The others are below one per cent each then.

    Args:
        counts: not negative.
        total: how many per cent there are to split.

    Returns:
        A part for each count. 0 for a count above zero means that it is below one per cent: say
        "<1 %" of it.
    """
    whole = sum(counts)
    parts = _largest_remainder(counts, total)
    return [
        part - 1 if 0 < part == total and count < whole else part
        for part, count in zip(parts, counts, strict=True)
    ]


def own_percent(part: int, whole: int) -> int:
    """Return a share on its own, rounded; 100 only for all.

    Args:
        part: not negative, and not above the whole.
        whole: above zero.
    """
    share = round(100 * part / whole)
    return min(share, 99) if part < whole else share


def split_beside(first: int, others: Sequence[int]) -> tuple[int, list[int]]:
    """Split 100 per cent among counts of which the first is told elsewhere on its own.

    Its share is `own_percent`, so that it is the same wherever it is told; the others share what
    that leaves. They add up as those of `split_percent` do.

    Args:
        first: not negative.
        others: not negative.
    """
    whole = first + sum(others)
    if not whole:
        return 0, [0] * len(others)
    parts = _largest_remainder(others, 100 - round(100 * first / whole))
    return own_percent(first, whole), [
        min(part, 99) if count < whole else part for part, count in zip(parts, others, strict=True)
    ]


def _largest_remainder(counts: Sequence[int], total: int) -> list[int]:
    whole = sum(counts)
    if not whole:
        return [0] * len(counts)
    parts = [total * count // whole for count in counts]

    def lost(at: int) -> tuple[int, int]:
        """How much less than its due a part is, and how large its count is."""
        return total * counts[at] % whole, counts[at]

    by_loss = sorted(range(len(counts)), key=lost, reverse=True)
    for at in by_loss[: total - sum(parts)]:
        parts[at] += 1
    return parts
