"""The test report: it goes through the real port, and says where it could not."""

import pytest

from kvitto.core.report import Origin
from kvitto.ui.services.context import Context
from kvitto.ui.services.test_report_sender import Sampling
from tests.store.arrivals import a_report, arriving
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


async def test_a_test_report_comes_in_like_any_other_and_counts_nowhere(context: Context) -> None:
    Sampling(context).send()

    await until(lambda: context.backend.reader.counts().messages == 1)
    assert context.backend.reader.counts(with_demo=False).messages == 0


async def test_a_test_report_never_falls_into_a_batch_of_the_sender(context: Context) -> None:
    await context.backend.append(arriving(a_report("m", batch_id="sample")))

    Sampling(context).send()

    reader = context.backend.reader
    await until(lambda: reader.counts().messages == 2)
    assert {one.batch_id: one.origin for one in reader.batches()} == {
        "sample": Origin.WEBHOOK,
        "kvitto-test": Origin.DEMO,
    }


async def test_where_nothing_receives_it_is_said(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context.backend, "read_demo_url", str)
    told: list[str] = []
    sampling = Sampling(context)
    sampling.failed.connect(told.append)

    sampling.send()

    await until(lambda: len(told) == 1)
    assert "nowhere to send" in told[0]
