"""The pace at which an export tells how far it is."""

from kvitto.export.exporter import RowProgress


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_it_tells_four_times_a_second_at_most() -> None:
    told: list[tuple[int, int]] = []
    clock = Clock()
    progress = RowProgress(1000, lambda done, total: told.append((done, total)), clock=clock)

    for _ in range(1000):
        clock.now_s += 0.001
        progress.step()

    assert len(told) in {3, 4}
    assert all(total == 1000 for _, total in told)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert progress.done == 1000


def test_a_short_export_says_nothing() -> None:
    told: list[tuple[int, int]] = []
    progress = RowProgress(10, lambda done, total: told.append((done, total)), clock=Clock())

    for _ in range(10):
        progress.step()

    assert not told


def test_nobody_needs_to_listen() -> None:
    progress = RowProgress(1, None)

    progress.step()

    assert progress.done == 1
