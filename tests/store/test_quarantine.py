"""What is in quarantine, counted by kind and reason, and read in pages."""

from datetime import timedelta

import msgspec

from kvitto.core.rejection import ReasonCode, ReasonValues, RejectionKind, RejectionReason
from kvitto.core.report import Origin
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.database import Database
from kvitto.store.mutations import DeleteRejections
from kvitto.store.quarantine import QuarantineReader, RejectionScope
from kvitto.store.write_requests import RejectedRequest
from kvitto.store.writer import Writer
from tests.store.arrivals import START, append_all, refused

EVERY = RejectionScope()
EMPTY = RejectionReason(ReasonCode.BODY_EMPTY)
JUNK = RejectionReason(ReasonCode.BODY_NOT_JSON)
NO_CODE = RejectionReason(ReasonCode.FIELD_MISSING, ReasonValues(name="code"))
NO_ID = RejectionReason(ReasonCode.FIELD_MISSING, ReasonValues(name="messageId"))
NOT_JSON = RejectionScope(RejectionKind.NOT_JSON)


def numbered(count: int, **others: object) -> list[RejectedRequest]:
    return [
        msgspec.structs.replace(refused(b"body %d" % number), **others) for number in range(count)
    ]


async def test_groups_tell_kinds_and_reasons_apart(database: Database, writer: Writer) -> None:
    empty = msgspec.structs.replace(refused(b""), reason=EMPTY)
    later = msgspec.structs.replace(empty, arrived=START + timedelta(hours=1))
    sms = refused(b"{}", kind=RejectionKind.INCOMING_SMS)
    await append_all(writer, [*numbered(3), empty, later, sms])

    found = QuarantineReader(database).rejections()

    assert [(one.kind, one.reason, one.bodies, one.times) for one in found.groups] == [
        (RejectionKind.INCOMING_SMS, JUNK, 1, 1),
        (RejectionKind.NOT_JSON, EMPTY, 1, 2),
        (RejectionKind.NOT_JSON, JUNK, 3, 3),
    ]
    assert (found.groups[1].first_seen, found.groups[1].last_seen) == (START, later.arrived)
    assert found.newest == 5


async def test_pages_go_from_the_newest_to_the_oldest(database: Database, writer: Writer) -> None:
    await append_all(writer, numbered(5))
    reader = QuarantineReader(database)

    every, first = reader.look(EVERY, down_to=None, limit=2)
    second = reader.page(EVERY, before=first[-1].key, limit=2)

    assert every == reader.rejections()
    assert [row.key for row in first] == [5, 4]
    assert [row.key for row in second] == [3, 2]
    assert [row.key for row in reader.look(EVERY, down_to=3)[1]] == [5, 4, 3]
    assert reader.keys(EVERY, up_to=4) == [1, 2, 3, 4]


async def test_a_scope_lets_only_its_own_pass(database: Database, writer: Writer) -> None:
    await append_all(
        writer,
        [*numbered(2), *numbered(1, kind=RejectionKind.NOT_A_REPORT, body=b"[]", reason=NO_CODE)],
    )
    reader = QuarantineReader(database)
    not_a_report = RejectionScope(RejectionKind.NOT_A_REPORT, NO_CODE)

    assert len(reader.page(NOT_JSON, before=99)) == 2
    assert [row.reason for row in reader.page(not_a_report, before=99)] == [NO_CODE]
    assert reader.page(RejectionScope(RejectionKind.NOT_JSON, NO_CODE), before=99) == []
    assert reader.page(RejectionScope(RejectionKind.NOT_A_REPORT, NO_ID), before=99) == []


async def test_a_body_knows_what_a_report_by_its_callback_key_counts_as(
    database: Database, writer: Writer
) -> None:
    demo = CallbackKeyStore(database).make(START, Origin.DEMO)
    await append_all(writer, [refused(b"a"), *numbered(1, callback_key=demo.key)])

    bodies = QuarantineReader(database).bodies([1, 2, 77])

    assert [body.origin for body in bodies] == [Origin.WEBHOOK, Origin.DEMO]
    assert [body.record.body for body in bodies] == [b"a", b"body 0"]


async def test_a_body_of_which_only_the_beginning_is_kept_says_so(
    database: Database, writer: Writer
) -> None:
    await append_all(writer, [refused(b"a"), msgspec.structs.replace(refused(b"b"), size=70_000)])

    whole, cut = QuarantineReader(database).bodies([1, 2])

    assert whole.is_whole
    assert not cut.is_whole


async def test_an_empty_quarantine_has_no_groups(database: Database, writer: Writer) -> None:
    await append_all(writer, numbered(1))
    writer.edit(DeleteRejections((1,))).result()

    found = QuarantineReader(database).rejections()

    assert not found.groups
    assert found.newest == 0
