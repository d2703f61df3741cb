"""What is kept and told of requests that are refused although they have a valid key."""

from datetime import UTC, datetime

import pytest

from kvitto.core.rejection import ReasonCode, RejectionReason
from kvitto.core.report import Origin
from kvitto.receiver.probes import PROBE_HEADER
from kvitto.receiver.server import ReceiverService
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.write_requests import RejectedRequest
from tests.receiver.conftest import Starter
from tests.receiver.fake_store import FakeStore
from tests.receiver.wire import Wire, a_body, a_request, wait_until

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["sms service", "demo"])
def sender(
    request: pytest.FixtureRequest, callback_key: CallbackKey, demo_callback_key: CallbackKey
) -> CallbackKey:
    return callback_key if request.param == "sms service" else demo_callback_key


def test_a_refused_request_is_told_its_reason_and_kept_for_its_key(
    start: Starter, fake_store: FakeStore, sender: CallbackKey
) -> None:
    with Wire(start(clock=lambda: NOON).port) as wire:
        answer = wire.ask(a_request(f"/r/{sender.value}", b'["no", "report"]', "X-From: ip1"))
    kept = fake_store.only(RejectedRequest)
    assert (answer.status, answer.json()["error"]) == (422, kept.reason.english)
    assert kept.reason.english not in {"", "None"}
    assert (kept.callback_key, kept.origin, kept.arrived) == (sender.key, sender.origin, NOON)
    assert ("X-From", "ip1") in kept.headers


def test_a_request_that_is_cut_off_is_kept_for_its_key(
    start: Starter, fake_store: FakeStore, sender: CallbackKey
) -> None:
    receiver = start(clock=lambda: NOON)
    with Wire(receiver.port) as wire:
        wire.send(a_request(f"/r/{sender.value}", a_body()[:50], "X-From: ip1", length=100))
        wire.half_close().until_closed()
    wait_until(lambda: bool(fake_store.of(RejectedRequest)), "it is kept")
    kept = fake_store.only(RejectedRequest)
    assert kept.reason == RejectionReason(ReasonCode.BODY_INCOMPLETE)
    assert (kept.callback_key, kept.origin, kept.arrived) == (sender.key, sender.origin, NOON)
    assert ("X-From", "ip1") in kept.headers
    assert receiver.snapshot().refused == (sender.origin is Origin.WEBHOOK)


def test_a_probe_that_is_cut_off_is_none(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    probe = receiver.probes.make()
    field = f"{PROBE_HEADER}: {probe.nonce}"
    with Wire(receiver.port) as wire:
        wire.send(a_request(path, probe.body[:5], field, length=len(probe.body)))
        wire.half_close().until_closed()
    wait_until(lambda: receiver.snapshot().open_connections == 0, "it is gone")
    assert (receiver.snapshot().refused, fake_store.of(RejectedRequest)) == (0, [])


def test_what_the_receivers_own_end_cuts_off_is_no_refused_request(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    with Wire(receiver.port) as wire:
        wire.send(a_request(path, a_body()[:50], length=100))
        wait_until(lambda: receiver.snapshot().open_connections == 1, "it is there")
        receiver.stop(wait_s=0.1)
        wire.until_closed()
    assert fake_store.of(RejectedRequest) == []


def test_who_called_is_remembered_by_the_headers_of_whoever_passed_it_on(
    receiver: ReceiverService,
) -> None:
    receiver.unknown_callers.trust_forwarded_header("Cf-Connecting-Ip")
    with Wire(receiver.port) as wire:
        wire.ask(a_request("/wp-login.php", b"", "Cf-Connecting-Ip: 203.0.113.7"))
    (one,) = receiver.unknown_callers.take()
    assert one.source == "203.0.113.7"
