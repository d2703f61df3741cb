"""How many examples Hypothesis tries, where the usual number is too many or too few."""

from hypothesis import settings

_USUAL = 100


def examples(count: int) -> settings:
    """Return settings for so many examples, and as many times more as the profile tries.

    A number given to `settings` itself would hold for every profile: "thorough" would try no more.
    """
    profile = settings.get_profile(settings.get_current_profile_name())
    return settings(max_examples=max(1, count * profile.max_examples // _USUAL))
