"""Lists that come in pages, from servers of every kind that there may be."""

import pytest
from typing_extensions import override

from kvitto.books.pages import MOST_PAGES, PageWalk
from kvitto.books.shapes import BooksListPage


class Server:
    """A list in pages; the ways in which it is odd are its arguments."""

    def __init__(
        self, size: int, *, cap: int = 200, offset: int = 0, link: bool = True, grows: bool = False
    ) -> None:
        self.items = [str(number) for number in range(size)]
        self.cap, self.offset, self.link, self.grows = cap, offset, link, grows
        self.endless = False
        self.head: list[str] = []
        self.vanishes_at: tuple[int, int] | None = None
        self.requests = 0

    async def ask(self, start: int, limit: int) -> BooksListPage[str]:
        self.requests += 1
        if self.vanishes_at is not None and self.requests == self.vanishes_at[0]:
            del self.items[self.vanishes_at[1]]
        if self.grows:
            self.items.append(f"new {self.requests}")
        if self.head:
            self.items.insert(0, self.head.pop())
        first = 0 if self.endless else max(0, start + (self.offset if start else 0))
        found = tuple(self.items[first : first + min(limit, self.cap)])
        has_next = first + len(found) < len(self.items) or self.endless
        return BooksListPage(found, found, has_next=has_next if self.link else None)


async def walk(server: Server, expected: int | None, limit: int = 200) -> tuple[PageWalk[str], int]:
    """Return a finished walk, and how many different items it gave."""
    one = PageWalk(server.ask, limit, expected)
    got = {item async for page in one.pages() for item in page.items}
    assert len(got) == one.seen
    return one, len(got)


@pytest.mark.parametrize("size", [0, 1, 2, 199, 200, 201, 399, 400, 2_500])
@pytest.mark.parametrize("cap", [50, 100, 200])
@pytest.mark.parametrize("link", [True, False])
async def test_every_item_comes_and_the_walk_is_complete(size: int, cap: int, link: bool) -> None:
    one, got = await walk(Server(size, cap=cap, link=link), size)
    assert (got, one.is_complete) == (size, True)


async def test_three_thousand_items_take_sixteen_requests() -> None:
    server = Server(3_000)
    await walk(server, 3_000)
    assert server.requests == 16


async def test_a_vanished_item_makes_the_walk_begin_again_and_hides_no_other() -> None:
    server = Server(2_500)
    server.vanishes_at = (4, 10)
    one, got = await walk(server, 2_500)
    assert got == 2_500  # the one that vanished was seen before
    assert one.is_complete
    assert server.requests > 13


@pytest.mark.parametrize("offset", [-1, 1])
async def test_a_server_that_counts_in_its_own_way_is_understood(offset: int) -> None:
    one, got = await walk(Server(900, offset=offset), 900)
    assert (got, one.is_complete) == (900, True)


async def test_what_never_fits_is_said() -> None:
    one, got = await walk(Server(900, offset=5), 900)
    assert one.is_broken
    assert got < 900
    assert not one.is_complete


async def test_a_server_that_repeats_its_first_page_for_ever_is_not_complete() -> None:
    server = Server(2_500)
    server.endless = True
    one, got = await walk(server, 2_500)
    assert got == 200
    assert not one.is_complete
    assert server.requests <= 6


async def test_a_list_that_grows_at_each_request_ends() -> None:
    server = Server(1_000, grows=True)
    one, got = await walk(server, 1_000)
    assert got >= 1_000
    assert one.is_complete
    assert server.requests < 10


async def test_new_heads_of_a_list_hide_no_item() -> None:
    server = Server(1_000)
    server.head = [f"head {number}" for number in range(4)]
    _, got = await walk(server, None)
    assert got >= 1_000


async def test_a_link_that_denies_a_next_page_is_not_believed_while_items_are_missing() -> None:
    class Denying(Server):
        @override
        async def ask(self, start: int, limit: int) -> BooksListPage[str]:
            page = await super().ask(start, limit)
            return BooksListPage(page.items, page.keys, has_next=False)

    one, got = await walk(Denying(700), 700)
    assert (got, one.is_complete) == (700, True)


async def test_nothing_is_complete_whose_size_is_not_known() -> None:
    one, got = await walk(Server(300), None)
    assert got == 300
    assert not one.is_complete


async def test_a_list_without_end_is_given_up() -> None:
    class Endless(Server):
        @override
        async def ask(self, start: int, limit: int) -> BooksListPage[str]:
            self.requests += 1
            found = tuple(str(number) for number in range(start, start + 2))
            return BooksListPage(found, found, has_next=True)

    server = Endless(0)
    one, _ = await walk(server, 10 * MOST_PAGES)
    assert server.requests == MOST_PAGES
    assert not one.is_complete
