import pytest

from kvitto.simulator.requests import INVALID_PAYLOAD, Post, PostAnswer
from kvitto.simulator.summary import breach, is_transient

REPORT = Post(0, 0, 0, b"{}")
WHY = b'{"error": "The body is not JSON."}\n'


def invalid_payload(expected: int) -> Post:
    return Post(0, 0, INVALID_PAYLOAD, b"?", expected=expected)


def answer(status: int, body: bytes = b"") -> PostAnswer:
    return PostAnswer(status, len(body), body)


@pytest.mark.parametrize("status", [200, 503, 502, 504, 429, 530])
def test_a_report_may_be_taken_or_put_off(status: int) -> None:
    assert breach(REPORT, answer(status)) is None


@pytest.mark.parametrize("status", [201, 204, 301, 302, 308, 400, 404, 405, 410, 413, 422, 500])
def test_any_other_answer_to_a_report_breaks_the_contract(status: int) -> None:
    assert breach(REPORT, answer(status)) == f"{status} to a report"


def test_a_200_has_no_body() -> None:
    assert breach(REPORT, answer(200, b"ok")) == "200 with a body"


@pytest.mark.parametrize("status", [400, 422])
def test_invalid_payload_is_refused_with_a_reason(status: int) -> None:
    assert breach(invalid_payload(status), answer(status, WHY)) is None


@pytest.mark.parametrize("body", [b"", b"no", b"[]", b"{}", b'{"error": 1}'])
def test_a_rejection_without_a_reason_breaks_it(body: bytes) -> None:
    assert breach(invalid_payload(422), answer(422, body)) == "422 that does not say why"


def test_a_reason_that_is_too_long_to_be_kept_is_believed() -> None:
    assert breach(invalid_payload(422), PostAnswer(422, 5000, b'{"error": "xxx')) is None


def test_too_large_needs_no_reason() -> None:
    assert breach(invalid_payload(413), answer(413)) is None


@pytest.mark.parametrize("status", [200, 400, 500, 404])
def test_invalid_payload_that_is_answered_otherwise_breaks_it(status: int) -> None:
    assert (
        breach(invalid_payload(422), answer(status))
        == f"{status} to what is no report instead of 422"
    )


def test_invalid_payload_may_be_put_off() -> None:
    assert breach(invalid_payload(422), answer(503)) is None


def test_not_now_is_not_a_promise() -> None:
    assert is_transient(503)
    assert not is_transient(200)
    assert not is_transient(500)
