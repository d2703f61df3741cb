"""The simulator against the receiver, each a process of its own."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from kvitto.simulator.campaign import Campaign
from kvitto.simulator.campaign_runner import SendingManner
from kvitto.simulator.plan import Plan
from tests.helpers.program import PROJECT, Program, assert_check_agrees, exported
from tests.journeys.conftest import Start
from tests.simulator.tunnel import Tunnel

pytestmark = pytest.mark.no_cover

SEED = 7
INTERVAL_S = 0.6


@asynccontextmanager
async def simulating(
    *arguments: object, prefix: Sequence[str] = ()
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `kvitto simulate` beside the test; kill it if it is still there at the end."""
    process = await asyncio.create_subprocess_exec(
        *prefix,
        sys.executable,
        *("-m", "kvitto", "simulate", "--seed", str(SEED)),
        *map(str, arguments),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def summary(process: asyncio.subprocess.Process) -> dict[str, Any]:
    """Wait for the end; return the scorecard."""
    out, err = await process.communicate()
    assert b"Traceback" not in err, err.decode()
    told: dict[str, Any] = json.loads(out)
    return told


def stored_count(folder: Path) -> int:
    return len(exported(folder))


async def url_of(program: Program) -> str:
    """Wait until the receiver listens; return its URL."""

    def read() -> str:
        return program.url

    return await asyncio.to_thread(read)


async def until_stored(folder: Path, count: int) -> None:
    """Wait until so many reports are stored."""
    async with asyncio.timeout(60):
        while await asyncio.to_thread(stored_count, folder) < count:  # noqa: ASYNC110 - of another
            await asyncio.sleep(0.1)


@pytest.mark.timeout(120)
async def test_a_hostile_campaign_agrees_with_the_store_to_the_last_report(
    start: Start, data_dir: Path
) -> None:
    url = await url_of(await asyncio.to_thread(start))
    options = ("--profile", "hostile", "--messages", 2000, "--burst", "--connections", 64)
    async with simulating(
        *options, "--url", url, "--retry-interval", "0.3s", "--verify", data_dir, "--json"
    ) as process:
        told = await summary(process)
    assert process.returncode == 0, told
    assert told["clean"] is True
    assert told["contract_broken"] == {}
    assert told["deleted_by_the_sender"] == told["lost"] == told["still_to_be_answered"] == 0
    assert told["reports_made"] == told["answered_200"] > 15_000
    assert told["repetitions_among_them"] > 500
    assert told["retried"] > 100
    assert (
        sum(told["invalid_payload_refused_as_it_must_be"].values())
        == told["invalid_payload_posted"]
        > 300
    )
    checked = told["verification"]
    assert checked["differences"] == []
    assert (checked["batches"], checked["messages"]) == (5, 2000)
    assert checked["reports"] > 14_000
    await asyncio.to_thread(assert_check_agrees, data_dir)


@pytest.mark.timeout(120)
async def test_a_receiver_that_is_killed_and_comes_back_loses_nothing(
    start: Start, data_dir: Path
) -> None:
    program = await asyncio.to_thread(start)
    url = await url_of(program)
    options = ("--profile", "hostile", "--messages", 250, "--rate", "150/s", "--attempts", 100)
    async with simulating(
        *options, "--url", url, "--retry-interval", "0.4s", "--verify", data_dir, "--json"
    ) as process:
        for count in (100, 600, 1200):
            await until_stored(data_dir, count)
            await asyncio.to_thread(program.kill)
            program = await asyncio.to_thread(start, port=program.port)
            assert await url_of(program) == url
        told = await summary(process)
    assert process.returncode == 0, told
    without = told["without_answer"]
    assert without.get("no connection", 0) + without.get("connection broken", 0) > 0
    assert told["deleted_by_the_sender"] == 0
    assert told["contract_broken"] == {}
    assert told["reports_made"] == told["answered_200"]
    assert told["verification"]["differences"] == []
    await asyncio.to_thread(assert_check_agrees, data_dir)


async def after_an_outage(start: Start, folder: Path, intervals: float) -> dict[str, Any]:
    """Break the tunnel for so many intervals in the middle of a campaign.

    Returns:
        The scorecard.
    """
    program = await asyncio.to_thread(start)
    url = await url_of(program)
    options = ("--messages", 130, "--rate", "110/s", "--retry-interval", f"{INTERVAL_S}s")
    async with (
        Tunnel(program.port) as tunnel,
        simulating(*options, "--url", tunnel.url(url), "--verify", folder, "--json") as process,
    ):
        await until_stored(folder, 50)
        tunnel.close()
        await asyncio.sleep(intervals * INTERVAL_S)
        await tunnel.open()
        told = await summary(process)
    assert told["without_answer"]["no connection"] > 100
    assert told["contract_broken"] == {}
    assert told["verification"]["differences"] == []
    return told


Sourced: TypeAlias = tuple[str, datetime]
"""What tells the reports of a calm campaign apart: the message, and when its status changed."""


def everything_posted() -> set[Sourced]:
    """Return every report of the campaign of the outages."""
    plan = Plan.of_profile("calm", messages=130, batches=5, seed=SEED)
    campaign = Campaign(plan)
    return {
        (report.message_id, report.created)
        for message in range(plan.messages)
        for report in campaign.script(message).reports
        if report.created is not None
    }


def everything_stored(folder: Path) -> set[Sourced]:
    return {
        (row["message_id"], datetime.fromisoformat(row["created_at"])) for row in exported(folder)
    }


@pytest.mark.timeout(120)
async def test_an_outage_of_nine_intervals_loses_nothing(start: Start, data_dir: Path) -> None:
    # A little less: what was under way when the tunnel broke had begun before.
    told = await after_an_outage(start, data_dir, 8.8)
    assert told["clean"] is True
    assert told["deleted_by_the_sender"] == told["lost"] == 0
    assert everything_stored(data_dir) == everything_posted()


@pytest.mark.timeout(120)
async def test_of_a_longer_outage_the_summary_knows_exactly_what_is_lost(
    start: Start, data_dir: Path
) -> None:
    told = await after_an_outage(start, data_dir, 11)
    assert told["clean"] is False
    assert told["deleted_by_the_sender"] == told["lost"] > 10
    lost = {
        (one["message_id"], datetime.fromisoformat(one["created"])): one["may_be_stored"]
        for one in told["lost_reports"]
    }
    assert len(lost) == told["lost"]
    stored = everything_stored(data_dir)
    assert everything_posted() - stored == {one for one in lost if one not in stored}
    # Nobody can know of what was on its way when the tunnel broke.
    assert all(may_be_stored for one, may_be_stored in lost.items() if one in stored)
    assert sum(lost.values()) <= SendingManner().connections


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such signal for one process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_when_it_is_stopped_it_tells_what_came_of_it_so_far(
    start: Start, data_dir: Path, number: signal.Signals
) -> None:
    url = await url_of(await asyncio.to_thread(start))
    async with simulating("--url", url, "--rate", "200/s", "--verify", data_dir) as process:
        await until_stored(data_dir, 50)
        process.send_signal(number)
        out, err = await process.communicate()
    told = out.decode()
    assert process.returncode == 130
    assert "(stopped before its end)" in told
    assert "Answered 200" in told
    assert "Compared" not in told
    assert b"Traceback" not in err


@pytest.mark.skipif(os.name != "posix", reason="Windows has no nohup")
async def test_started_with_nohup_it_outlives_its_terminal(start: Start, data_dir: Path) -> None:
    url = await url_of(await asyncio.to_thread(start))
    arguments = ("--url", url, "--rate", "200/s", "--messages", "100", "--json")
    async with simulating(*arguments, prefix=("nohup",)) as process:
        await until_stored(data_dir, 50)
        process.send_signal(signal.SIGHUP)
        told = await summary(process)
    assert process.returncode == 0
    assert not told["interrupted"]
