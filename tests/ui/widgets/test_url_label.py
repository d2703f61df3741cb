"""The key in a URL is shortened, and nothing else is."""

import pytest

from kvitto.ui.widgets.url_label import shortened


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            "https://kvitto.example.net/r/3fa0b1c2d3e4f5061728394a5b6c7dc2",
            "https://kvitto.example.net/r/3f…c2",
        ),
        ("http://127.0.0.1:8377/r/short", "http://127.0.0.1:8377/r/short"),
        ("https://kvitto.example.net", "https://kvitto.example.net"),
        ("", ""),
    ],
)
def test_the_key_is_shortened(url: str, shown: str) -> None:
    assert shortened(url) == shown
