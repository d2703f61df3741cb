"""Erasing a person on a server: whether the rows are gone, and who sees to it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import psycopg
import pytest

from kvitto.core.phone_number import PhoneNumber
from kvitto.store.engines.base import Database
from kvitto.store.engines.opening import open_store_at
from kvitto.store.engines.postgresql import ServerDatabase
from kvitto.store.engines.postgresql_roles import grant_statements
from kvitto.store.engines.postgresql_vacuum import VACUUM, Vacuuming
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.erasing import ErasePerson
from kvitto.store.person import PersonReader
from kvitto.store.writer import Writer
from tests.helpers.postgres import Cluster
from tests.store.arrivals import START, a_report, append_all, arriving
from tests.store.roles.users import OpenAs

WRITTEN = "46 70-765 43 21"
PERSON = PhoneNumber("46", "707654321")
LATER = START + timedelta(days=1)


@pytest.fixture(autouse=True)
def _who_receives_and_edits(url: StoreUrl, cluster: Cluster) -> Iterator[None]:
    cluster.execute("CREATE ROLE a_both LOGIN IN ROLE kvitto_receiver, kvitto_editor")
    yield
    cluster.execute("DROP ROLE a_both")


@pytest.fixture
def _of_owners_only(url: StoreUrl) -> Iterator[None]:
    """Leave VACUUM to who owns the tables, as before PostgreSQL 17."""
    with psycopg.connect(url.text) as owner:
        if owner.info.server_version >= 170000:
            owner.execute("REVOKE MAINTAIN ON ALL TABLES IN SCHEMA kvitto FROM kvitto_editor")
    yield
    with psycopg.connect(url.text) as owner:
        for statement in grant_statements():
            owner.execute(statement.encode())


@pytest.fixture
def owned(cluster: Cluster, data_dir: Path) -> Iterator[tuple[StoreUrl, ServerDatabase]]:
    """Return a store whose tables belong to this user, and where it is."""
    url = cluster.new_store()
    with open_store_at(url, data_dir) as database:
        assert isinstance(database, ServerDatabase)
        yield url, database
    cluster.give_back(url)


async def erase_among(writer: Writer, count: int) -> None:
    """Erase one beside so many others, of which a dozen fill a page."""
    long = "x" * 400
    others = [a_report(f"m{n}", batch_id="others", reference=f"{n}{long}") for n in range(count)]
    await append_all(writer, map(arriving, others))
    report = msgspec.structs.replace(a_report("erased"), recipient=WRITTEN)
    await append_all(writer, [arriving(report)])
    writer.edit(ErasePerson(PERSON, LATER)).result()


def is_gone(database: Database) -> bool:
    return PersonReader(database).erasures()[0].is_rewritten


def begin_anew(database: Database) -> None:
    """Run another writer until it has done what it begins with."""
    with closing(Writer(database)) as writer:
        writer.start()
        writer.flush()
        writer.flush()


def vacuumed(url: StoreUrl) -> int:
    with psycopg.connect(url.text) as connection:
        query = "SELECT sum(vacuum_count)::int FROM pg_stat_user_tables"
        (count,) = connection.execute(query).fetchone() or (0,)
    return int(count)


@pytest.mark.usefixtures("_of_owners_only")
async def test_who_does_not_own_the_tables_leaves_it_to_their_owner_and_sees_that_it_is_done(
    url: StoreUrl, open_as: OpenAs, writer_as: Callable[[str], Writer], cluster: Cluster
) -> None:
    before = cluster.log.count("skipping")
    database = open_as("both")
    writer = writer_as("both")
    await erase_among(writer, 0)
    assert not is_gone(database)

    begin_anew(database)
    assert not is_gone(database)
    assert vacuumed(url) == 0
    assert cluster.log.count("skipping") == before

    with psycopg.connect(url.text, autocommit=True) as owner:
        owner.execute(VACUUM)
    # Who receives could not note it, and does not try.
    begin_anew(open_as("receiver"))
    assert not is_gone(database)
    begin_anew(database)
    assert is_gone(database)


async def test_an_editor_may_clean_the_tables_where_the_server_has_such_a_right(
    url: StoreUrl, writer_as: Callable[[str], Writer], open_as: OpenAs
) -> None:
    with psycopg.connect(url.text) as owner:
        is_new = owner.info.server_version >= 170000
        if not is_new:  # the same statement, as if this server had that right, by another name
            [grant] = [one for one in grant_statements() if "MAINTAIN" in one]
            as_if = grant.replace("MAINTAIN", "TRIGGER").replace("170000", "140000")
            owner.execute(as_if.encode())
            query = (
                "SELECT bool_and(has_table_privilege('a_both', oid, 'TRIGGER')) FROM pg_class "
                "WHERE relkind = 'r' AND relnamespace = 'kvitto'::regnamespace"
            )
            assert owner.execute(query).fetchone() == (True,)
            owner.rollback()
    await erase_among(writer_as("both"), 0)
    assert is_gone(open_as("both")) is is_new


async def test_rows_that_another_session_still_sees_are_not_taken_for_gone(
    owned: tuple[StoreUrl, ServerDatabase],
) -> None:
    url, database = owned
    with closing(Writer(database)) as writer, psycopg.connect(url.text) as other:
        writer.start()
        other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT count(*) FROM kvitto.report")
        await erase_among(writer, 0)
        assert not is_gone(database)

        other.rollback()
        begin_anew(database)
    assert is_gone(database)


async def test_while_another_session_sees_the_rows_it_is_not_tried_all_the_time(
    owned: tuple[StoreUrl, ServerDatabase],
) -> None:
    url, database = owned
    tried: list[int] = []
    with (
        psycopg.connect(url.text) as other,
        database.connect(read_only=False) as driver,
        closing(Writer(database)) as writer,
    ):
        other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT count(*) FROM kvitto.report")
        writer.start()
        await erase_among(writer, 0)
        clock = [0.0]
        vacuuming = Vacuuming(lambda: clock[0])
        for now_s in (1000.0, 1030.0, 1070.0, 1100.0, 1200.0):
            clock[0] = now_s
            assert not vacuuming.clean(driver, lambda: None)
            tried.append(vacuumed(url))
    assert [after > before for before, after in pairwise(tried)] == [False, True, False, True]


async def test_a_later_erasure_does_not_wait_for_the_next_try_of_an_earlier_one(
    owned: tuple[StoreUrl, ServerDatabase],
) -> None:
    url, database = owned
    with closing(Writer(database)) as writer:
        writer.start()
        with psycopg.connect(url.text) as other:
            other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            other.execute("SELECT count(*) FROM kvitto.report")
            await erase_among(writer, 0)
        assert not is_gone(database)

        writer.edit(ErasePerson(PERSON, LATER)).result()

    assert [one.is_rewritten for one in PersonReader(database).erasures()] == [True, True]


async def test_no_index_has_the_number_of_one_who_was_erased_among_many(
    owned: tuple[StoreUrl, ServerDatabase],
) -> None:
    url, database = owned
    with closing(Writer(database)) as writer:
        writer.start()
        await erase_among(writer, 1400)
    assert is_gone(database)

    with psycopg.connect(url.text) as connection:
        connection.execute("CREATE EXTENSION pageinspect")
        connection.execute("SET search_path = kvitto, public")
        rows = connection.execute(
            "SELECT decode(replace(i.data, ' ', ''), 'hex') FROM generate_series(1, "
            "pg_relation_size('message_written_otherwise') / 8192 - 1) AS page, "
            "bt_page_items('message_written_otherwise', page) AS i"
        ).fetchall()
        connection.rollback()
    assert [b"erased-" in data for (data,) in rows] == [True]
