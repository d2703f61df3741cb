import json
import re

from kvitto.simulator.requests import INVALID_PAYLOAD, Post, PostAnswer
from kvitto.simulator.retry_queue import Attempt, Verdict
from kvitto.simulator.summary import PostingSummary, TryFailure
from tests.simulator.campaigns import a_campaign

CAMPAIGN = a_campaign()
OK = PostAnswer(200, 0, b"")
REFUSED = PostAnswer(422, 16, b'{"error": "why"}')


def report(message: int = 0, number: int = 0, *, is_repeat: bool = False) -> Post:
    return Post(0, message, number, b"{}", is_repeat=is_repeat)


def invalid_payload(expected: int = 422) -> Post:
    return Post(0, 0, INVALID_PAYLOAD, b"?", expected=expected)


def posted(score: PostingSummary, post: Post, answer: PostAnswer | None) -> None:
    """Post once; without an answer the post is deleted."""
    score.begin(Attempt(post, tries=1))
    if answer is None:
        score.fail(post, TryFailure.UNREACHABLE)
        score.settle(post, Verdict.DELETED)
    else:
        score.note_sent(post)
        score.answer(post, answer, 0.002)
        score.settle(post, Verdict.DONE)


def test_what_is_answered_200_is_counted() -> None:
    score = PostingSummary()
    posted(score, report(), OK)
    posted(score, report(is_repeat=True), OK)
    assert (score.reports, score.repeats, score.taken, score.sent) == (2, 1, 2, 2)
    assert score.begun_messages == 1
    assert score.is_clean


def test_the_sender_is_satisfied_by_200_alone() -> None:
    score = PostingSummary()
    assert score.answer(report(), OK, 0.1)
    for status in (201, 204, 302, 400, 500, 503):
        assert not score.answer(report(), PostAnswer(status, 0, b""), 0.1)


def test_with_invalid_payload_it_is_satisfied_by_anything_but_not_now() -> None:
    score = PostingSummary()
    assert score.answer(invalid_payload(), REFUSED, 0.1)
    assert score.answer(invalid_payload(), OK, 0.1)
    assert not score.answer(invalid_payload(), PostAnswer(503, 0, b""), 0.1)
    assert score.invalid_payload_refused == {422: 1}
    assert score.breaches.total() == 1


def test_a_deleted_report_is_lost_and_told_by_its_ids() -> None:
    score = PostingSummary()
    posted(score, report(3, 1), None)
    told = score.as_json(CAMPAIGN)
    assert (told["deleted_by_the_sender"], told["lost"]) == (1, 1)
    (lost,) = told["lost_reports"]
    expected = CAMPAIGN.script(3).reports[1]
    assert lost["message_id"] == expected.message_id
    assert lost["batch_id"] == expected.batch_id
    assert lost["code"] == expected.code
    assert lost["may_be_stored"] is False
    assert not score.is_clean


def test_it_is_not_lost_where_another_copy_was_taken() -> None:
    score = PostingSummary()
    posted(score, report(3, 1), None)
    posted(score, report(3, 1, is_repeat=True), OK)
    told = score.as_json(CAMPAIGN)
    assert (told["deleted_by_the_sender"], told["lost"]) == (1, 0)


def test_invalid_payload_is_never_lost() -> None:
    score = PostingSummary()
    posted(score, invalid_payload(), None)
    told = score.as_json(CAMPAIGN)
    assert (told["deleted_by_the_sender"], told["lost"]) == (0, 0)
    assert told["invalid_payload_never_answered"] == 1


def test_breaches_are_told_with_examples() -> None:
    score = PostingSummary()
    for message in range(5):
        posted(score, report(message), PostAnswer(410, 0, b""))
    assert not score.is_clean
    text = "\n".join(score.as_text(CAMPAIGN))
    assert "5 × 410 to a report" in text
    assert CAMPAIGN.message_id(2) in text
    assert CAMPAIGN.message_id(3) not in text
    assert score.as_json(CAMPAIGN)["contract_broken"] == {"410 to a report": 5}


def test_an_answer_that_is_not_http_is_a_breach() -> None:
    score = PostingSummary()
    score.fail(report(), TryFailure.NOT_HTTP)
    assert not score.is_clean


def test_what_was_stopped_is_told() -> None:
    score = PostingSummary()
    score.begin(Attempt(report(), tries=1))
    assert score.unanswered == 1
    assert any("Still to be answered" in line for line in score.as_text(CAMPAIGN))


def test_tries_after_the_first_are_retries() -> None:
    score = PostingSummary()
    score.begin(Attempt(report(), tries=1))
    score.begin(Attempt(report(), tries=2))
    assert (score.reports, score.retried) == (1, 1)


def test_the_json_is_json_and_the_text_is_lines() -> None:
    score = PostingSummary()
    posted(score, report(), OK)
    posted(score, invalid_payload(), REFUSED)
    score.elapsed_s = 2.0
    told = json.loads(json.dumps(score.as_json(CAMPAIGN)))
    assert told["answers"] == {"200": 1, "422": 1}
    assert told["answers_per_s"] == 1.0
    assert told["answer_ms"] == {"p50": 2.0, "p99": 2.0, "max": 2.0}
    for line in score.as_text(CAMPAIGN):
        assert re.fullmatch(r"\S.{21} \S.*", line)
