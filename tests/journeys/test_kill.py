"""200 is a promise: the report survives `kill -9`."""

from pathlib import Path
from random import SystemRandom

import pytest

from tests.journeys.kills import kill_again_and_again

pytestmark = pytest.mark.no_cover


@pytest.mark.timeout(240)
def test_what_was_answered_200_survives_a_dozen_kills(data_dir: Path) -> None:
    seed = SystemRandom().randrange(1_000_000)

    result = kill_again_and_again(data_dir, 12, seed)

    assert result.answered > 100, f"hardly anything was tested (seed {seed}): {result}"
    assert result.missing == 0, f"seed {seed}: {result}"
    assert result.strange == 0, f"seed {seed}: {result}"
