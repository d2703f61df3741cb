"""The window of those who did not get a message, over a real store."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from kvitto.core.follow_up import FollowUpGroup, FollowUpMark
from kvitto.store.batch_statistics import Statistics
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.search_conditions import MessageFilter
from kvitto.ui.details.receipt import failures_of
from kvitto.ui.followup.follow_up_model import BATCH, NOTE, NUMBER, REFERENCE, RESULT, TO_DO
from kvitto.ui.followup.follow_up_window import FollowUpWindow
from kvitto.ui.services.context import Context
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.widgets.theme import STEP
from tests.ui.details.arriving import a_body, arrive, arrive_all, arriving, at, begin, the_batch
from tests.ui.followup.listing import cells, choose, shown
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


async def test_it_lists_each_group_apart(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)

    assert "Höstrea" in window.head
    assert cells(window, NUMBER) == [
        "+46 70 100 00 03",
        "+46 70 100 00 02",
        "+46 70 100 00 02",
    ]
    assert cells(window, RESULT) == ["Expired", "Failed", "Failed"]
    assert [text.partition(":")[0] for text in cells(window, TO_DO)] == [
        "Mostly a phone that was off or abroad",
        "The reason is not known",
        "The reason is not known",
    ]
    window.show_group(FollowUpGroup.NOT_KNOWN)
    assert cells(window, NUMBER) == ["+46 70 100 00 04"]
    assert "known by" in cells(window, TO_DO)[0]
    window.show_group(FollowUpGroup.CANCELLED)
    assert cells(window, NUMBER) == ["+46 70 100 00 05"]


async def test_the_model_keeps_qt_s_rules(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    testers = [
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, window)
        for model in window.models.values()
    ]

    window.read_again()
    await until(lambda: window.is_whole)

    assert len(testers) == 3


async def test_what_arrives_later_is_marked_and_stays(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    window.show_group(FollowUpGroup.NOT_KNOWN)

    late = a_body("waiting", code=201, duration=1, created=at(120).isoformat())
    await arrive(context, arriving(late, 120))
    await until(lambda: "now: Delivered" in cells(window, TO_DO)[0])

    assert cells(window, NUMBER) == ["+46 70 100 00 04"]
    window.read_again()
    await until(lambda: window.is_whole)
    assert cells(window, NUMBER) == []


async def test_chosen_rows_are_marked(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    assert not window.actions_row.mark.isEnabled()
    choose(window, 0, 2)
    assert window.actions_row.mark.isEnabled()

    window.actions_row.mark_actions[FollowUpMark.WRONG_NUMBER].trigger()
    await until(lambda: cells(window, 4) == ["Wrong number", "", "Wrong number"])

    assert [row.then.note for row in window.models[window.group].rows] == [None] * 3


async def test_a_note_is_typed_into_its_cell(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    model = window.models[window.group]

    assert model.setData(model.index(1, NOTE), "  No answer  ", Qt.ItemDataRole.EditRole)

    await until(lambda: cells(window, NOTE) == ["", "No answer", ""])


async def test_batches_are_called_as_the_table_calls_them(context: Context, qtbot: QtBot) -> None:
    await begin(context)
    named = {"batch-a": "Höstrea 46701000001", "batch-b": "", "batch-c": ""}
    bodies = [
        a_body(f"{of}-{place}", batchId=of, code=511, duration=1, reference=reference)
        for of, reference in named.items()
        for place in range(2)
    ]
    await arrive_all(context, [arriving(body) for body in bodies])
    window = FollowUpWindow(context, "All", MessageFilter(), None, now=lambda: at(60))
    qtbot.addWidget(window)
    window.show()
    await until(lambda: window.is_whole)

    def names() -> set[str]:
        return {text.replace("\N{NARROW NO-BREAK SPACE}", " ") for text in cells(window, BATCH)}

    unnamed = name_of(the_batch(context, "batch-b")).replace("\N{NO-BREAK SPACE}", " ")
    assert "· 2 message" in unnamed
    assert names() == {"Höstrea 46701000001", unnamed}
    model = window.models[window.group]
    assert "batch-c" in model.index(0, BATCH).data(Qt.ItemDataRole.ToolTipRole)

    context.preferences.put("is_masked", True)
    assert names() == {"Höstrea •••••••••01", unnamed}

    key = the_batch(context, "batch-c").key
    await asyncio.wrap_future(context.backend.edit(ChangeBatch(key, BatchChange(label="Kväll"))))
    await arrive(context, arriving(bodies[-1]))
    await until(lambda: "Kväll" in names())

    assert names() == {"Höstrea •••••••••01", "Kväll", unnamed}


async def test_what_to_do_has_room_before_the_reference(context: Context, qtbot: QtBot) -> None:
    await begin(context)
    long = "A reference that is as long as a sentence"
    bodies = [
        a_body(f"{of}-{place}", batchId=of, code=511, duration=1, reference=f"{long} {place}")
        for of in ("batch-a", "batch-b")
        for place in range(2)
    ]
    await arrive_all(context, [arriving(body) for body in bodies])
    window = FollowUpWindow(context, "All", MessageFilter(), None, now=lambda: at(60))
    qtbot.addWidget(window)
    window.show()
    await until(lambda: window.is_whole)
    header = window.view.header()

    window.resize(1100, 500)
    await until(lambda: window.view.isColumnHidden(REFERENCE))
    assert not window.view.isColumnHidden(BATCH)
    assert header.sectionSize(TO_DO) >= 60 * STEP
    window.resize(1600, 500)
    await until(lambda: not window.view.isColumnHidden(REFERENCE))
    assert header.sectionSize(TO_DO) >= 60 * STEP


async def test_of_one_batch_what_to_do_has_all_the_room(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)

    window.resize(900, 480)
    await until(lambda: window.view.isColumnHidden(REFERENCE))
    window.resize(1300, 480)
    await until(lambda: not window.view.isColumnHidden(REFERENCE))

    assert window.view.header().sectionSize(TO_DO) >= 100 * STEP


async def test_closed_it_reads_no_more(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)

    window.reject()
    late = a_body("waiting", code=201, duration=1, created=at(120).isoformat())
    await arrive(context, arriving(late, 120))

    window.show_group(FollowUpGroup.NOT_KNOWN)
    assert "now:" not in cells(window, TO_DO)[0]


def spread(quick: int, slow: int, code: int = 511) -> list[bytes]:
    """Return messages of which some failed at once, and some after a day."""
    taken = [1] * quick + [100_000] * slow
    return [
        body
        for place, second in enumerate(taken)
        for body in (
            a_body(f"spread-{place}", code=112, recipient=f"4670200{place:04}"),
            a_body(
                f"spread-{place}",
                code=code,
                duration=1,
                recipient=f"4670200{place:04}",
                created=at(second).isoformat(),
            ),
        )
    ]


@pytest.mark.parametrize(
    ("quick", "slow", "advice", "why"),
    [
        (4, 1, "Mostly a wrong or ended number", "4 of 5 failed within a minute"),
        (1, 4, "Mostly a phone that was off or abroad", "4 of 5 could not be reached in time"),
        (3, 2, "Mixed reasons", "Mixed reasons."),
    ],
)
async def test_a_cause_is_told_only_where_it_holds_for_four_of_five_of_its_group(
    context: Context, qtbot: QtBot, quick: int, slow: int, advice: str, why: str
) -> None:
    await begin(context)
    await arrive_all(context, [arriving(body, 100_000) for body in spread(quick, slow)])
    elsewhere = a_body("elsewhere", batchId="batch-b", code=511, duration=1)
    await arrive(context, arriving(elsewhere))
    window = FollowUpWindow(context, "All", MessageFilter(), None, now=lambda: at(100_060))
    qtbot.addWidget(window)
    await until(lambda: window.is_whole)

    # The group is that of its batch: what fails in another one tells nothing.
    assert [text.partition(":")[0] for text in cells(window, TO_DO)] == [
        "The reason is not known",
        *[advice] * 5,
    ]
    tip = window.models[window.group].index(1, TO_DO).data(Qt.ItemDataRole.ToolTipRole)
    assert why in tip
    assert "A cause is told where it holds for four of five" in " ".join(tip.split())


async def test_a_code_that_nobody_documents_is_named_by_the_user(
    context: Context, qtbot: QtBot
) -> None:
    window = await shown(context, qtbot)
    row = window.actions_row
    choose(window, 0)
    assert not row.name.isEnabled()  # 202 has a name
    choose(window, 0, 1)
    assert not row.name.isEnabled()
    choose(window, 1, 2)
    assert row.name.isEnabled()

    row.write_name(511, " blocked by the operator ")
    await until(lambda: "your note" in cells(window, RESULT)[1])

    assert cells(window, RESULT)[1] == "Failed (your note: blocked by the operator)"
    batch = the_batch(context)
    statistics = Statistics(context.backend.database).batch(batch.key, now_us=0)
    [failed] = [one for one in failures_of(batch, statistics) if "511" in one.title]
    assert "Your note on 511: blocked by the operator" in failed.advice
    row.write_name(202, "no")
    row.write_name(511, "")
    await until(lambda: cells(window, RESULT)[1] == "Failed")
    assert cells(window, RESULT)[0] == "Expired"


async def test_all_of_it_is_seen_at_first_on_a_small_screen(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    screen = window.screen().availableGeometry()
    assert window.width() < screen.width() < 1200
    assert window.height() < screen.height()
