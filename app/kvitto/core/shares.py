"""Shares in whole per cent that add up."""

from collections.abc import Sequence


def split_percent(counts: Sequence[int], total: int = 100) -> list[int]:
    """Split `total` per cent among counts, in proportion: the parts add up to `total`.

    A count above zero gets one per cent at least, as long as there is one for each; so none of
    several gets all. Of what rounding leaves over, those get most that lost most.

    Args:
        counts: not negative.
        total: how many per cent there are to split.

    Returns:
        A part for each count; all are zero where all counts are.
    """
    whole = sum(counts)
    if not whole:
        return [0] * len(counts)
    occurring = sum(count > 0 for count in counts)
    least = 1 if occurring <= total else 0
    parts = [max(total * count // whole, least if count else 0) for count in counts]

    def lost(at: int) -> tuple[int, int]:
        """How much less than its due a part is, and how large its count is."""
        return total * counts[at] - parts[at] * whole, counts[at]

    while (left := total - sum(parts)) != 0:
        if left > 0:
            parts[max((at for at, count in enumerate(counts) if count), key=lost)] += 1
        else:
            parts[min((at for at, part in enumerate(parts) if part > least), key=lost)] -= 1
    return parts
