import json
from collections import Counter
from random import Random

import pytest

from kvitto.core.ip1_parser import parse
from kvitto.core.rejection import RejectedBodyError, RejectionKind
from kvitto.simulator.fault_injection import FaultInjection
from kvitto.simulator.invalid_payloads import InvalidPayload, invalid_payload_beside
from tests.simulator.campaigns import of_profile, reports_of

BODIES = [post.body for post in reports_of(of_profile("hostile"))]


def drawn(disturbances: FaultInjection) -> list[InvalidPayload]:
    return [
        invalid_payload
        for seed, body in enumerate(BODIES)
        for invalid_payload in invalid_payload_beside(body, Random(seed), disturbances)
    ]


def rejection(body: bytes) -> RejectionKind:
    with pytest.raises(RejectedBodyError) as caught:
        parse(body)
    return caught.value.kind


def test_without_disturbances_there_is_none() -> None:
    assert drawn(FaultInjection()) == []


def test_broken_bodies_are_refused_as_they_say() -> None:
    kinds: Counter[RejectionKind] = Counter()
    for invalid_payload in drawn(FaultInjection(broken=1.0)):
        kind = rejection(invalid_payload.body)
        kinds[kind] += 1
        assert invalid_payload.expected == (400 if kind is RejectionKind.NOT_JSON else 422), (
            invalid_payload.body
        )
    assert set(kinds) == {RejectionKind.NOT_JSON, RejectionKind.NOT_A_REPORT}


def test_incoming_sms_and_mail_reports_are_known_by_name() -> None:
    invalid_payload = drawn(FaultInjection(incoming_sms=1.0))
    assert {rejection(one.body) for one in invalid_payload} == {
        RejectionKind.INCOMING_SMS,
        RejectionKind.EMAIL_REPORT,
    }
    assert {one.expected for one in invalid_payload} == {422}


def test_oversized_bodies_are_larger_than_the_limit_and_good_json() -> None:
    invalid_payload = drawn(FaultInjection(oversized=0.05))
    assert invalid_payload
    for one in invalid_payload:
        assert 64 * 1024 < len(one.body) <= 256 * 1024
        assert one.expected == 413
        json.loads(one.body)
