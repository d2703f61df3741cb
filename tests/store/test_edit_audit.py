"""Edits by name: who was first is told, and nothing is overwritten by one who has not seen it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from kvitto.core.follow_up import FollowUpMark
from kvitto.store.database import Database
from kvitto.store.deletions import DeleteBatches
from kvitto.store.edit_audit import EditMark, Signature, last_edits, last_message_edits
from kvitto.store.edit_errors import EditConflictError
from kvitto.store.follow_up_queries import MarkMessages
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.reader import Reader
from kvitto.store.receiver_tables import edit_audit
from kvitto.store.schema import message_follow_up
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving

MARIA = Signature("Maria", START + timedelta(minutes=2))
BO = Signature("Bo", START + timedelta(minutes=3))


@pytest.fixture
async def batch(writer: Writer, reader: Reader) -> int:
    await append_all(writer, [arriving(a_report(f"m{n}")) for n in (1, 2)])
    found = reader.batch("batch-a")
    assert found is not None
    return found.key


def label(reader: Reader) -> str | None:
    found = reader.batch("batch-a")
    assert found is not None
    return found.label


def marks(database: Database) -> dict[int, str | None]:
    with database.read() as connection:
        rows = connection.execute(select(message_follow_up)).all()
    return {row.message_pk: row.mark for row in rows}


def rename(key: int, name: str, seen: str | None, by: Signature | None) -> ChangeBatch:
    return ChangeBatch(key, BatchChange(label=name), BatchChange(label=seen), by)


def test_who_changed_what_is_kept(writer: Writer, database: Database, batch: int) -> None:
    writer.edit(rename(batch, "Höstrea", None, MARIA)).result(60)
    change = BatchChange(notes="n", is_archived=True)
    writer.edit(ChangeBatch(batch, change, signature=BO)).result(60)

    maria, bo = EditMark("Maria", MARIA.now), EditMark("Bo", BO.now)
    assert last_edits(database, batch) == {"label": maria, "notes": bo, "is_archived": bo}


def test_nothing_is_overwritten_that_was_not_seen(
    writer: Writer, database: Database, reader: Reader, batch: int
) -> None:
    writer.edit(rename(batch, "Höstrea", None, MARIA)).result(60)

    with pytest.raises(EditConflictError) as told:
        writer.edit(rename(batch, "Vinterrea", None, BO)).result(60)

    assert (told.value.editor, told.value.at) == ("Maria", MARIA.now)
    local = MARIA.now.astimezone()
    assert f"Maria changed this at {local:%Y-%m-%d %H:%M}" in str(told.value)
    assert label(reader) == "Höstrea"
    assert last_edits(database, batch) == {"label": EditMark("Maria", MARIA.now)}
    assert writer.alarm is None


def test_who_has_seen_it_may_change_it(writer: Writer, reader: Reader, batch: int) -> None:
    writer.edit(rename(batch, "Höstrea", None, MARIA)).result(60)
    writer.edit(rename(batch, "Vinterrea", "Höstrea", BO)).result(60)

    assert label(reader) == "Vinterrea"


def test_one_who_types_on_is_in_nobodys_way(writer: Writer, reader: Reader, batch: int) -> None:
    first = writer.edit(rename(batch, "Hös", None, MARIA)).result(60)
    further = replace(MARIA, own=(first,))
    writer.edit(rename(batch, "Höstrea", None, further)).result(60)

    assert label(reader) == "Höstrea"


def test_another_computers_user_of_the_same_name_overwrites_nothing(
    writer: Writer, reader: Reader, batch: int
) -> None:
    own = writer.edit(rename(batch, "Vår", None, MARIA)).result(60)
    writer.edit(rename(batch, "Höstrea", "Vår", MARIA)).result(60)

    with pytest.raises(EditConflictError, match="Maria changed this"):
        writer.edit(rename(batch, "Vinterrea", "Vår", replace(MARIA, own=(own,)))).result(60)

    assert label(reader) == "Höstrea"


def test_two_who_want_the_same_are_not_against_each_other(
    writer: Writer, reader: Reader, batch: int
) -> None:
    writer.edit(rename(batch, "Höstrea", None, MARIA)).result(60)
    writer.edit(rename(batch, "Höstrea", None, BO)).result(60)

    assert label(reader) == "Höstrea"


def test_another_field_is_no_conflict(writer: Writer, reader: Reader, batch: int) -> None:
    writer.edit(rename(batch, "Höstrea", None, MARIA)).result(60)
    notes = ChangeBatch(batch, BatchChange(notes="n"), BatchChange(notes=None), BO)
    writer.edit(notes).result(60)

    assert label(reader) == "Höstrea"


def test_a_change_of_a_batch_that_another_has_deleted_is_told(writer: Writer, batch: int) -> None:
    writer.edit(DeleteBatches((batch,))).result(60)

    with pytest.raises(EditConflictError, match="Somebody else"):
        writer.edit(rename(batch, "Höstrea", None, BO)).result(60)


def test_one_user_has_no_name_and_leaves_no_trace(
    writer: Writer, database: Database, reader: Reader, batch: int
) -> None:
    writer.edit(rename(batch, "Höstrea", None, None)).result(60)
    writer.edit(rename(batch, "Vinterrea", None, None)).result(60)

    assert label(reader) == "Vinterrea"
    assert last_edits(database, batch) == {}


def test_who_called_whom_is_kept_and_nobody_calls_twice_unseen(
    writer: Writer, database: Database, reader: Reader, batch: int
) -> None:
    keys = tuple(one.key for one in reader.messages(batch))
    unseen = (None, None)
    called = MarkMessages(keys[:1], MARIA.now, FollowUpMark.CALLED, seen=(None,), signature=MARIA)
    writer.edit(called).result(60)

    both = MarkMessages(keys, BO.now, FollowUpMark.SENT_AGAIN, seen=unseen, signature=BO)
    with pytest.raises(EditConflictError) as told:
        writer.edit(both).result(60)

    assert told.value.editor == "Maria"
    assert marks(database) == {keys[0]: FollowUpMark.CALLED.value}
    seen = MarkMessages(
        keys, BO.now, FollowUpMark.SENT_AGAIN, seen=(FollowUpMark.CALLED.value, None), signature=BO
    )
    writer.edit(seen).result(60)
    assert set(marks(database).values()) == {FollowUpMark.SENT_AGAIN.value}
    with database.read() as connection:
        found = last_message_edits(connection, keys)
    assert [found[key]["mark"].editor for key in keys] == ["Bo", "Bo"]


def test_a_note_that_another_has_written_is_not_overwritten(
    writer: Writer, reader: Reader, batch: int
) -> None:
    key = reader.messages(batch)[0].key
    first = MarkMessages((key,), MARIA.now, note="ring", seen=(None,), signature=MARIA)
    writer.edit(first).result(60)

    with pytest.raises(EditConflictError):
        writer.edit(MarkMessages((key,), BO.now, note="mejla", seen=(None,), signature=BO)).result(
            60
        )


def test_the_names_go_with_what_they_were_about(
    writer: Writer, database: Database, reader: Reader, batch: int
) -> None:
    key = reader.messages(batch)[0].key
    writer.edit(rename(batch, "Höstrea", None, MARIA)).result(60)
    writer.edit(
        MarkMessages((key,), BO.now, FollowUpMark.CALLED, seen=(None,), signature=BO)
    ).result(60)
    writer.edit(DeleteBatches((batch,))).result(60)
    writer.edit(DeleteBatches(())).result(60)  # by now the rest is queued
    writer.flush()

    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(edit_audit)) == 0
