"""What can go wrong with the simulated books, one thing at a time: for tests of who asks them."""

from enum import Enum

import msgspec


class LinkForm(Enum):
    """How the answers name the next page. The real ones are documented in the first two ways."""

    SEMICOLON = "with ; before rel"
    PLAIN = "without ; before rel"
    NONE = "no header"


class StatusForm(Enum):
    """How a message's statuses come."""

    IN_ORDER = "in order"
    REVERSED = "newest first"
    EMPTY = "an empty list"
    ABSENT = "no list"


class Trick(Enum):
    """An answer that is none."""

    SLOW_HEAD = "nothing comes"
    SLOW_BODY = "a body that comes byte by byte"
    CUT = "a connection that is cut in the middle of a number"
    BOMB = "a small body that unpacks to far too much"
    LOGIN = "a page to log in, with 200"
    REDIRECT = "a redirection to another host"


class CannedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that is given whatever is asked.

    Attributes:
        status: its status.
        body: its body.
        headers: its headers.
    """

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class BooksFaults(msgspec.Struct, frozen=True, kw_only=True):
    """How the simulated books behave; without arguments, as documented.

    Attributes:
        page_cap: the most items of a page.
        link: how the next page is named.
        offset: what a page begins too far by: 1 skips an item per page, -1 counts from 1.
        grows: whether a list has one more item at each request: at its end, or its head if DESC.
        loses: the place of an item that vanishes after the first page; None for none.
        endless: whether every page is the first.
        refused_after: how many requests are answered before the key has ended; None for no end.
        unknown_after: likewise, before the batches are not known any more.
        texts: whether numbers are texts.
        long_ids: whether a message's id is called messageId.
        euro: whether the currency is called Euro.
        float_prices: whether prices have a binary float's last digits.
        nulls: whether what is not needed is null.
        unknown_fields: whether there are fields that nobody has told of.
        statuses: how statuses come.
        odd_times: whether times have milliseconds and no zone.
        hours_late: how many hours all times are too late by, as of a zone that is mislabelled.
        lagging: how many messages the summary of a batch does not yet count.
        price_nano: what every message costs instead; None for what the reports say.
        recipient: the recipient of every message instead.
        refunds_402: whether what was never paid is paid back.
        bad_item: the place of a message that can't be read; None for none.
    """

    page_cap: int = 200
    link: LinkForm = LinkForm.SEMICOLON
    offset: int = 0
    grows: bool = False
    loses: int | None = None
    endless: bool = False
    refused_after: int | None = None
    unknown_after: int | None = None
    texts: bool = False
    long_ids: bool = False
    euro: bool = False
    float_prices: bool = False
    nulls: bool = False
    unknown_fields: bool = False
    statuses: StatusForm = StatusForm.IN_ORDER
    odd_times: bool = False
    hours_late: int = 0
    lagging: int = 0
    price_nano: int | None = None
    recipient: str | None = None
    refunds_402: bool = False
    bad_item: int | None = None
