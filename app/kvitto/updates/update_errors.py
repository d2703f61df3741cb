"""Why it is not known whether a newer version is out."""

from enum import StrEnum


class WhyUnknown(StrEnum):
    """Why it is not known whether there is a newer version."""

    UNREACHABLE = "unreachable"
    """No answer, or none that is ours: no network, a proxy, a certificate that is not trusted."""
    REDIRECTED = "redirected"
    """Somebody leads elsewhere, such as a network that wants a log-in. That is not followed."""
    ANSWER = "answer"
    """There is no announcement at the address, or it is not one."""
    SIGNATURE = "signature"
    """It is signed by somebody else, or was changed on the way."""


class UpdateUnknownError(Exception):
    """It is not known whether there is a newer version.

    Attributes:
        why: the reason.
    """

    def __init__(self, why: WhyUnknown, detail: str = "") -> None:
        super().__init__(detail or why.value)
        self.why = why
