"""The list of what is wrong, without a window: order, what is known, one item for one fault."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from kvitto.ui.services.todo_list import FORGOTTEN_AFTER, Known, Severity, TodoItem, TodoList

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def item(
    subject: str = "disk",
    severity: Severity = Severity.WARNING,
    *,
    since: datetime | None = NOW,
    size: int = 0,
    occurrence: str = "",
) -> TodoItem:
    return TodoItem(subject, f"{subject}.", severity, since=since, size=size, occurrence=occurrence)


def subjects(todo: TodoList, now: datetime = NOW) -> list[str]:
    return [one.subject for one in todo.to_do(now)]


def test_the_worst_comes_first_and_of_these_the_latest() -> None:
    todo = TodoList()
    todo.put(item("old", since=NOW - 9 * MINUTE), NOW)
    todo.put(item("note", Severity.NOTE), NOW)
    todo.put(item("new"), NOW)
    todo.put(item("loss", Severity.DANGER, since=NOW - 90 * MINUTE), NOW)

    assert subjects(todo) == ["loss", "new", "old", "note"]


def test_since_is_when_it_was_listed_first_where_nobody_knows() -> None:
    todo = TodoList()
    assert todo.put(item(since=None), NOW)
    assert not todo.put(item(since=None), NOW + MINUTE), "nothing is another"

    assert todo.to_do(NOW + MINUTE)[0].since == NOW
    todo.take_out("disk")
    todo.put(item(since=None), NOW + 2 * MINUTE)
    assert todo.to_do(NOW + 2 * MINUTE)[0].since == NOW + 2 * MINUTE


@pytest.mark.parametrize(
    ("after", "is_listed"),
    [
        (item(size=3), False),
        (item(size=2), False),
        (item(size=3, since=NOW + MINUTE), False),
        (item(severity=Severity.NOTE, size=3), False),
        (item(size=4), True),
        (item(severity=Severity.DANGER, size=3), True),
        (item(size=1, occurrence="another"), True),
    ],
)
def test_what_is_known_comes_back_only_when_it_is_worse_or_another(
    after: TodoItem, is_listed: bool
) -> None:
    todo = TodoList()
    todo.put(item(size=3), NOW)
    todo.know("disk", NOW)
    assert subjects(todo) == []

    todo.put(after, NOW)
    assert (subjects(todo) == ["disk"]) is is_listed


def test_what_ended_and_comes_again_is_not_known() -> None:
    todo = TodoList()
    todo.put(item(), NOW)
    todo.know("disk", NOW)
    assert todo.take_out("disk")
    assert not todo.take_out("disk")
    todo.put(item(), NOW)

    assert subjects(todo) == ["disk"]


def test_it_can_be_taken_back() -> None:
    todo = TodoList()
    todo.put(item(), NOW)
    todo.know("disk", NOW)
    todo.forget("disk")

    assert subjects(todo) == ["disk"]


def test_a_new_start_knows_it_though_it_is_not_there_at_once_but_not_for_ever() -> None:
    before = TodoList()
    before.put(item(), NOW)
    before.know("disk", NOW)
    after = TodoList(before.known)
    after.take_out("disk")  # those who may list it say first that there is nothing
    after.put(item(), NOW + MINUTE)
    assert subjects(after, NOW + MINUTE) == []

    later = NOW + FORGOTTEN_AFTER + MINUTE
    assert subjects(started_with(before.known, later), later) == ["disk"], "another one by now"
    after.keep_in_mind(NOW + FORGOTTEN_AFTER)
    assert subjects(started_with(after.known, later), later) == [], "it was there all the time"


def started_with(known: Mapping[str, Known], now: datetime) -> TodoList:
    made = TodoList(known)
    made.put(item(), now)
    return made


def test_one_fault_is_one_item_that_says_why_and_what_it_costs() -> None:
    todo = TodoList()
    cost = TodoItem(
        "outage",
        "Nothing can be stored. Safe until 13:30.",
        Severity.WARNING,
        since=NOW - 5 * MINUTE,
        size=2,
        fault="not receiving",
        addition="Safe until 13:30.",
        headline="Safe until 13:30. Nothing can be stored.",
    )
    todo.put(cost, NOW)
    [alone] = todo.to_do(NOW)
    assert alone.sentence == "Nothing can be stored. Safe until 13:30."
    assert alone.headline == "Safe until 13:30. Nothing can be stored."

    why = TodoItem("store", "The disk is full.", Severity.DANGER, since=NOW, fault="not receiving")
    todo.put(why, NOW)
    [both] = todo.to_do(NOW)
    assert both.sentence == "The disk is full. Safe until 13:30."
    assert both.headline == alone.headline, "the deadline is not what is cut off"
    assert (both.subject, both.subjects) == ("store", ("store", "outage"))
    assert (both.severity, both.since, both.size) == (Severity.DANGER, NOW - 5 * MINUTE, 2)

    todo.know("store", NOW)
    assert subjects(todo) == []
    todo.put(item("tunnel"), NOW)
    assert subjects(todo) == ["tunnel"], "another fault is another item"
    todo.take_out("store")
    assert sorted(subjects(todo)) == ["outage", "tunnel"]
