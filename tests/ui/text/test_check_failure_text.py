"""Every failure says what happened and what to do, in both languages."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale

from kvitto.reachability.failures import CheckFailure
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.preferences import Language
from kvitto.ui.text.check_failure_text import (
    FailureContext,
    failure_advice,
    failure_sentence,
    failure_word,
)

WAY = FailureContext("kvitto.example.net", 8371, "cloudflared")


@pytest.fixture(params=[Language.ENGLISH, Language.SWEDISH])
def language(request: pytest.FixtureRequest, qapp: object) -> Iterator[Language]:
    before = QLocale()
    languages = Languages()
    languages.speak(request.param)
    yield request.param
    languages.end()
    QLocale.setDefault(before)


@pytest.mark.parametrize("failure", CheckFailure)
def test_a_failure_has_a_word_a_sentence_and_an_advice(
    language: Language, failure: CheckFailure
) -> None:
    sentence, advice = failure_sentence(failure, WAY), failure_advice(failure, WAY)

    assert failure_word(failure)
    for text in (sentence, advice):
        assert text.endswith(".")
        assert "{" not in text
    assert sentence != advice


def test_no_two_faults_say_the_same(language: Language) -> None:
    for words in (
        [failure_word(one) for one in CheckFailure],
        [failure_sentence(one, WAY) for one in CheckFailure],
        [failure_advice(one, WAY) for one in CheckFailure],
    ):
        assert len(set(words)) == len(CheckFailure)


def test_every_text_is_another_one_in_swedish(qapp: object) -> None:
    english = {one: failure_sentence(one, WAY) for one in CheckFailure}
    before = QLocale()
    languages = Languages()
    languages.speak(Language.SWEDISH)
    try:
        assert all(failure_sentence(one, WAY) != english[one] for one in CheckFailure)
    finally:
        languages.end()
        QLocale.setDefault(before)


def test_the_words_name_the_host_the_port_and_the_program() -> None:
    assert "kvitto.example.net" in failure_sentence(CheckFailure.DNS, WAY)
    assert "8371" in failure_advice(CheckFailure.WRONG_PORT, WAY)
    assert "cloudflared" in failure_advice(CheckFailure.TUNNEL_DOWN, WAY)
    assert "the tunnel's program" in failure_advice(
        CheckFailure.TUNNEL_DOWN, FailureContext("a", 1)
    )
