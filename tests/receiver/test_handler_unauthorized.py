"""What is answered to our own probes, and what is remembered of unknown callers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kvitto.receiver.probes import PROBE_HEADER, ProbePath
from kvitto.receiver.server import ReceiverService
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.write_requests import RejectedRequest, ReportRequest
from tests.receiver.conftest import Starter
from tests.receiver.fake_store import FakeStore
from tests.receiver.wire import Wire, a_body, a_request, wait_until

SAMPLE = Path(__file__).parents[1] / "data" / "senders_sample.json"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_a_probe_is_answered_with_a_proof_and_leaves_no_trace(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    probe = receiver.probes.make()
    with Wire(receiver.port) as wire:
        answer = wire.ask(a_request(path, probe.body, f"{PROBE_HEADER}: {probe.nonce}"))
    assert answer.status == 200
    assert receiver.probes.proved(probe, answer.body) is ProbePath.KEY
    counters = receiver.snapshot()
    assert (counters.stored, counters.refused, counters.unauthorized) == (0, 0, 0)
    assert counters.last_report is None
    assert fake_store.stored == []


def test_a_probe_with_a_wrong_callback_key_is_told_so_and_is_no_unknown_caller(
    receiver: ReceiverService,
) -> None:
    probe = receiver.probes.make()
    with Wire(receiver.port) as wire:
        answer = wire.ask(a_request("/r/old", probe.body, f"{PROBE_HEADER}: {probe.nonce}"))
    assert answer.status == 404
    assert receiver.probes.proved(probe, answer.body) is ProbePath.ELSEWHERE
    assert receiver.snapshot().unauthorized == 0
    assert receiver.unknown_callers.take() == []


def test_a_probe_that_nobody_here_made_is_treated_as_any_other_body(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    with Wire(receiver.port) as wire:
        body = b'{"kvittoProbe": "0.0.0"}'
        assert wire.ask(a_request(path, body, f"{PROBE_HEADER}: 0.0.0")).status == 422
        assert wire.ask(a_request("/r/x", body, f"{PROBE_HEADER}: 0.0.0")).body == b"Not found\n"
    assert fake_store.only(RejectedRequest).body == body
    assert receiver.snapshot().unauthorized == 1


def test_a_report_that_calls_itself_a_probe_is_a_report(
    receiver: ReceiverService, path: str
) -> None:
    probe = receiver.probes.make()
    with Wire(receiver.port) as wire:
        answer = wire.ask(a_request(path, a_body(), f"{PROBE_HEADER}: {probe.nonce}"))
    assert (answer.status, answer.body) == (200, b"")
    assert receiver.snapshot().stored == 1


def test_it_is_remembered_who_called(receiver: ReceiverService, path: str) -> None:
    with Wire(receiver.port) as wire:
        wire.ask(a_request("/wp-login.php"))
        wire.ask(a_request(path, a_body()))
        wire.ask(a_request("/healthz", method="GET"))
    (one,) = receiver.unknown_callers.take()
    assert (one.source, one.requests) == ("127.0.0.1", 1)


def test_a_probe_that_came_twice_or_lost_its_body_is_no_refused_request(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    probe = receiver.probes.make()
    field = f"{PROBE_HEADER}: {probe.nonce}"
    with Wire(receiver.port) as wire:
        statuses = [
            wire.ask(a_request(path, probe.body, field)).status,
            wire.ask(a_request(path, probe.body, field)).status,
            wire.ask(a_request(path, probe.body)).status,
            wire.ask(a_request(path, b"", field)).status,
        ]
    assert statuses == [200, 422, 422, 400]
    with Wire(receiver.port) as wire:
        wire.send(a_request(path, b"", field, length=50)).half_close().until_closed()
    wait_until(lambda: receiver.snapshot().open_connections == 0, "it is gone")
    assert (receiver.snapshot().refused, fake_store.of(RejectedRequest)) == (0, [])


FROM_A_PAGE = [
    "Origin: https://example.org",
    "Origin: null",
    "origin:",
    "Sec-Fetch-Site: cross-site",
    "SEC-FETCH-SITE: same-origin",
    "Sec-Fetch-Site: none",
]


@pytest.mark.parametrize("field", FROM_A_PAGE)
@pytest.mark.parametrize("target", ["/", "/?a=b"])
def test_an_open_receiver_takes_nothing_from_a_web_page(
    start: Starter, fake_store: FakeStore, field: str, target: str
) -> None:
    receiver = start(no_auth=True)
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(target, a_body(), field)).status == 404
        assert wire.ask(a_request("/", a_body())).status == 200
    assert receiver.snapshot().unauthorized == 1
    assert len(fake_store.of(ReportRequest)) == 1


@pytest.mark.parametrize("field", FROM_A_PAGE)
def test_whoever_has_the_key_may_send_what_fields_he_likes(
    start: Starter, path: str, field: str
) -> None:
    with Wire(start(no_auth=True).port) as wire:
        assert wire.ask(a_request(path, a_body(), field)).status == 200


def test_health_is_503_while_the_store_is_stuck(
    fake_store: FakeStore, callback_keys: list[CallbackKey]
) -> None:
    service = ReceiverService(
        fake_store.append, lambda: tuple(callback_keys), port=0, is_stalled=lambda: True
    )
    service.start()
    with Wire(service.port) as wire:
        assert wire.ask(a_request("/healthz", method="GET")).status == 503
    service.stop(wait_s=1.0)
