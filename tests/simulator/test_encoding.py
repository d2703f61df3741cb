import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.ip1_parser import parse
from kvitto.core.marks import OPTIONAL_FIELDS
from kvitto.core.report import DeliveryReport, bounded
from kvitto.simulator.encoding import body_of, clipped
from kvitto.simulator.fault_injection import PROFILES, FaultInjection
from tests.core.strategies import reports

REPORT = DeliveryReport(
    message_id="5c613848879973045cf39ac4",
    batch_id="5c613848879973045cf39ac3",
    code=102,
    created=datetime(2026, 1, 12, 8, 0, 1, 172741, tzinfo=UTC),
    recipient="46701740605",
    segments=2,
    price_nano=82_000_000,
    currency="EUR",
    reference="Höstrea 🎉",
)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EVERYTHING = FaultInjection(
    id_field=0.5,
    time_forms=0.7,
    text_numbers=0.7,
    unreadable_fields=0.5,
    unknown_fields=0.5,
    odd_json=0.5,
)


def bodies(disturbances: FaultInjection, count: int = 300) -> list[bytes]:
    return [body_of(REPORT, Random(seed), disturbances) for seed in range(count)]


def test_undisturbed_it_is_as_documented() -> None:
    body = body_of(REPORT, Random(1), FaultInjection()).decode()
    created = json.loads(body)["created"]
    assert body == (
        '{"messageId":"5c613848879973045cf39ac4","batchId":"5c613848879973045cf39ac3",'
        '"recipient":"46701740605","code":102,"duration":0,'
        f'"created":"{created}","segments":2,"price":0.082,"currency":"eur",'
        '"reference":"Höstrea 🎉"}'
    )
    assert created[:-7] == "2026-01-12T08:00:01.172741"
    assert created[-6:] == "+00:00"


def read(body: bytes) -> DeliveryReport:
    """Return what a body says when it comes."""
    return bounded(parse(body), NOW)


@given(reports(), st.integers(0, 10**9))
def test_every_spelling_says_the_same_report(report: DeliveryReport, seed: int) -> None:
    assert read(body_of(report, Random(seed), EVERYTHING)) == report


@given(reports(), st.integers(0, 10**9))
def test_so_do_those_of_the_hostile_profile(report: DeliveryReport, seed: int) -> None:
    assert read(body_of(report, Random(seed), PROFILES["hostile"].disturbances)) == report


@given(reports(), st.integers(0, 10**9))
def test_so_do_undisturbed_ones(report: DeliveryReport, seed: int) -> None:
    assert parse(body_of(report, Random(seed), FaultInjection())) == report


def test_missing_fields_come_as_what_can_not_be_read() -> None:
    bare = DeliveryReport("message", "batch", 102)
    found: Counter[str] = Counter()
    for seed in range(300):
        body = body_of(bare, Random(seed), FaultInjection(unreadable_fields=1.0))
        found.update(read(body).left_out)
        assert read(body) == bare

    assert found.keys() == set(OPTIONAL_FIELDS)


def test_id_takes_the_place_of_message_id() -> None:
    for body in bodies(FaultInjection(id_field=1.0), 5):
        fields = json.loads(body)
        assert fields["id"] == REPORT.message_id
        assert "messageId" not in fields


def test_numbers_come_as_texts() -> None:
    fields = [json.loads(body) for body in bodies(FaultInjection(text_numbers=1.0))]
    assert any(one["code"] == "102" for one in fields)
    assert any(one["segments"] == "2" for one in fields)
    assert any(one["price"] == "0.082" for one in fields)
    assert any(one["duration"] is False for one in fields)
    assert any(one["duration"] == "false" for one in fields)
    assert any(one["recipient"] == 46701740605 for one in fields)
    assert any(one["recipient"] == "+46701740605" for one in fields)


def test_prices_come_with_what_a_binary_float_leaves() -> None:
    assert any(b"0.0820000000000000" in body for body in bodies(FaultInjection(text_numbers=1.0)))


def test_unknown_fields_come() -> None:
    for body in bodies(FaultInjection(unknown_fields=1.0), 20):
        assert len(json.loads(body)) > 10


def test_odd_json_has_escapes_a_mark_white_space_and_another_order() -> None:
    odd = bodies(FaultInjection(odd_json=1.0))
    assert any(rb"H\u00f6strea \ud83c\udf89" in body for body in odd)
    assert any(body.startswith(b"\xef\xbb\xbf") for body in odd)
    assert any(b'\r\n  "' in body for body in odd)
    assert any(not body.removeprefix(b"\xef\xbb\xbf").startswith(b'{"messageId') for body in odd)


# --- Times --------------------------------------------------------------------------------------


def forms(created: datetime | None) -> set[object]:
    """Return every form that a time comes in, with digits as 9."""
    report = DeliveryReport("m", "b", 102, created=created)
    found: set[object] = set()
    for seed in range(400):
        spelled = json.loads(body_of(report, Random(seed), FaultInjection(time_forms=0.9)))
        told = spelled.get("created", "absent")
        found.add(
            "".join("9" if one.isdigit() else one for one in told)
            if isinstance(told, str)
            else told
        )
    return found


def test_every_form_of_time_of_the_senders_samples_comes() -> None:
    whole = datetime(2018, 10, 23, 17, 43, 21, tzinfo=UTC)
    assert {
        "9999-99-99T99:99:99Z",
        "9999-99-99T99:99:99.999",
        "9999-99-99T99:99:99.9999999+99:99",
    } <= forms(whole)


def test_a_precise_time_comes_in_forms_that_can_say_it() -> None:
    assert forms(REPORT.created) == {
        "9999-99-99T99:99:99.9999999+99:99",
        "9999-99-99T99:99:99.999999",
        "9999-99-99T99:99:99.999999Z",
        "9999-99-99T99:99:99.999999+99:99",
        "99999999T999999.999999Z",
    }


def test_an_unreadable_time_comes_in_many_forms_and_the_samples_own_words() -> None:
    assert {"ISO-9999 string", None, "", "absent"} <= forms(None)


def test_times_are_clipped_to_what_a_form_can_say() -> None:
    created = REPORT.created
    assert created is not None
    made = {clipped(created, Random(seed), 1.0).microsecond for seed in range(50)}
    assert made == {0, 172_000, 172_741}
    assert clipped(created, Random(1), 0.0) == created
    assert all(
        created - clipped(created, Random(seed), 1.0) < timedelta(seconds=1) for seed in range(50)
    )
