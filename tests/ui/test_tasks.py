"""The window's tasks."""

import pytest

from app.ui.tasks import Tasks


@pytest.mark.qasync
async def test_nothing_is_run_once_they_are_closed() -> None:
    tasks, run = Tasks(), list[str]()

    async def work() -> None:
        run.append("late")

    await tasks.close()
    tasks.start(work(), "late")
    tasks.start_latest(work(), "late")

    assert run == []
