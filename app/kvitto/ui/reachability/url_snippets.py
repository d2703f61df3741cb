"""The callback URL in the forms in which the sender is given it.

Source: the sender's page "Sending SMS", `POST /v2/batches` with a bearer token (documented).
"""

import json
import shlex
from typing import Final

SEND_URL: Final = "https://api.ip1sms.com/v2/batches"
_FIELD: Final = "deliveryReportUrl"


def json_line(url: str) -> str:
    """Return the line of a batch request that names the callback URL.

    >>> json_line("https://kvitto.example.net/r/0123abcd")
    '"deliveryReportUrl": "https://kvitto.example.net/r/0123abcd"'
    """
    return f"{json.dumps(_FIELD)}: {json.dumps(url, ensure_ascii=False)}"


def curl_line(url: str, text: str) -> str:
    """Return a command for a shell that sends one SMS whose reports come to the callback URL.

    `API_KEY` and `RECIPIENT` in it are for the user to replace: as it is, the sender refuses it,
    and nothing is sent.

    Args:
        url: the callback URL.
        text: the text of the SMS.
    """
    batch = {"sender": "Kvitto", "recipients": ["RECIPIENT"], "body": text, _FIELD: url}
    return " ".join(
        (
            "curl -X POST",
            SEND_URL,
            "-H 'Authorization: Bearer API_KEY'",
            "-H 'Content-Type: application/json'",
            "-d",
            shlex.quote(json.dumps(batch, ensure_ascii=False)),
        )
    )
