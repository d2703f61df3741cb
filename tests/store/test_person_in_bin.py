"""A person's messages in the bin: held, saved and erased, but neither listed nor counted."""

from datetime import timedelta

import msgspec

from kvitto.core.phone_number import PhoneNumber
from kvitto.store.bin import MoveToBin
from kvitto.store.database import Database
from kvitto.store.erasing import ErasePerson
from kvitto.store.held import read_held
from kvitto.store.person import PersonReader
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving

PERSON = PhoneNumber("46", "701234567")
LATER = START + timedelta(days=1)


async def test_what_is_in_the_bin_is_counted_apart_and_saved_and_erased_with_the_rest(
    database: Database, writer: Writer
) -> None:
    for batch in ("batch-a", "batch-b"):
        report = msgspec.structs.replace(a_report(batch_id=batch), recipient="46701234567")
        await append_all(writer, [arriving(report)])
    reader = PersonReader(database)
    assert (len(reader.person(PERSON).keys), reader.person(PERSON).binned) == (2, 0)

    writer.edit(MoveToBin((1,), LATER)).result()

    person = reader.person(PERSON)
    assert ([one.batch_id for one in person.messages], len(person.keys)) == (["batch-b"], 1)
    assert person.binned == 1
    assert len(read_held(database, PERSON).messages) == 2

    writer.edit(MoveToBin((2,), LATER)).result()
    person = reader.person(PERSON)
    assert (person.keys, person.since, person.binned) == ((), None, 2)
    assert person.is_held

    writer.edit(ErasePerson(PERSON, LATER)).result()
    assert reader.erasures()[0].messages == 2
    assert not reader.person(PERSON).is_held
