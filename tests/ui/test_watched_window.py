"""The live table under a model tester, inside the whole window, while it is used and painted."""

import random
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from kvitto.store.deletions import DeleteBatches
from kvitto.ui.batches.columns import COLUMNS
from tests.helpers.posting import report_body
from tests.ui.batches.watching import watched
from tests.ui.stage import Stage, on_stage
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]

BATCHES = 12
CODES = (101, 102, 111, 112, 201, 202, 402, 511, 777)


def bodies(draw: random.Random, count: int) -> list[bytes]:
    return [
        report_body(
            f"m{draw.randrange(200)}",
            batch_id=f"batch-{draw.randrange(BATCHES)}",
            code=draw.choice(CODES),
            final=draw.random() < 0.5,
        )
        for _ in range(count)
    ]


async def use(stage: Stage, draw: random.Random) -> None:
    """Do one of the things that a user does."""
    panel = stage.window.batches
    model, view = panel.model, panel.view
    row = draw.randrange(max(1, model.rowCount()))
    index = model.index(row, 0)
    match draw.randrange(6):
        case 0:
            view.expand(index)
        case 1:
            view.collapse(index)
        case 2:
            order = draw.choice((Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder))
            view.columns.setSortIndicator(draw.randrange(-1, len(COLUMNS)), order)
        case 3:
            panel.top_row.field.setText(draw.choice(("", "batch-1", "m1", "4670")))
        case 4:
            view.select(index)
        case 5:
            batch = model.batch_at(index)
            if batch is not None and draw.random() < 0.3:
                stage.backend.edit(DeleteBatches((batch.record.key,)))
        case _:
            raise AssertionError


@pytest.mark.parametrize("seed", range(3))
async def test_the_table_tells_of_every_change_as_models_must(data_dir: Path, seed: int) -> None:
    draw = random.Random(seed)
    async with on_stage(data_dir) as stage:
        tester: QAbstractItemModelTester = watched(stage.window.batches.model)
        for _ in range(20):
            await stage.post(*bodies(draw, 8))
            await use(stage, draw)
            assert not stage.window.grab().isNull()
        stage.window.batches.top_row.field.setText("")
        await until(lambda: stage.rows() == len(stage.backend.reader.batches()))
        del tester
