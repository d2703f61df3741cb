import json
from collections import Counter
from random import Random

import pytest

from app.core.ip1 import parse
from app.core.refusal import RefusalKind, RefusedBodyError
from app.simulator.disturbances import Disturbances
from app.simulator.junk import Junk, junk_beside
from tests.simulator.campaigns import of_profile, reports_of

BODIES = [post.body for post in reports_of(of_profile("hostile"))]


def drawn(disturbances: Disturbances) -> list[Junk]:
    return [
        junk
        for seed, body in enumerate(BODIES)
        for junk in junk_beside(body, Random(seed), disturbances)
    ]


def refusal(body: bytes) -> RefusalKind:
    with pytest.raises(RefusedBodyError) as caught:
        parse(body)
    return caught.value.kind


def test_without_disturbances_there_is_none() -> None:
    assert drawn(Disturbances()) == []


def test_broken_bodies_are_refused_as_they_say() -> None:
    kinds: Counter[RefusalKind] = Counter()
    for junk in drawn(Disturbances(broken=1.0)):
        kind = refusal(junk.body)
        kinds[kind] += 1
        assert junk.expected == (400 if kind is RefusalKind.NOT_JSON else 422), junk.body
    assert set(kinds) == {RefusalKind.NOT_JSON, RefusalKind.NOT_A_REPORT}


def test_incoming_sms_and_mail_reports_are_known_by_name() -> None:
    junk = drawn(Disturbances(incoming_sms=1.0))
    assert {refusal(one.body) for one in junk} == {
        RefusalKind.INCOMING_SMS,
        RefusalKind.EMAIL_REPORT,
    }
    assert {one.expected for one in junk} == {422}


def test_oversized_bodies_are_larger_than_the_limit_and_good_json() -> None:
    junk = drawn(Disturbances(oversized=0.05))
    assert junk
    for one in junk:
        assert 64 * 1024 < len(one.body) <= 256 * 1024
        assert one.expected == 413
        json.loads(one.body)
