"""A right key in a bent URL is the right key."""

import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kvitto.core.rejection import RejectionKind
from kvitto.receiver.connection_limits import Limits
from kvitto.receiver.server import ReceiverService
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.write_requests import RejectedRequest, ReportRequest
from tests.helpers.examples import examples
from tests.receiver.conftest import Starter
from tests.receiver.fake_store import FakeStore
from tests.receiver.wire import Wire, a_body, a_request

MANY = settings(
    examples(400),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PUNCTUATION = [*".,;:)]>\"'!*&=$+~|}({[<@-_", "%22", "%27", "%E2%80%9D", "%C2%BB", "\\"]
BLANK = [
    "%20",
    "%09",
    "%0A",
    "%0D%0A",
    "%C2%A0",
    "%E2%80%8B",
    "%EF%BB%BF",
    "+",
    "%2520",
    "%E2%80%A8",
]
SLASHES = ["/", "//", "///", "%2F", "%252F", "/./"]


@st.composite
def bent(draw: st.DrawFn, key: str) -> str:
    """Return a target that holds `key`, with nothing glued to it."""
    word = draw(st.sampled_from([key, key.upper(), key.capitalize()]))
    form = draw(st.sampled_from(["plain", "encoded", "wrapped"]))
    if form == "encoded":
        word = "".join(f"%{ord(one):02X}" for one in word)
    elif form == "wrapped":
        at = draw(st.integers(1, len(word) - 1))
        word = word[:at] + draw(st.sampled_from(["%0A", "%20", "%0D%0A%20"])) + word[at:]
    edges = st.lists(st.sampled_from(PUNCTUATION + BLANK + SLASHES), max_size=3).map("".join)
    front = draw(
        st.sampled_from(["/r/", "/R/", "//r//", "/", "/r/?", "/r?k=", "/kvitto/r/", "/%72/"])
    )
    end = draw(st.sampled_from(["", "/", "?", "?a=b", "#c", "/extra", "/r/", "&x=y"]))
    return front + draw(edges) + word + draw(edges) + end


def test_every_bent_url_with_a_valid_key_is_taken(
    start: Starter, callback_key: CallbackKey
) -> None:
    fake_store = FakeStore()
    receiver = start(fake_store=fake_store)

    with Wire(receiver.port) as wire:

        @MANY
        @given(bent(callback_key.value))
        def post(target: str) -> None:
            before = len(fake_store.stored)
            assert wire.ask(a_request(target, a_body())).status == 200
            [stored] = fake_store.stored[before:]
            assert isinstance(stored, ReportRequest)
            assert stored.callback_key == callback_key.key

        post()
    assert receiver.snapshot().unauthorized == receiver.snapshot().refused == 0


def test_a_report_by_a_bent_url_is_marked_and_others_are_not(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    with Wire(receiver.port) as wire:
        for target in (path, f"http://localhost{path}", f"{path}/", f"{path}?a=b", path.upper()):
            assert wire.ask(a_request(target, a_body())).status == 200
    marks = [one.marks for one in fake_store.of(ReportRequest)]
    assert marks == [(), (), ("url",), ("url",), ("url",)]


@pytest.mark.parametrize(("target", "glued"), [("@x", "x"), ("@7", "7"), ("@abc", "abc")])
def test_a_key_with_something_glued_to_it_is_refused_and_kept(
    receiver: ReceiverService,
    path: str,
    callback_key: CallbackKey,
    fake_store: FakeStore,
    target: str,
    glued: str,
) -> None:
    with Wire(receiver.port) as wire:
        answer = wire.ask(a_request(target.replace("@", path), a_body()))
    kept = fake_store.only(RejectedRequest)
    assert (answer.status, answer.json()) == (404, {"error": kept.reason.english})
    assert kept.reason.english == f"This is your URL, with “{glued}” too much at its key."
    assert (kept.kind, kept.body, kept.callback_key) == (
        RejectionKind.WRONG_URL,
        a_body(),
        callback_key.key,
    )
    assert (receiver.snapshot().refused, receiver.snapshot().unauthorized) == (1, 0)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    "target",
    ["/r/@\t", "/r/ @", "/r/@\u00a0", "/r/@\u200b", "/r/\u200b@", "/r/@\u201d", "/r/@ ", "/r/@\x7f",
     "/r/@?q=å", "/r/@\x0b"],
)  # fmt: skip
def test_what_was_not_encoded_does_not_cost_a_report(
    receiver: ReceiverService, callback_key: CallbackKey, fake_store: FakeStore, target: str
) -> None:
    request = a_request("@", a_body()).replace(
        b"@", target.replace("@", callback_key.value).encode(), 1
    )
    with Wire(receiver.port) as wire:
        wire.send(request * 2)
        assert [wire.answer().status for _ in range(2)] == [200, 200]
    assert [one.marks for one in fake_store.of(ReportRequest)] == [("url",)] * 2


def test_another_method_at_a_bent_url_is_not_allowed(receiver: ReceiverService, path: str) -> None:
    with Wire(receiver.port) as wire:
        answer = wire.ask(a_request(f"/{path}/", method="GET"))
    assert (answer.status, answer.headers["allow"]) == (405, "post")


def test_the_probes_of_others_stay_outside(receiver: ReceiverService) -> None:
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request("/healthz/", method="GET")).status == 404


targets = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=200
) | st.lists(st.sampled_from(["0123456789abcdef", "%", "%25", "/r/", "/", "?", "aF", "%0A"])).map(
    "".join
)


def test_no_url_without_a_valid_key_is_taken_and_none_is_an_error(
    start: Starter, callback_key: CallbackKey
) -> None:
    fake_store = FakeStore()
    receiver = start(Limits(), fake_store=fake_store)
    wires = [Wire(receiver.port)]
    near = f"/r/{callback_key.value[:-1]}" + ("1" if callback_key.value[-1] == "0" else "0")

    @MANY
    @given(targets | st.sampled_from([near, near[:-1], near.upper(), f"{near}/", f"//{near}%20"]))
    def post(target: str) -> None:
        answer = wires[0].ask(a_request("/" + target, a_body()))
        assert answer.status in {404, 400}
        if answer.closes:
            wires.pop().socket.close()
            wires.append(Wire(receiver.port))

    post()
    wires[0].socket.close()
    assert not fake_store.of(ReportRequest)
    assert not fake_store.of(RejectedRequest)


def test_no_key_of_a_bent_url_reaches_the_log_or_what_is_kept(
    receiver: ReceiverService,
    callback_key: CallbackKey,
    fake_store: FakeStore,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    key = callback_key.value
    encoded = "".join(f"%{ord(one):02x}" for one in key)
    fields = (f"X-A: /R/{key.upper()}", f"X-B: {encoded}", f"X-C: //r//{key}/%20")
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(f"/R//{key.upper()}%20", b"{", *fields)).status == 400
        assert wire.ask(a_request(f"/{key}x", b"{", *fields)).status == 404
        wire.send(f"POST /r/{key} HTTP/1.1\r\nBad header: {key}\r\n\r\n".encode()).until_closed()
    kept = str([(one.headers, one.body) for one in fake_store.of(RejectedRequest)]).lower()
    for text in (kept, caplog.text.lower()):
        assert key not in text
        assert encoded not in text
