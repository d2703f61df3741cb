"""A batch of which many messages fail is listed with what is usual, where that is known."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from shiboken6 import delete

from kvitto.core.usual_share import Share, UsualBand, Worse
from kvitto.ui.services.preferences import Preferences
from kvitto.ui.services.todo import Todo
from kvitto.ui.services.undo import Undo
from kvitto.ui.todo.failing_items import FailingItems
from tests.ui.services.batch_records import a_batch

WORSE = Worse(timedelta(hours=1), Share(300, 243, 57), UsualBand(0.93, 0.98))


@pytest.mark.usefixtures("qapp")
def test_what_is_usual_stands_behind_how_many_failed(tmp_path: Path) -> None:
    owner = QObject()
    preferences = Preferences(tmp_path)
    todo = Todo(preferences, Undo(owner), owner)
    batches = [a_batch(key, {201: 243, 511: 57}) for key in (1, 2)]
    known = {1: WORSE}
    items = FailingItems(preferences, todo, lambda: batches, known.get, owner)

    items.look()

    said = todo.sentences()
    assert said["failing 1"].endswith(
        "were not delivered: 19 %. After 1 h 81 % delivered; usually 93–98 %."
    )
    assert said["failing 2"].endswith("were not delivered: 19 %.")
    delete(owner)
