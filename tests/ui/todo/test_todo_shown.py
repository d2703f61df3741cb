"""The list of what is wrong as it is seen: the strip's button, its list, and the line above."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from kvitto.ui.services.preferences import Language
from kvitto.ui.services.todo_list import Severity
from tests.helpers.posting import report_body
from tests.ui.stage import SEEN_S, Stage, on_stage
from tests.ui.waiting import until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before"),
    # The platform without a screen has no stack of windows.
    pytest.mark.qt_log_ignore("does not support", extend=True),
]


@pytest.fixture
async def stage(data_dir: Path) -> AsyncIterator[Stage]:
    async with on_stage(data_dir) as made:
        yield made


async def test_the_worst_is_said_in_one_line_and_its_button_is_there(stage: Stage) -> None:
    todo, line, pressed = stage.window.todo, stage.window.todo_line, list[str]()
    assert line.isHidden()
    todo.put("a", "The disk is nearly full.")
    todo.put(
        "b",
        "Reports are being lost.\nMany <b>of them</b>.",
        severity=Severity.DANGER,
        actions=[("Test now", lambda: pressed.append("test"))],
    )

    assert line.isVisible()
    assert line.sentence == "Reports are being lost.\nMany <b>of them</b>."
    assert line.accessibleName().startswith("Urgent: Reports")
    line.act.click()
    assert pressed == ["test"]
    assert line.more.text() == "1 more"
    assert stage.window.strip.todo.text() == "To do (2)"
    height = line.height()
    todo.put("b", "Long. " * 200, severity=Severity.DANGER)
    assert line.sizeHint().height() <= height, "it is one line, however long the sentence"


async def test_the_list_is_used_by_the_keyboard_alone(stage: Stage) -> None:
    todo, pressed = stage.window.todo, list[str]()
    for name in ("a", "b"):
        todo.put(
            name,
            f"{name} is wrong.",
            severity=Severity.DANGER if name == "a" else Severity.WARNING,
            detail="errno 111",
            actions=[
                (f"{what} {name}", partial(pressed.append, f"{what} {name}"))
                for what in ("Mend", "Another way")
            ],
        )
    panel = stage.window.strip.todo.panel
    stage.action("To do list…").trigger()
    assert panel.isVisible()
    await until(lambda: isinstance(panel.focusWidget(), QPushButton))
    focus = panel.focusWidget()
    assert isinstance(focus, QPushButton)
    assert (focus.text(), focus.accessibleDescription()) == ("Mend a", "a is wrong.")
    todo.put("a", "a is more wrong.", severity=Severity.DANGER, actions=todo._more["a"].actions)  # noqa: SLF001
    assert panel.focusWidget() is not None, "what counts down takes no focus away"
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert pressed == []

    stage.window.strip.todo.click()
    visible = [one for one in panel.findChildren(QPushButton) if one.isVisible()]
    assert "Another way b" not in [one.text() for one in visible], "one button, and what is behind"
    stage.press("Another way b")
    assert pressed == ["Another way b"]
    assert not panel.isVisible(), "it makes way for what is shown"


async def test_what_is_known_leaves_with_a_message_and_comes_back_by_undo(stage: Stage) -> None:
    todo = stage.window.todo
    todo.put("a", "The disk is nearly full.", size=3)
    stage.press("I know")
    assert stage.window.todo_line.isHidden()
    assert "until it gets worse" in stage.banner("undo")

    stage.press("Undo")
    assert stage.banner("a") == "The disk is nearly full."
    assert not stage.banner("undo")


async def test_many_failing_messages_are_listed_by_the_name_of_their_batch_in_swedish(
    stage: Stage,
) -> None:
    stage.context.preferences.put("failure_least", 5)
    await stage.post(*(report_body(f"m{n}", code=201 if n else 511, final=True) for n in range(8)))
    await until(lambda: "1 of 8 finished messages" in stage.banner("failing 1"), SEEN_S)
    assert stage.window.strip.todo.text() == "To do (1)"

    await stage.speak(Language.SWEDISH)
    assert "1 av 8 klara meddelanden i" in stage.banner("failing 1")
    assert stage.window.strip.todo.text() == "Att göra (1)"
    stage.press("De som inte fick det")
    titles = [one.windowTitle() for one in QApplication.topLevelWidgets() if one.isVisible()]
    assert any("inte" in title for title in titles), titles
    stage.press("Jag vet")
    await stage.post(report_body("m9", code=511, final=True))
    await until(lambda: stage.window._notices.failing()[0].messages == 9, SEEN_S)  # noqa: SLF001
    assert "2 av 9" in stage.banner("failing 1"), "twice as many: another tenth fails"


async def test_a_stopped_store_is_one_thing_with_its_deadline(stage: Stage) -> None:
    todo = stage.window.todo
    todo.put("store", "The disk is full.", severity=Severity.DANGER, fault="not receiving")
    todo.put(
        "outage",
        "Nothing can be stored. Safe until 13:30.",
        fault="not receiving",
        addition="Safe until 13:30.",
        actions=[("Show", lambda: None)],
    )

    assert [one.sentence for one in todo.to_do()] == ["The disk is full. Safe until 13:30."]
    assert stage.window.strip.todo.text() == "To do (1)"
