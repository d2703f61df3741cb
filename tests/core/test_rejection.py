"""The words under which refused requests are kept."""

from kvitto.core.rejection import RejectedBodyError, RejectionKind


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
    ]


def test_a_rejection_says_its_reason() -> None:
    error = RejectedBodyError(RejectionKind.NOT_JSON, "The body is empty.")

    assert (error.kind, error.reason, str(error)) == (
        RejectionKind.NOT_JSON,
        "The body is empty.",
        "The body is empty.",
    )
