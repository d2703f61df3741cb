"""Send a sample report to our own port, as the sender would."""

import json
from datetime import datetime
from secrets import token_hex
from typing import Final

_TIMEOUT_S = 10
SAMPLE_BATCH: Final = "kvitto-test"
"""The sender's id of the batch of all test reports: none of the sender's own looks like it."""


class SampleUnansweredError(Exception):
    """The sample report got no answer; its text names the cause."""


def body_of_test_report(now: datetime) -> bytes:
    """Return the body of a report about a message that nobody sent, delivered at `now`, UTC."""
    return json.dumps(
        {
            "messageId": token_hex(12),
            "batchId": SAMPLE_BATCH,
            "recipient": "46701740605",
            "code": 201,
            "duration": 1,
            "created": now.isoformat(),
            "segments": 2,
            "price": 0.082,
            "currency": "eur",
            "reference": "Test",
        }
    ).encode()


async def send_test_report(url: str, now: datetime) -> int:
    """Post a sample report to `url`; return the status of the answer.

    Raises:
        SampleUnansweredError: there was no answer.
    """
    # Imported when it is needed: it would hold up the start of the window.
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    headers = {"Content-Type": "application/json"}
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as client,
            client.post(url, data=body_of_test_report(now), headers=headers) as answer,
        ):
            return answer.status
    except (aiohttp.ClientError, TimeoutError) as error:
        raise SampleUnansweredError(type(error).__name__) from error
