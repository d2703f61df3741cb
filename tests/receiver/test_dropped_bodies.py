"""Requests that a tunnel has passed on without their bodies."""

from datetime import UTC, datetime

import pytest

from kvitto.core.rejection import ReasonCode, RejectionKind, RejectionReason
from kvitto.receiver.dropped_bodies import is_passed_on
from kvitto.receiver.probes import PROBE_HEADER, ProbePath
from kvitto.receiver.server import ReceiverService
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.write_requests import RejectedRequest
from tests.receiver.conftest import Starter
from tests.receiver.fake_store import FakeStore
from tests.receiver.wire import Wire, a_body, a_request

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "name",
    ["Cf-Ray", "cf-connecting-ip", "X-Forwarded-For", "X-FORWARDED-PROTO", "Via", "Forwarded"],
)
def test_who_passes_requests_on_is_known_by_the_headers(name: str) -> None:
    assert is_passed_on({"Host": "a", name: "x"})


def test_the_senders_own_headers_are_nobody_elses() -> None:
    sent = {"Host": "a", "Content-Type": "application/json", "User-Agent": "x", "Accept": "*/*"}
    assert not is_passed_on(sent)


def test_an_empty_body_that_was_passed_on_is_told_as_dropped_and_noted_for_its_callback_key(
    start: Starter, path: str, callback_key: CallbackKey, fake_store: FakeStore
) -> None:
    receiver = start(clock=lambda: NOON)
    with Wire(receiver.port) as wire:
        answer = wire.ask(a_request(path, b"", "Cf-Ray: 9b0fd2778c40710d-ARN"))
    kept = fake_store.only(RejectedRequest)
    assert kept.kind is RejectionKind.NOT_JSON
    assert kept.reason == RejectionReason(ReasonCode.BODY_DROPPED)
    assert (answer.status, answer.json()["error"]) == (400, kept.reason.english)
    assert receiver.dropped_bodies.last(callback_key.key) == NOON
    assert receiver.dropped_bodies.last(callback_key.key + 1) is None


@pytest.mark.parametrize(
    ("body", "fields"), [(b"", ()), (b"x", ("Via: 1.1 a",)), (a_body(), ("Via: 1.1 a",))]
)
def test_an_empty_body_of_the_peers_own_and_a_full_one_are_no_sign_of_a_tunnel(
    receiver: ReceiverService,
    path: str,
    callback_key: CallbackKey,
    body: bytes,
    fields: tuple[str, ...],
) -> None:
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, body, *fields)).status in {200, 400}
    assert receiver.dropped_bodies.last(callback_key.key) is None


@pytest.mark.parametrize("body", [b"", b"{}", b'{"kvittoPr'])
def test_a_probe_whose_body_was_lost_says_so_and_is_no_refused_request(
    receiver: ReceiverService, path: str, fake_store: FakeStore, body: bytes
) -> None:
    probe = receiver.probes.make()
    with Wire(receiver.port) as wire:
        answer = wire.ask(a_request(path, body, f"{PROBE_HEADER}: {probe.nonce}", "Via: 1.1 a"))
    assert answer.status == 400
    assert receiver.probes.proved(probe, answer.body) is ProbePath.BODY_LOST
    assert receiver.probes.seen(probe) is ProbePath.BODY_LOST
    assert fake_store.stored == []
