"""A list of those who did not get a message, over a real store."""

from pytestqt.qtbot import QtBot

from kvitto.store.search_conditions import MessageFilter
from kvitto.ui.followup.follow_up_window import FollowUpWindow
from kvitto.ui.services.context import Context
from tests.ui.details.arriving import a_body, arrive_all, arriving, at, begin, the_batch
from tests.ui.waiting import until

ENDS = (
    a_body("delivered", code=201, duration=1, recipient="46701000001"),
    a_body("failed", code=511, duration=1, recipient="46701000002"),
    a_body("again", code=511, duration=1, recipient="46701000002"),
    a_body("expired", code=202, duration=1, recipient="46701000003"),
    a_body("waiting", code=112, recipient="46701000004"),
    a_body("stopped", code=203, duration=1, recipient="46701000005"),
)


async def shown(context: Context, qtbot: QtBot, *, is_masked: bool = False) -> FollowUpWindow:
    await begin(context)
    context.preferences.put("is_masked", is_masked)
    await arrive_all(context, [arriving(body) for body in ENDS])
    batch = the_batch(context)
    window = FollowUpWindow(
        context, "Höstrea", MessageFilter(), frozenset({batch.key}), now=lambda: at(60)
    )
    qtbot.addWidget(window)
    window.show()
    await until(lambda: window.is_whole)
    return window


def cells(window: FollowUpWindow, column: int) -> list[str]:
    model = window.models[window.group]
    texts = (model.index(row, column).data() for row in range(model.rowCount()))
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts]


def choose(window: FollowUpWindow, *rows: int) -> None:
    window.view.clearSelection()
    for row in rows:
        index = window.models[window.group].index(row, 0)
        window.view.selectionModel().select(
            index,
            window.view.selectionModel().SelectionFlag.Select
            | window.view.selectionModel().SelectionFlag.Rows,
        )
