"""The ways in which the books may misbehave, and what a pass must make of each."""

from kvitto.books.pass_result import WhyIncomplete
from kvitto.simulator.books_faults import (
    BooksFaults,
    CannedAnswer,
    LinkForm,
    StatusForm,
    Trick,
)
from kvitto.simulator.campaign import Campaign
from tests.books.repairs import known_campaign, planned

SMALL: Campaign = known_campaign(messages=130, seed=5)
BATCH_ID = SMALL.batches[0].batch_id
PLANNED = planned(SMALL)
MINI: Campaign = known_campaign(messages=70, seed=5)
MINI_ID = MINI.batches[0].batch_id
MINI_PLANNED = planned(MINI)
"""Three pages of 30: for failures that are tried at several places each."""

REPAIRED: dict[str, BooksFaults] = {
    "as documented": BooksFaults(),
    "pages of 50": BooksFaults(page_cap=50),
    "pages of 100": BooksFaults(page_cap=100),
    "links without ;": BooksFaults(link=LinkForm.PLAIN, page_cap=50),
    "no links": BooksFaults(link=LinkForm.NONE, page_cap=50),
    "counts from 1": BooksFaults(offset=-1, page_cap=50),
    "skips one per page": BooksFaults(offset=1, page_cap=50),
    "a message vanishes": BooksFaults(loses=0, page_cap=50),
    "numbers as texts": BooksFaults(texts=True),
    "messageId": BooksFaults(long_ids=True),
    "Euro": BooksFaults(euro=True),
    "prices from binary floats": BooksFaults(float_prices=True),
    "null fields": BooksFaults(nulls=True),
    "unknown fields": BooksFaults(unknown_fields=True),
    "statuses reversed": BooksFaults(statuses=StatusForm.REVERSED),
    "odd times": BooksFaults(odd_times=True),
    "a summary that lags": BooksFaults(lagging=7),
    "a summary that lags, and no links": BooksFaults(lagging=100, link=LinkForm.NONE, page_cap=50),
    "a summary of nothing, and no links": BooksFaults(lagging=130, link=LinkForm.NONE, page_cap=50),
}
INCOMPLETE: dict[str, tuple[BooksFaults, WhyIncomplete]] = {
    "the first page for ever": (BooksFaults(endless=True, page_cap=50), WhyIncomplete.FEWER),
    "a list that grows": (BooksFaults(grows=True, page_cap=50), WhyIncomplete.FEWER),
    "skips five per page": (BooksFaults(offset=5, page_cap=50), WhyIncomplete.MOVED),
    "a key that ends half-way": (
        BooksFaults(refused_after=2, page_cap=50),
        WhyIncomplete.KEY_REFUSED,
    ),
    "a batch that vanishes": (BooksFaults(unknown_after=2, page_cap=50), WhyIncomplete.NOT_FOUND),
    "empty statuses": (BooksFaults(statuses=StatusForm.EMPTY), WhyIncomplete.HISTORIES),
    "no statuses": (BooksFaults(statuses=StatusForm.ABSENT), WhyIncomplete.HISTORIES),
    "a bad item": (BooksFaults(bad_item=100), WhyIncomplete.UNREADABLE),
}

ONCE: list[CannedAnswer | Trick] = [
    CannedAnswer(status=429, headers=(("Retry-After", "3"),)),
    CannedAnswer(status=429, headers=(("Retry-After", "Sun, 01 Mar 2026 12:00:20 GMT"),)),
    CannedAnswer(status=429),
    CannedAnswer(status=503, body=b"<html>Busy</html>"),
    CannedAnswer(status=500),
    Trick.SLOW_HEAD,
    Trick.SLOW_BODY,
    Trick.CUT,
    Trick.BOMB,
    Trick.LOGIN,
    Trick.REDIRECT,
]
"""What is answered once, and rightly the next time."""
STOPPED: list[tuple[CannedAnswer | Trick, WhyIncomplete]] = [
    (CannedAnswer(status=429, headers=(("Retry-After", str(10**9)),)), WhyIncomplete.BUSY),
    (CannedAnswer(status=503), WhyIncomplete.BUSY),
    (CannedAnswer(status=401), WhyIncomplete.KEY_REFUSED),
    (CannedAnswer(status=403), WhyIncomplete.KEY_REFUSED),
    (CannedAnswer(status=404), WhyIncomplete.NOT_FOUND),
    (CannedAnswer(status=400), WhyIncomplete.NOT_FOUND),
    (Trick.LOGIN, WhyIncomplete.UNREADABLE),
    (Trick.CUT, WhyIncomplete.UNREADABLE),
]
"""What is answered again and again."""
