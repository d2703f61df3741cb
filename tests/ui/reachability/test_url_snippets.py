"""The forms in which the SMS service is given the callback URL."""

import json
import shlex

from kvitto.ui.reachability.callback_url_panel import SEND_URL, curl_line, json_line

URL = "https://kvitto.example.net/r/0123456789abcdef0123456789abcdef"


def test_the_json_line_is_a_member_of_a_request() -> None:
    assert json.loads("{" + json_line(URL) + "}") == {"deliveryReportUrl": URL}


def test_a_shell_takes_the_command_apart_as_it_is_meant() -> None:
    words = shlex.split(curl_line(URL, "It's “Åsa”"))

    assert words[:4] == ["curl", "-X", "POST", SEND_URL]
    assert words[words.index("-H") + 1] == "Authorization: Bearer API_KEY"
    assert json.loads(words[words.index("-d") + 1]) == {
        "sender": "Kvitto",
        "recipients": ["RECIPIENT"],
        "body": "It's “Åsa”",
        "deliveryReportUrl": URL,
    }


def test_nothing_is_sent_before_the_recipient_is_put_in() -> None:
    words = shlex.split(curl_line(URL, "Hello"))

    [recipient] = json.loads(words[-1])["recipients"]
    assert not recipient.isdigit()
