"""Who may send: a window that finds a receiver may have been started otherwise than it."""

from contextlib import ExitStack, closing
from pathlib import Path

from kvitto.receiver.receiver_link import ReceiverLink
from kvitto.receiver.receiver_outlook import ReceiverOutlook
from kvitto.receiver.runtime import ReceiverRuntime
from tests.helpers.posting import post, report_body
from tests.helpers.receivers import ReceiversHere
from tests.receiver.links import is_receiving, until


def linked(folder: Path, receivers: ReceiversHere, *, no_auth: bool) -> "closing[ReceiverLink]":
    link = ReceiverLink(folder, host="127.0.0.1", port=0, no_auth=no_auth, start=receivers)
    return closing(link)


def without_key(runtime: ReceiverRuntime) -> int:
    """Return the answer to a report that comes without a key."""
    url = f"http://127.0.0.1:{runtime.service.port}/"
    return post(url, report_body("m1"))[0]


def is_keyless(outlook: ReceiverOutlook) -> bool:
    return outlook.status is not None and outlook.status.no_auth


def test_one_that_a_window_has_left_takes_reports_without_a_key_for_a_window_that_asks_so(
    data_dir: Path, receivers: ReceiversHere
) -> None:
    with linked(data_dir, receivers, no_auth=False) as first:
        until(first, is_receiving)
    assert without_key(receivers.runtime) != 200

    with linked(data_dir, receivers, no_auth=True) as second:
        until(second, is_keyless)
    assert without_key(receivers.runtime) == 200


def test_one_without_auth_stays_so_until_a_key_is_asked_for(
    data_dir: Path, receivers: ReceiversHere
) -> None:
    with linked(data_dir, receivers, no_auth=True) as first:
        until(first, is_keyless)

    with linked(data_dir, receivers, no_auth=False) as second:
        until(second, is_keyless)
        assert without_key(receivers.runtime) == 200

        second.client().set_no_auth(no_auth=False)

        until(second, lambda outlook: not is_keyless(outlook))
        assert without_key(receivers.runtime) != 200
        second.listen("127.0.0.1", 0)
        assert without_key(receivers.runtime) != 200, "at another address, too"


def test_one_without_auth_stays_so_after_a_move_and_after_a_crash(
    data_dir: Path, receivers: ReceiversHere
) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(linked(data_dir, receivers, no_auth=False))
        until(first, is_receiving)
        first.client().set_no_auth(no_auth=True)
        until(first, is_keyless)
        first.listen("127.0.0.1", 0)
        assert without_key(receivers.runtime) == 200

        first.stop()
        first.listen("127.0.0.1", 0)

        until(first, is_keyless)
        assert without_key(receivers.runtime) == 200


def test_one_that_was_started_by_hand_stays_as_it_is(
    data_dir: Path, receivers: ReceiversHere
) -> None:
    with (
        ReceiverRuntime(data_dir, port=0) as other,
        linked(data_dir, receivers, no_auth=True) as link,
    ):
        until(link, is_receiving)
        link.client().demo_key()
        assert without_key(other) != 200
        assert link.asks_no_auth
