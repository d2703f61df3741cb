"""What was refused is read again by today's rules, and none is lost on the way."""

import gzip

import pytest

from app.core.refusal import RefusalKind
from app.core.report import Origin
from app.store.errors import StoreError
from app.store.refusals import RefusalReader, RefusalScope
from app.ui.context import Context
from app.ui.quarantine.rereading import Reread, read_again
from tests.ui.details.arriving import (
    a_body,
    arrive,
    arrive_all,
    arriving,
    at,
    begin,
    the_batch,
    the_message,
)
from tests.ui.quarantine.refusing import refused, rightly_refused
from tests.ui.sessions import reception_of

pytestmark = pytest.mark.qasync


async def read_all_again(context: Context, *, parts: int = 1000) -> Reread:
    reader = RefusalReader(context.session.database)
    result = Reread()
    left = iter(range(parts))
    await read_again(
        context,
        reader,
        reader.keys(RefusalScope(), up_to=10**9),
        result=result,
        may_go_on=lambda: next(left, None) is not None,
    )
    return result


def left_in(context: Context) -> list[bytes]:
    reader = RefusalReader(context.session.database)
    return [body.record.body for body in reader.bodies(reader.keys(RefusalScope(), up_to=10**9))]


async def test_what_is_a_report_now_is_stored_with_the_time_at_which_it_came(
    context: Context,
) -> None:
    await begin(context)
    await arrive(context, refused(a_body(created=None), 5), refused(a_body(created=None), 700))

    assert await read_all_again(context) == Reread(stored=1)

    (report,) = context.session.reader.reports(the_message(context).key)
    assert report.received.arrived == at(5)
    assert report.body == a_body(created=None)
    assert left_in(context) == []


async def test_what_still_is_no_report_stays(context: Context) -> None:
    await begin(context)
    await arrive(context, rightly_refused(b"nonsense"), rightly_refused(b"[]"), refused(a_body()))

    assert await read_all_again(context) == Reread(stored=1, refused=2)

    assert left_in(context) == [b"nonsense", b"[]"]


async def test_what_had_come_already_leaves_quarantine_too(context: Context) -> None:
    await begin(context)
    await arrive(context, arriving(a_body()), refused(a_body()))

    assert await read_all_again(context) == Reread(known=1)

    assert left_in(context) == []
    assert context.session.reader.counts().reports == 1


async def test_a_body_of_which_only_the_beginning_is_here_is_never_read(context: Context) -> None:
    await begin(context)
    await arrive(context, refused(a_body(), kind=RefusalKind.TOO_LARGE, size=99_999))

    assert await read_all_again(context) == Reread(refused=1)

    assert left_in(context) == [a_body()]


async def test_a_body_is_unpacked_as_its_headers_say(context: Context) -> None:
    await begin(context)
    packed = gzip.compress(a_body(), mtime=0)
    await arrive(context, refused(packed, headers=(("content-encoding", "gzip"),)))

    assert await read_all_again(context) == Reread(stored=1)

    (report,) = context.session.reader.reports(the_message(context).key)
    assert report.body == a_body()


async def test_what_came_from_the_demo_counts_as_demo(context: Context) -> None:
    await begin(context)
    secret = context.session.secrets.make(at(0), Origin.DEMO)
    await arrive(context, refused(a_body(), secret=secret.key))

    await read_all_again(context)

    assert the_batch(context).origin is Origin.DEMO


async def test_a_thousand_are_read_in_parts_and_can_be_stopped(context: Context) -> None:
    await begin(context)
    await arrive_all(context, [refused(a_body(f"m{number}")) for number in range(1000)])

    stopped = await read_all_again(context, parts=2)
    assert (stopped.stored, len(left_in(context))) == (100, 900)

    assert await read_all_again(context) == Reread(stored=900)
    assert the_batch(context).messages == 1000


async def test_where_nothing_can_be_written_nothing_leaves_quarantine(context: Context) -> None:
    await begin(context)
    await arrive(context, refused(a_body()))
    reception_of(context.session).writer.close()

    with pytest.raises(StoreError):
        await read_all_again(context)

    assert left_in(context) == [a_body()]
