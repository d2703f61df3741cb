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
    if not whole:
        return [0] * len(counts)
    parts = [total * count // whole for count in counts]

    def lost(at: int) -> tuple[int, int]:
        """How much less than its due a part is, and how large its count is."""
        return total * counts[at] % whole, counts[at]

    by_loss = sorted(range(len(counts)), key=lost, reverse=True)
    for at in by_loss[: total - sum(parts)]:
        parts[at] += 1
    return [
        part - 1 if 0 < part == total and count < whole else part
        for part, count in zip(parts, counts, strict=True)
    ]
