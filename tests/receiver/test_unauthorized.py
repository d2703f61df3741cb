"""Remembering who sent unauthorized requests."""

from datetime import UTC, datetime, timedelta

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from kvitto.receiver.unauthorized import ClientSources
from kvitto.store.unauthorized_log import RequestedPath


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 5, 4, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def headers(*pairs: tuple[str, str]) -> CIMultiDictProxy[str]:
    return CIMultiDictProxy(CIMultiDict(pairs))


@pytest.fixture
def unknown_callers() -> ClientSources:
    return ClientSources(Clock(), most=3)


def source(unknown_callers: ClientSources, peer: str | None, *pairs: tuple[str, str]) -> str:
    unknown_callers.note("/", peer, headers(*pairs))
    return unknown_callers.take()[-1].source


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/r/abc", RequestedPath.KEY),
        ("/", RequestedPath.FRONT),
        ("/.env", RequestedPath.ELSEWHERE),
    ],
)
def test_what_was_asked_for_is_kept_without_the_path_itself(
    unknown_callers: ClientSources, path: str, place: RequestedPath
) -> None:
    unknown_callers.note(path, "192.0.2.7", headers())
    (one,) = unknown_callers.take()
    assert (one.source, one.at, one.requests) == ("192.0.2.7", place, 1)


def test_a_source_that_comes_again_counts_up_and_is_the_latest(
    unknown_callers: ClientSources,
) -> None:
    for peer in ("192.0.2.1", "192.0.2.2", "192.0.2.1"):
        unknown_callers.note("/", peer, headers())
    assert [(one.source, one.requests) for one in unknown_callers.take()] == [
        ("192.0.2.2", 1),
        ("192.0.2.1", 2),
    ]


def test_only_so_many_are_kept_and_the_one_silent_longest_goes_first(
    unknown_callers: ClientSources,
) -> None:
    for number in (1, 2, 3, 1, 4):
        unknown_callers.note("/", f"192.0.2.{number}", headers())
    assert [one.source for one in unknown_callers.take()] == ["192.0.2.3", "192.0.2.1", "192.0.2.4"]


def test_a_forwarded_address_is_not_believed_unasked(unknown_callers: ClientSources) -> None:
    assert source(unknown_callers, "127.0.0.1", ("X-Forwarded-For", "192.0.2.9")) == "127.0.0.1"


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"])
def test_the_tunnels_header_is_believed_from_this_computer(
    unknown_callers: ClientSources, peer: str
) -> None:
    unknown_callers.trust_forwarded_header("CF-Connecting-IP")
    assert source(unknown_callers, peer, ("cf-connecting-ip", "2001:db8::9")) == "2001:db8::9"


@pytest.mark.parametrize("peer", ["192.0.2.1", "::ffff:192.0.2.1", "10.0.0.1", None])
def test_the_tunnels_header_is_not_believed_from_elsewhere(
    unknown_callers: ClientSources, peer: str | None
) -> None:
    unknown_callers.trust_forwarded_header("X-Forwarded-For")
    assert source(unknown_callers, peer, ("X-Forwarded-For", "192.0.2.9")) == (peer or "")


def test_only_the_last_address_is_believed_since_the_first_are_the_unknown_callers(
    unknown_callers: ClientSources,
) -> None:
    unknown_callers.trust_forwarded_header("X-Forwarded-For")
    told = (("X-Forwarded-For", "10.0.0.1"), ("X-Forwarded-For", "198.51.100.1, 192.0.2.9"))
    assert source(unknown_callers, "127.0.0.1", *told) == "192.0.2.9"


def test_another_header_than_the_chosen_tunnels_is_not_believed(
    unknown_callers: ClientSources,
) -> None:
    unknown_callers.trust_forwarded_header("CF-Connecting-IP")
    assert source(unknown_callers, "127.0.0.1", ("X-Forwarded-For", "192.0.2.9")) == "127.0.0.1"


@pytest.mark.parametrize("nonsense", ["", "unknown", "<b>", "1.2.3", "192.0.2.9:" + "9" * 5000])
def test_what_is_no_address_is_not_shown(unknown_callers: ClientSources, nonsense: str) -> None:
    unknown_callers.trust_forwarded_header("X-Forwarded-For")
    assert source(unknown_callers, "127.0.0.1", ("X-Forwarded-For", nonsense)) == "127.0.0.1"


def test_what_was_taken_is_not_there_twice(unknown_callers: ClientSources) -> None:
    unknown_callers.note("/", "192.0.2.1", headers())
    assert len(unknown_callers.take()) == 1
    assert unknown_callers.take() == []


def test_what_is_given_back_is_added_to_what_came_meanwhile_and_stays_within_the_bound(
    unknown_callers: ClientSources,
) -> None:
    for number in (1, 2, 3):
        unknown_callers.note("/", f"192.0.2.{number}", headers())
    taken = unknown_callers.take()
    for number in (2, 4):
        unknown_callers.note("/r/x", f"192.0.2.{number}", headers())

    unknown_callers.give_back(taken)

    assert [(one.source, one.requests) for one in unknown_callers.take()] == [
        ("192.0.2.3", 1),
        ("192.0.2.2", 2),
        ("192.0.2.4", 1),
    ]


@pytest.mark.parametrize("scope", ["eth0", "x" * 9_000, "\u202e", "%25"])
def test_a_scope_id_is_no_part_of_a_source(unknown_callers: ClientSources, scope: str) -> None:
    assert source(unknown_callers, f"fe80::1%{scope}") == "fe80::1"
    unknown_callers.trust_forwarded_header("X-Forwarded-For")
    told = ("X-Forwarded-For", f"fe80::2%{scope}")
    assert source(unknown_callers, "127.0.0.1", told) == "fe80::2"
    assert source(unknown_callers, f"::1%{scope}", told) == "fe80::2"


def test_what_is_too_long_for_an_address_is_none(unknown_callers: ClientSources) -> None:
    unknown_callers.trust_forwarded_header("X-Forwarded-For")
    told = ("X-Forwarded-For", "192.0.2.1" + " " * 80 + "x" * 9_000)
    assert source(unknown_callers, "127.0.0.1", told) == "127.0.0.1"
    assert source(unknown_callers, "x" * 9_000) == "x" * 64
