"""Erasing a person: what the API says of a batch, and what is refused about erased messages."""

from datetime import timedelta

import msgspec

from kvitto.core.kept_body import body_of
from kvitto.core.phone_number import PhoneNumber
from kvitto.store.asked_edits import FinishAsking
from kvitto.store.asked_reader import AskedReader
from kvitto.store.database import FileDatabase
from kvitto.store.erasing import ErasePerson
from kvitto.store.quarantine import QuarantineReader, RejectionScope
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving, refused

DIGITS = "46701234567"
PERSON = PhoneNumber("46", "701234567")
LATER = START + timedelta(days=1)
ASKED = FinishAsking(
    batch_id="batch-a",
    asked_at=LATER,
    messages=1,
    sender="Kliniken",
    reference="for 070-123 45 67",
    tags=("a", f"+{DIGITS}"),
    body=f"Call {DIGITS} at once.",
)


def has_digits(database: FileDatabase) -> bool:
    files = [one for one in database.path.parent.rglob("*") if one.is_file()]
    assert database.path in files
    return any(b"1234567" in one.read_bytes() for one in files)


async def test_what_the_api_says_of_a_batch_has_no_digit_left_and_gets_none_back(
    database: FileDatabase, writer: Writer
) -> None:
    report = msgspec.structs.replace(a_report("own"), recipient=DIGITS)
    await append_all(writer, [arriving(report, body=body_of(report))])
    writer.edit(ASKED).result()

    revision = writer.edit(ErasePerson(PERSON, LATER)).result()

    assert not has_digits(database)
    [batch] = Reader(database).batches()
    assert batch.revision == revision
    for _ in range(2):
        [batch] = Reader(database).batches()
        assert batch.asked is not None
        assert batch.asked.reference == "for […]"
        assert batch.asked.tags == ("a", "[…]")
        record = AskedReader(database).of_batch(batch.key)
        assert record is not None
        assert (record.text, record.sender) == ("Call […] at once.", "Kliniken")
        # The API names it as before, when it is asked again.
        writer.edit(ASKED).result()
    # A text that is not to be kept goes all the same.
    writer.edit(msgspec.structs.replace(ASKED, body="")).result()
    record = AskedReader(database).of_batch(1)
    assert record is not None
    assert record.text == ""


async def test_what_is_refused_about_an_erased_message_is_kept_without_its_body(
    database: FileDatabase, writer: Writer
) -> None:
    report = msgspec.structs.replace(a_report("own-1"), recipient=DIGITS)
    await append_all(writer, [arriving(report, body=body_of(report))])
    writer.edit(ErasePerson(PERSON, LATER)).result()

    about_it = b'{"messageId":"own-1","to":"46701234567"'
    about_others = [b'{"messageId":"own-10","to":"46709999999"', b"\xff\x00own-1x"]
    await append_all(writer, [refused(one) for one in (about_it, *about_others)])

    writer.flush()
    assert not has_digits(database)
    reader = QuarantineReader(database)
    [group] = reader.rejections().groups
    assert (group.bodies, group.times) == (3, 3)
    bodies = reader.bodies(reader.keys(RejectionScope(), up_to=99))
    assert {one.record.body for one in bodies} == {b"", *about_others}
    assert [list(one.record.headers) for one in bodies if not one.is_whole] == [[]]
