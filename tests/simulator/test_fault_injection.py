import pytest

from kvitto.simulator.fault_injection import MEANINGS, PROFILES, FaultInjection, Profile


def test_each_disturbance_says_what_it_does() -> None:
    assert list(MEANINGS) == list(FaultInjection.__struct_fields__)


def test_the_hostile_profile_has_them_all() -> None:
    hostile = PROFILES["hostile"].disturbances
    assert all(getattr(hostile, name) > 0 for name in MEANINGS)


def test_the_calm_profile_has_none() -> None:
    assert PROFILES["calm"].disturbances == FaultInjection()


@pytest.mark.parametrize("name", ["calm", "campaign"])
def test_the_peaceful_profiles_retry_as_documented(name: str) -> None:
    assert PROFILES[name].retry_interval_s == 600


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_all_shares_are_shares(profile: Profile) -> None:
    assert all(0 <= getattr(profile.disturbances, name) <= 1 for name in MEANINGS)
