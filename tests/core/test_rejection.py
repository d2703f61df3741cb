"""The words under which refused requests are kept, and what is made of them."""

import re

import pytest

from kvitto.core.rejection import (
    ReasonCode,
    ReasonValues,
    RejectedBodyError,
    RejectionKind,
    RejectionReason,
)


def test_the_kinds_are_the_words_that_stand_in_databases() -> None:
    assert [kind.value for kind in RejectionKind] == [
        "not_json",
        "not_a_report",
        "incoming_sms",
        "email_report",
        "too_large",
        "cut_off",
        "malformed",
        "wrong_url",
        "api",
    ]


def test_a_rejection_says_its_reason() -> None:
    error = RejectedBodyError(ReasonCode.FIELD_NOT_TEXT, name="batchId", kind="list")

    assert error.kind is RejectionKind.NOT_A_REPORT
    assert error.reason == RejectionReason(
        "field_not_text", ReasonValues(name="batchId", kind="list")
    )
    assert str(error) == error.reason.english == "The field batchId is a list, not a text."


@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_is_a_sentence_with_its_values_filled_in(code: ReasonCode) -> None:
    error = RejectedBodyError(code, name="code", kind="null", count=7, extra="x")

    assert re.fullmatch(r"[A-Z][^{}]+\.", str(error))


def test_a_reason_of_a_newer_version_is_told_by_its_code() -> None:
    assert RejectionReason("moon_{phase}").english == "moon_{phase}"
