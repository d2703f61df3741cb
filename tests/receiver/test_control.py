"""The control listener: what a window asks of a receiver's process, over a real socket."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from kvitto.clock import utc_now
from kvitto.core.outages import OutageCause
from kvitto.core.report import Origin
from kvitto.receiver.control_client import ControlClient
from kvitto.receiver.control_messages import (
    MAX_BODY_BYTES,
    REQUEST_PATH,
    WATCH_PATH,
    GetStatus,
    ReceiverPhase,
)
from kvitto.receiver.control_server import MAX_CONNECTIONS
from kvitto.receiver.receiver_errors import (
    PortTakenError,
    Problem,
    ReceiverError,
    ReceiverUnreachableError,
    error_of,
    problem_of,
)
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.deletions import DeleteBatches, PartMade, PurgePart
from kvitto.store.edit_audit import Signature
from kvitto.store.edit_errors import EditConflictError
from kvitto.store.errors import DiskFullError, StoreClosedError, StoreError
from kvitto.store.lockfile import InstanceInfo, read_instance_info
from kvitto.store.mutations import (
    BatchChange,
    ChangeBatch,
    RecordOutage,
)
from kvitto.store.write_requests import WriteResult
from tests.helpers.new_store import lay_new_database
from tests.helpers.posting import post, report_body
from tests.store.arrivals import a_report, arriving


@pytest.fixture
def runtime(data_dir: Path) -> Iterator[ReceiverRuntime]:
    with ReceiverRuntime(lay_new_database(data_dir), port=0) as opened:
        yield opened


@pytest.fixture
def told(runtime: ReceiverRuntime) -> InstanceInfo:
    found = read_instance_info(runtime.folder)
    assert found is not None
    return found


@pytest.fixture
def client(told: InstanceInfo) -> Iterator[ControlClient]:
    made = ControlClient(told.control_port, told.control_token)
    yield made
    made.close()


def raw(port: int, head: str, body: bytes = b"") -> int:
    """Send a request as it is written; return the status of the answer, 0 for none."""
    lines = [*head.splitlines(), f"Content-Length: {len(body)}", "Connection: close", "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=60) as wire:
        wire.sendall("\r\n".join(lines).encode())
        try:
            wire.sendall(body)
            answer = wire.makefile("rb").readline()
        except ConnectionError:
            return 0
    return int(answer.split()[1]) if answer else 0


def ask(told: InstanceInfo, *headers: str, path: str = REQUEST_PATH, method: str = "POST") -> int:
    lines = [f"{method} {path} HTTP/1.1", *headers]
    head = "\n".join(lines).replace("PORT", str(told.control_port))
    return raw(told.control_port, head.replace("TOKEN", told.control_token), STATUS)


STATUS = msgspec.json.encode(GetStatus())
HOST = "Host: 127.0.0.1:PORT"
TOKEN = "Authorization: Bearer TOKEN"


# --- Who may ask --------------------------------------------------------------------------------


def test_who_knows_the_token_is_answered(told: InstanceInfo) -> None:
    assert ask(told, HOST, TOKEN) == 200


@pytest.mark.parametrize(
    "authorization",
    [
        "X: y",
        "Authorization: Bearer",
        "Authorization: Bearer TOKEN0",
        "Authorization: Basic TOKEN",
        "Authorization: TOKEN",
        "Authorization: bearer å",
    ],
)
def test_who_does_not_is_refused(told: InstanceInfo, authorization: str) -> None:
    assert ask(told, HOST, authorization) == 401
    assert ask(told, HOST, authorization, path=WATCH_PATH, method="GET") == 401


@pytest.mark.parametrize(
    "headers",
    [
        (HOST, TOKEN, "Origin: http://127.0.0.1:PORT"),
        (HOST, TOKEN, "Origin: null"),
        (HOST, TOKEN, "Sec-Fetch-Site: same-origin"),
        (TOKEN,),
        ("Host: localhost:PORT", TOKEN),
        ("Host: evil.example:PORT", TOKEN),
        ("Host: 127.0.0.1", TOKEN),
    ],
)
def test_a_browser_is_refused_even_with_the_token(
    told: InstanceInfo, headers: tuple[str, ...]
) -> None:
    assert ask(told, *headers) in {400, 403}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", REQUEST_PATH), ("POST", WATCH_PATH), ("POST", "/"), ("OPTIONS", REQUEST_PATH)],
)
def test_nothing_else_is_there(told: InstanceInfo, method: str, path: str) -> None:
    assert ask(told, HOST, TOKEN, method=method, path=path) == 404


def test_a_body_without_bounds_is_refused(told: InstanceInfo) -> None:
    head = f"POST {REQUEST_PATH} HTTP/1.1\n{HOST}\n{TOKEN}".replace("PORT", str(told.control_port))
    head = head.replace("TOKEN", told.control_token)
    assert raw(told.control_port, head, bytes(MAX_BODY_BYTES + 1)) in {0, 413}


def test_it_is_not_reached_by_the_public_port(runtime: ReceiverRuntime, told: InstanceInfo) -> None:
    for path in (REQUEST_PATH, WATCH_PATH):
        head = f"POST {path} HTTP/1.1\nHost: x\nAuthorization: Bearer {told.control_token}"
        assert raw(runtime.service.port, head, STATUS) == 404


def test_what_is_told_of_it_is_for_the_user_alone(
    runtime: ReceiverRuntime, told: InstanceInfo
) -> None:
    file = runtime.folder / "instance.json"
    assert file.stat().st_mode & 0o077 == 0
    assert len(told.control_token) >= 64
    assert told.control_token not in repr(told)


def test_the_file_is_gone_after_the_end_and_the_next_token_is_another(data_dir: Path) -> None:
    with ReceiverRuntime(data_dir, port=0):
        first = read_instance_info(data_dir)
    assert read_instance_info(data_dir) is None
    with ReceiverRuntime(data_dir, port=0):
        second = read_instance_info(data_dir)
    assert first is not None
    assert second is not None
    assert first.control_token != second.control_token


def test_connections_without_the_token_make_room(told: InstanceInfo, client: ControlClient) -> None:
    idle = [
        socket.create_connection(("127.0.0.1", told.control_port), timeout=60)
        for _ in range(2 * MAX_CONNECTIONS)
    ]
    try:
        assert client.status().is_listening
    finally:
        for one in idle:
            one.close()


# --- What can be asked --------------------------------------------------------------------------


def test_the_status_says_where_it_listens_and_what_it_has_done(
    runtime: ReceiverRuntime, client: ControlClient
) -> None:
    assert post(runtime.callback_url, report_body("m1"))[0] == 200

    status = client.status()

    assert (status.host, status.port) == (runtime.service.host, runtime.service.port)
    assert (status.phase, status.trouble, status.alarm) == (ReceiverPhase.RUNNING, None, None)
    assert status.counters.stored == 1
    assert status.counters.answered == {200: 1}
    assert status.probe_key == runtime.service.probes.key
    assert status.revision > 0


def test_reports_are_stored_and_told_whether_they_are_new(client: ControlClient) -> None:
    arrivals = [arriving(a_report("m1", price_nano=10**9)), arriving(a_report("m2"))]
    done = client.append([*arrivals, arrivals[0]])
    assert [one.receipt for one in done] == [
        WriteResult.STORED,
        WriteResult.STORED,
        WriteResult.DUPLICATE,
    ]


def test_what_the_user_says_of_a_batch_is_stored_and_the_rest_stays(
    runtime: ReceiverRuntime, client: ControlClient
) -> None:
    client.append([arriving(a_report("m1"))])
    [batch] = runtime.reader.batches()
    client.edit(ChangeBatch(batch.key, BatchChange(label="Höst", notes="å 🎉", expected_count=3)))

    made = client.edit(ChangeBatch(batch.key, BatchChange(label=None)))

    [batch] = runtime.reader.batches()
    assert (batch.label, batch.notes, batch.expected_count) == (None, "å 🎉", 3)
    assert made.revision == batch.revision


def test_who_was_first_is_told_to_the_other_window(
    runtime: ReceiverRuntime, client: ControlClient
) -> None:
    client.append([arriving(a_report("m1"))])
    [batch] = runtime.reader.batches()
    seen, now = BatchChange(label=None), utc_now()
    first = BatchChange(label="Höst")
    client.edit(ChangeBatch(batch.key, first, seen, Signature("Maria", now)))

    second = ChangeBatch(batch.key, BatchChange(label="Vår"), seen, Signature("Bo", now))
    with pytest.raises(EditConflictError) as told:
        client.edit(second)

    assert (told.value.editor, told.value.at) == ("Maria", now)
    assert f"Maria changed this at {now.astimezone():%H:%M}" in str(told.value)
    assert [one.label for one in runtime.reader.batches()] == ["Höst"]
    assert runtime.status().alarm is None


def test_a_batch_is_deleted(runtime: ReceiverRuntime, client: ControlClient) -> None:
    client.append([arriving(a_report(f"m{number}")) for number in range(300)])
    [batch] = runtime.reader.batches()
    client.edit(DeleteBatches((batch.key,)))
    assert runtime.reader.batches() == []


def test_a_part_that_was_overtaken_says_so(runtime: ReceiverRuntime, client: ControlClient) -> None:
    now = utc_now()
    client.append([arriving(a_report("m1"), at=now)])
    [batch] = runtime.reader.batches()
    day = timedelta(days=1)
    late = client.edit(PurgePart(batch.key, now - day, now, keeps_sums=True))
    assert late.part == PartMade(is_overtaken=True)
    assert client.edit(PurgePart(batch.key, now + day, now, keeps_sums=True)).part == PartMade(1)


def test_an_interruption_is_noted_to_the_microsecond(client: ControlClient) -> None:
    begin = utc_now().replace(microsecond=123_457)
    outage = RecordOutage(begin, None, OutageCause.TUNNEL, "refused")
    assert client.edit(outage).revision > 0


def test_an_error_of_the_store_is_raised_again_as_what_it_is(
    runtime: ReceiverRuntime, client: ControlClient
) -> None:
    runtime.writer.close()
    with pytest.raises(StoreClosedError):
        client.edit(RecordOutage(utc_now(), None, OutageCause.TUNNEL))


@pytest.mark.parametrize(
    "error",
    [
        DiskFullError(Path("/a/kvitto.db"), "errno 28"),
        PortTakenError("127.0.0.1", 1, "errno 98"),
        ReceiverUnreachableError("gone"),
    ],
)
def test_every_error_keeps_its_class_values_and_detail(error: StoreError | ReceiverError) -> None:
    again = error_of(msgspec.json.decode(msgspec.json.encode(problem_of(error)), type=Problem))
    assert type(again) is type(error)
    assert vars(again) == vars(error)


def test_keys_are_made_renewed_and_revoked_at_once(
    runtime: ReceiverRuntime, client: ControlClient
) -> None:
    base = runtime.callback_url.rpartition("/")[0]
    [local] = runtime.callback_keys.valid()
    public = client.public_key("https://example.org")
    assert client.public_key("https://example.org") == public
    demo = client.demo_key()
    assert client.demo_key() == demo
    assert demo.origin is Origin.DEMO
    new = client.renew_key(None)
    assert new.public_url is None
    for key in (local, public, demo, new):
        assert post(f"{base}/{key.value}", report_body("m1"))[0] == 200

    client.revoke_key(local.key)

    assert post(f"{base}/{local.value}", report_body("m1"))[0] == 404
    assert post(f"{base}/{new.value}", report_body("m1"))[0] == 200


def test_the_header_of_the_tunnel_is_trusted(
    runtime: ReceiverRuntime, client: ControlClient
) -> None:
    client.trust_forwarded_header("X-Forwarded-For")
    assert runtime.service.unknown_callers.trusted_header == "X-Forwarded-For"
    client.trust_forwarded_header(None)
    assert runtime.service.unknown_callers.trusted_header is None


def test_it_can_be_asked_to_stop(runtime: ReceiverRuntime, client: ControlClient) -> None:
    assert not runtime.stop_requested.is_set()
    client.stop()
    assert runtime.stop_requested.wait(60)
