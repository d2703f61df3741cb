"""The sample report: it goes through the real port, and says where it could not."""

import pytest

from app.ui.context import Context
from app.ui.sampling import Sampling
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


async def test_a_sample_comes_in_like_any_report(context: Context) -> None:
    context.door.read_addresses()
    await until(lambda: bool(context.door.local_url))

    Sampling(context).send()

    await until(lambda: context.session.reader.counts().messages == 1)


async def test_where_nothing_receives_it_is_said(context: Context) -> None:
    told: list[str] = []
    sampling = Sampling(context)
    sampling.failed.connect(told.append)

    sampling.send()

    await until(lambda: len(told) == 1)
    assert "nowhere to send" in told[0]
