import pytest

from kvitto.simulator.summary import Latencies


def of(durations_s: list[float]) -> Latencies:
    latencies = Latencies()
    for duration_s in durations_s:
        latencies.add(duration_s)
    return latencies


def test_without_any_they_are_zero() -> None:
    assert of([]).quantile_s(0.5) == 0.0
    assert of([]).longest_s == 0.0


def test_quantiles_are_never_too_short_and_hardly_too_long() -> None:
    latencies = of([number / 1000 for number in range(1, 1001)])
    for share in (0.01, 0.5, 0.99, 1.0):
        assert share <= latencies.quantile_s(share) <= share * 1.0201
    assert latencies.count == 1000


def test_the_longest_is_exact() -> None:
    assert of([0.1, 2.3456, 0.2]).longest_s == 2.3456
    assert of([0.1, 2.3456]).quantile_s(1.0) == 2.3456


@pytest.mark.parametrize("duration_s", [0.0, -1.0, 1e-9])
def test_what_is_too_short_to_measure_counts_too(duration_s: float) -> None:
    assert of([duration_s]).quantile_s(0.5) <= 1.03e-6
