"""The table "What we answer" of the protocol, line by line."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kvitto.core.rejection import RejectionKind
from kvitto.core.report import Origin
from kvitto.receiver.connection_limits import Limits
from kvitto.receiver.metrics import AlarmState
from kvitto.receiver.receiver_errors import problem_of
from kvitto.receiver.server import ReceiverService
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.errors import DiskFullError, QueueFullError
from kvitto.store.reader import Reader
from kvitto.store.write_requests import RejectedRequest, ReportRequest, UnauthorizedCount
from tests.helpers.logwatch import LogWatch
from tests.receiver.conftest import Starter
from tests.receiver.fake_store import FakeStore
from tests.receiver.wire import Wire, a_body, a_request, wait_until

SAMPLE = Path(__file__).parents[1] / "data" / "senders_sample.json"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


# --- A report -------------------------------------------------------------------------------------


def test_a_report_is_answered_200_with_nothing_in_it_once_it_is_on_disk(
    receiver: ReceiverService, path: str, reader: Reader
) -> None:
    with Wire(receiver.port) as wire:
        answer = wire.ask(a_request(path, a_body()))
        (kept,) = reader.stream_reports()
    assert (answer.status, answer.body) == (200, b"")
    assert kept.body == a_body()
    assert kept.received.report.code == 102


def test_the_senders_sample_word_for_word_is_a_report(
    receiver: ReceiverService, path: str, reader: Reader
) -> None:
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, SAMPLE.read_bytes())).status == 200
    (kept,) = reader.stream_reports()
    assert kept.received.report.created is None


def test_a_report_carries_its_time_of_arrival_and_the_key_and_origin_of_its_callback_key(
    start: Starter, fake_store: FakeStore, demo_callback_key: CallbackKey
) -> None:
    with Wire(start(clock=lambda: NOON).port) as wire:
        assert wire.ask(a_request(f"/r/{demo_callback_key.value}", a_body())).status == 200
    kept = fake_store.only(ReportRequest)
    assert (kept.arrived, kept.callback_key, kept.origin) == (
        NOON,
        demo_callback_key.key,
        Origin.DEMO,
    )


def test_nothing_is_answered_before_the_report_is_stored(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    with Wire(receiver.port) as wire:
        with fake_store.hold():
            wire.send(a_request(path, a_body()))
            with Wire(receiver.port) as other:  # a whole turn for somebody else
                assert other.ask(a_request("/healthz", method="GET")).status == 200
            assert wire.is_open()
        assert wire.answer().status == 200


def test_a_duplicate_is_answered_200_and_counted(
    receiver: ReceiverService, path: str, reader: Reader
) -> None:
    with Wire(receiver.port) as wire:
        assert [wire.ask(a_request(path, a_body())).status for _ in range(3)] == [200] * 3
    (kept,) = reader.stream_reports()
    assert kept.repeats == 2
    counters = receiver.snapshot()
    assert (counters.stored, counters.duplicates) == (1, 2)


def test_the_query_of_the_url_is_ignored(receiver: ReceiverService, path: str) -> None:
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(f"{path}?from=ip1&x=/r/", a_body())).status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "nonsense;;"])
def test_the_content_type_does_not_matter(receiver: ReceiverService, path: str, kind: str) -> None:
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, a_body(), f"Content-Type: {kind}")).status == 200


# --- What is no report ----------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", b"  ", b"code=201", b"{", b"\xff\xfe", b'{"code": nan}'])
def test_a_body_that_is_not_json_is_answered_400_and_quarantined(
    receiver: ReceiverService, path: str, reader: Reader, callback_key: CallbackKey, body: bytes
) -> None:
    with Wire(receiver.port) as wire:
        answer = wire.ask(a_request(path, body, "X-Name: Värde"))
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/json"
    (kept,) = reader.stream_quarantine()
    assert answer.json() == {"error": kept.reason.english}
    assert (kept.kind, kept.body, kept.size) == (RejectionKind.NOT_JSON, body, len(body))
    assert kept.callback_key == callback_key.key
    assert ["Host", "localhost"] in [list(header) for header in kept.headers]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"[]", RejectionKind.NOT_A_REPORT),
        (b'{"messageId": "1", "batchId": "2"}', RejectionKind.NOT_A_REPORT),
        (a_body(code=2.5), RejectionKind.NOT_A_REPORT),
        (a_body(batchId=["2"]), RejectionKind.NOT_A_REPORT),
        (a_body(messageId="x" * 257), RejectionKind.NOT_A_REPORT),
        (b'{"body": "Hi", "direction": "in", "statuses": []}', RejectionKind.INCOMING_SMS),
        (b'{"emailId": "1", "recipientAddress": "a@b", "code": 201}', RejectionKind.EMAIL_REPORT),
    ],
)
def test_json_that_is_no_report_is_answered_422_and_quarantined_under_its_name(
    receiver: ReceiverService, path: str, reader: Reader, body: bytes, kind: RejectionKind
) -> None:
    with Wire(receiver.port) as wire:
        answer = wire.ask(a_request(path, body))
    (kept,) = reader.stream_quarantine()
    assert (answer.status, answer.json()) == (422, {"error": kept.reason.english})
    assert (kept.kind, kept.body) == (kind, body)
    assert list(reader.stream_reports()) == []


def test_the_same_refused_bytes_again_are_only_counted(
    receiver: ReceiverService, path: str, reader: Reader
) -> None:
    with Wire(receiver.port) as wire:
        assert [wire.ask(a_request(path, b"[]")).status for _ in range(3)] == [422] * 3
    (kept,) = reader.stream_quarantine()
    assert kept.times == 3
    assert receiver.snapshot().refused == 3


def test_a_refused_body_does_not_cost_its_connection(receiver: ReceiverService, path: str) -> None:
    with Wire(receiver.port) as wire:
        bodies = (b"[]", b"{", a_body())
        assert [wire.ask(a_request(path, body)).status for body in bodies] == [422, 400, 200]


def test_the_callback_key_is_cut_out_of_the_headers_that_are_kept(
    receiver: ReceiverService, path: str, fake_store: FakeStore, callback_key: CallbackKey
) -> None:
    with Wire(receiver.port) as wire:
        wire.ask(a_request(path, b"[]", f"X-Original-URI: {path}", "X-Bytes: \xe5"))
    kept = fake_store.only(RejectedRequest)
    assert dict(kept.headers)["X-Original-URI"] == "/r/…"
    assert dict(kept.headers)["X-Bytes"] == "\N{REPLACEMENT CHARACTER}"
    assert callback_key.value not in str(kept)


# --- Unauthorized ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/r",
        "/r/",
        "/r/wrong",
        "/r//",
        "/favicon.ico",
        "/healthz/",
        "*",
        "//r/",
        "/r/%c3%a5",
        "/?a",
    ],
)
def test_any_other_path_is_answered_404_and_only_counted(
    start: Starter, fake_store: FakeStore, target: str
) -> None:
    receiver = start()
    method = "OPTIONS" if target == "*" else "POST"
    with Wire(receiver.port) as wire:
        request = a_request(target, a_body(), method=method)
        answers = [wire.ask(request), wire.ask(request)]
    assert [(answer.status, answer.body) for answer in answers] == [(404, b"Not found\n")] * 2
    assert receiver.snapshot().unauthorized == 2
    receiver.stop()
    assert sum(count.requests for count in fake_store.of(UnauthorizedCount)) == 2
    assert fake_store.of(ReportRequest) + fake_store.of(RejectedRequest) == []


def test_a_callback_key_must_be_whole(receiver: ReceiverService, path: str) -> None:
    wrong = [path[:-1], path[:-1] + "g", path[:3] + path[4:], path[:20] + "/" + path[20:], "/r/"]
    with Wire(receiver.port) as wire:
        assert {wire.ask(a_request(one, a_body())).status for one in wrong} == {404}
        assert wire.ask(a_request(path, a_body())).status == 200


def test_callback_keys_may_change_while_it_runs(
    receiver: ReceiverService,
    path: str,
    callback_keys: list[CallbackKey],
    demo_callback_key: CallbackKey,
) -> None:
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, a_body())).status == 200
        del callback_keys[0]
        assert wire.ask(a_request(path, a_body())).status == 404
        assert wire.ask(a_request(f"/r/{demo_callback_key.value}", a_body())).status == 200


def test_a_proxy_may_encode_the_path(receiver: ReceiverService, path: str) -> None:
    encoded = "/r/" + "".join(f"%{ord(letter):02x}" for letter in path[3:])
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(encoded, a_body())).status == 200


def test_the_health_check_tells_nothing(receiver: ReceiverService) -> None:
    with Wire(receiver.port) as wire:
        for method in ("GET", "HEAD"):
            answer = wire.ask(a_request("/healthz?deep=1", method=method))
            assert (answer.status, answer.body) == (200, b"")
            assert set(answer.headers) == {"server", "date", "content-length"}
            assert answer.headers["server"] == "kvitto"
        assert wire.ask(a_request("/healthz", a_body())).status == 404


# --- Methods --------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_on_the_right_url_is_answered_405_with_allow(
    receiver: ReceiverService, path: str, fake_store: FakeStore, method: str
) -> None:
    with Wire(receiver.port) as wire:
        answer = wire.ask(a_request(path, method=method))
        assert (answer.status, answer.headers["allow"]) == (405, "post")
        assert wire.ask(a_request(path, a_body())).status == 200
    assert len(fake_store.stored) == 1
    assert receiver.snapshot().unauthorized == 0


# --- Open -----------------------------------------------------------------------------------------


def test_an_open_receiver_takes_reports_without_a_callback_key_too(
    start: Starter, fake_store: FakeStore, path: str
) -> None:
    with Wire(start(no_auth=True).port) as wire:
        assert wire.ask(a_request("/", a_body())).status == 200
        assert wire.ask(a_request("/?a=b", b"[]")).status == 422
        assert wire.ask(a_request(path, a_body(code=201))).status == 200
        assert wire.ask(a_request("/", method="GET")).status == 405
        assert wire.ask(a_request("/r/wrong", a_body())).status == 404
    first, _ = fake_store.of(ReportRequest)
    assert (first.callback_key, first.origin) == (None, Origin.WEBHOOK)
    assert fake_store.only(RejectedRequest).callback_key is None


# --- The store fails ------------------------------------------------------------------------------

FULL = DiskFullError(Path("/home/anna/kvitto.db"))


@pytest.mark.parametrize("body", [a_body(), b"[]", b"{"])
def test_what_cannot_be_stored_is_answered_503_and_the_sender_told_when_to_try_again(
    receiver: ReceiverService, path: str, fake_store: FakeStore, body: bytes
) -> None:
    fake_store.failure = FULL
    with Wire(receiver.port) as wire:
        answer = wire.ask(a_request(path, body))
    assert answer.status == 503
    assert answer.headers["retry-after"] == "600"
    assert set(answer.json()) == {"error"}
    assert b"anna" not in answer.body


def test_a_body_too_large_that_cannot_be_quarantined_waits_at_the_sender_too(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    fake_store.failure = FULL
    with Wire(receiver.port) as wire:
        answer = wire.ask(a_request(path, b"x" * 5_000, length=100_000))
    assert (answer.status, answer.closes) == (503, True)


def test_a_mistake_of_ours_is_answered_503_and_logged_with_its_traceback(
    receiver: ReceiverService,
    path: str,
    fake_store: FakeStore,
    log_watch: LogWatch,
    callback_key: CallbackKey,
) -> None:
    fake_store.failure = ZeroDivisionError("ours")
    with (
        Wire(receiver.port) as wire,
        log_watch.expect(logging.WARNING, "503 from now on: Kvitto made a mistake"),
        log_watch.expect(logging.ERROR, "A request could not be answered"),
    ):
        answers = [wire.ask(a_request(path, a_body())) for _ in range(3)]
    assert [answer.status for answer in answers] == [503] * 3
    assert b"ours" not in answers[0].body


def test_the_log_and_the_alarm_tell_when_503_begins_and_when_it_ends(
    start: Starter,
    path: str,
    fake_store: FakeStore,
    log_watch: LogWatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    receiver = start(Limits(calm_s=1.0, sweep_s=0.02), clock=lambda: NOON)
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, a_body())).status == 200
        assert receiver.snapshot().alarm is None
        fake_store.failure = QueueFullError(1500)
        with log_watch.expect(logging.WARNING, "503 from now on: Reports come faster"):
            assert [wire.ask(a_request(path, a_body())).status for _ in range(3)] == [503] * 3
        alarm = receiver.snapshot().alarm
        assert alarm == AlarmState(problem_of(QueueFullError(1500)), NOON, 3)
        fake_store.failure = None
        assert wire.ask(a_request(path, a_body())).status == 200
        wait_until(lambda: receiver.snapshot().alarm is None, "the alarm ends without more reports")
    told = [record.getMessage() for record in caplog.records if "503" in record.getMessage()]
    assert len(told) == 2
    assert told[-1] == "Reports are stored again; 3 were answered 503"


# --- What nobody may see --------------------------------------------------------------------------


def test_no_callback_key_is_ever_logged_or_shown(
    start: Starter,
    path: str,
    callback_key: CallbackKey,
    fake_store: FakeStore,
    log_watch: LogWatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    receiver = start(no_auth=True)
    bad_chunk = f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    with Wire(receiver.port) as wire, Wire(receiver.port) as other:
        for body in (a_body(), b"[]", b"{", b"x" * 70_000):
            if wire.ask(a_request(path, body)).closes:
                break
        other.send(bad_chunk.encode()).until_closed()
    fake_store.failure = KeyError(path[:2])
    with (
        Wire(receiver.port) as wire,
        log_watch.expect(logging.WARNING, "503"),
        log_watch.expect(logging.ERROR, "could not be answered"),
    ):
        wire.ask(a_request(path, a_body()))
    receiver.stop()
    assert len(caplog.records) > 4
    assert callback_key.value not in caplog.text
    shown = [repr(receiver), str(receiver.snapshot()), repr(callback_key)]
    assert not any(callback_key.value in one for one in shown)


# --- A probe of our own ---------------------------------------------------------------------------
