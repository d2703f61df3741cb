"""A window's link with the receiver of its folder: found, started, watched, started again."""

import itertools
import logging
import os
import socket
import time
from pathlib import Path

import msgspec
import pytest

from kvitto.paths import database_file, instance_file
from kvitto.receiver.receiver_errors import (
    PortTakenError,
    ReceiverNotStartedError,
    ReceiverUnreachableError,
)
from kvitto.receiver.receiver_outlook import LinkState, ReceiverOutlook
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.errors import AlreadyRunningError, DatabaseBrokenError
from kvitto.store.lockfile import Instance, InstanceInfo, read_instance_info
from tests.helpers.logwatch import LogWatch
from tests.helpers.posting import post, report_body
from tests.helpers.receivers import ReceiversHere
from tests.receiver.links import Join, is_receiving, until


def test_one_is_started_where_there_is_none_and_goes_on_after_the_link(
    data_dir: Path, join: Join, receivers: ReceiversHere
) -> None:
    link = join(data_dir)
    status = until(link, is_receiving).status
    assert status is not None
    assert status.is_background
    link.close()

    assert post(receivers.runtime.callback_url, report_body("m1"))[0] == 200


def test_the_next_link_finds_it_and_starts_none(
    data_dir: Path, join: Join, receivers: ReceiversHere
) -> None:
    first = join(data_dir)
    before = until(first, is_receiving)
    first.close()

    again = until(join(data_dir), is_receiving)

    assert len(receivers.started) == 1
    assert again.status is not None
    assert before.status is not None
    assert again.status.port == before.status.port


def test_one_that_an_earlier_window_has_left_moves_to_where_the_next_one_wants_it(
    data_dir: Path, join: Join, receivers: ReceiversHere
) -> None:
    first = join(data_dir)
    until(first, is_receiving)
    first.close()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def is_there(outlook: ReceiverOutlook) -> bool:
        return outlook.status is not None and outlook.status.port == port

    until(join(data_dir, port=port), is_there)
    assert len(receivers.started) == 1


def test_one_that_was_started_by_hand_stays_where_it_is(data_dir: Path, join: Join) -> None:
    with ReceiverRuntime(data_dir, port=0) as other, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        link = join(data_dir, port=port)
        until(link, is_receiving)
        link.client().demo_key()
        assert link.client().status().port == other.service.port


def test_one_that_somebody_else_started_is_as_good(
    data_dir: Path, join: Join, receivers: ReceiversHere
) -> None:
    with ReceiverRuntime(data_dir, port=0) as other:
        link = join(data_dir)
        status = until(link, is_receiving).status
        assert status is not None
        assert (status.port, status.is_background) == (other.service.port, False)
        assert link.client().demo_key() in other.callback_keys.valid()
        assert receivers.started == []


def test_one_that_was_ended_as_it_should_is_not_started_until_that_is_asked_for(
    data_dir: Path, join: Join, receivers: ReceiversHere
) -> None:
    with ReceiverRuntime(data_dir, port=0):
        link = join(data_dir)
        until(link, is_receiving)
    until(link, lambda outlook: outlook.connection is LinkState.STOPPED)
    assert receivers.started == []
    with pytest.raises(ReceiverUnreachableError):
        link.client().status()

    link.listen("127.0.0.1", 0)

    until(link, is_receiving)
    assert len(receivers.started) == 1


def test_one_that_somebody_starts_later_is_found(data_dir: Path, join: Join) -> None:
    with ReceiverRuntime(data_dir, port=0):
        link = join(data_dir)
        until(link, is_receiving)
    until(link, lambda outlook: outlook.connection is LinkState.STOPPED)
    with ReceiverRuntime(data_dir, port=0) as again:
        status = until(link, is_receiving).status
        assert status is not None
        assert status.port == again.service.port


def test_to_stop_it_ends_it_and_none_is_started(
    data_dir: Path, join: Join, receivers: ReceiversHere
) -> None:
    link = join(data_dir)
    until(link, is_receiving)

    link.stop()

    assert receivers.started[0].has_ended()
    assert read_instance_info(data_dir) is None
    until(link, lambda outlook: outlook.connection is LinkState.STOPPED)
    assert len(receivers.started) == 1


def test_a_taken_port_is_told_and_another_can_be_chosen(
    data_dir: Path, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        link = join(data_dir, port=port)
        outlook = until(link, lambda outlook: outlook.trouble is not None)
        assert isinstance(outlook.trouble, PortTakenError)
        assert not outlook.is_receiving
        with pytest.raises(PortTakenError):
            link.listen("127.0.0.1", port)
        link.client().demo_key()  # the store can be changed all the same

        link.listen("127.0.0.1", 0)

        until(link, is_receiving)


def test_why_it_ends_at_once_is_told_and_it_is_tried_again(
    data_dir: Path, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    database_file(data_dir).write_bytes(b"no database" * 100)
    with caplog.at_level(logging.WARNING):
        link = join(data_dir)
        outlook = until(link, lambda outlook: outlook.connection is LinkState.FAILED)
        assert isinstance(outlook.error, DatabaseBrokenError)
        for _ in range(2):
            with pytest.raises(DatabaseBrokenError) as told:
                link.client()
            assert vars(told.value) == vars(outlook.error)
            assert told.value is not outlook.error, "the link would hold who asked, by its frames"

        database_file(data_dir).unlink()
        link.listen("127.0.0.1", 0)

        assert until(link, is_receiving).error is None


def test_a_stale_word_of_a_process_that_lives_for_another_reason_is_no_obstacle(
    data_dir: Path, join: Join
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    told = InstanceInfo(os.getpid(), "http://127.0.0.1:1", "", port, "0" * 64, "0")
    instance_file(data_dir).write_bytes(msgspec.json.encode(told))

    until(join(data_dir), is_receiving)


def test_one_that_has_the_folder_and_can_t_be_asked_is_named(
    data_dir: Path, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), Instance(data_dir) as other:
        other.tell(InstanceInfo(4711, "http://127.0.0.1:8370"))
        outlook = until(join(data_dir), lambda outlook: outlook.connection is LinkState.FAILED)
        assert isinstance(outlook.error, AlreadyRunningError)
        assert "4711" in str(outlook.error)


def test_one_of_an_earlier_version_is_replaced_and_one_of_a_later_is_left(
    data_dir: Path, join: Join, receivers: ReceiversHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = join(data_dir)
    until(first, is_receiving)
    first.close()
    replacing: list[bool] = []

    def start(folder: Path, *, replaces: bool, **options: object) -> object:
        replacing.append(replaces)
        receivers.started[0].end()  # as the new process has the old one do
        monkeypatch.setattr("kvitto.receiver.runtime.__version__", "999.0.0")
        return receivers(folder, replaces=replaces, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("kvitto.receiver.receiver_outlook.__version__", "0.0.1")
    later = join(data_dir, start=start)
    until(later, is_receiving)
    assert replacing == []
    later.close()

    monkeypatch.setattr("kvitto.receiver.receiver_outlook.__version__", "999.0.0")
    until(join(data_dir, start=start), is_receiving)
    assert replacing == [True]


def test_one_that_never_comes_up_is_told_of_and_tried_less_and_less_often(
    data_dir: Path, join: Join, log_watch: LogWatch
) -> None:
    begun: list[float] = []

    def start(folder: Path, **_options: object) -> object:
        begun.append(time.monotonic())
        raise ReceiverNotStartedError("it ended at once, with 1")

    with log_watch.expect(logging.WARNING, "can't be started: .*it ended at once"):
        link = join(data_dir, start=start)
        outlook = until(link, lambda _outlook: len(begun) == 4)
        link.close()

    assert outlook.connection is LinkState.FAILED
    assert isinstance(outlook.error, ReceiverNotStartedError)
    assert "ends at once" in str(outlook.error)
    pauses = [later - earlier for earlier, later in itertools.pairwise(begun)]
    assert all(pause > least for pause, least in zip(pauses, (0.4, 0.9, 1.9), strict=True)), pauses


def test_a_mistake_of_ours_does_not_end_the_watching(
    data_dir: Path, join: Join, receivers: ReceiversHere, log_watch: LogWatch
) -> None:
    mistakes = [MemoryError("once")]

    def start(folder: Path, **options: object) -> object:
        if mistakes:
            raise mistakes.pop()
        return receivers(folder, **options)  # type: ignore[arg-type]

    with log_watch.expect(logging.ERROR, "mistake while watching the receiver"):
        until(join(data_dir, start=start), is_receiving)
