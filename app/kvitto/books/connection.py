"""Which books are asked, and with which key, where there is no window to say so."""

import os
from collections.abc import Mapping
from typing import Final

from kvitto.books.client import BooksClient
from kvitto.books.key import SIMULATED_KEY, ApiKey, KeyProblemError, key_of_environment
from kvitto.books.transport import API_BASE, checked_base

BASE_VARIABLE: Final = "KVITTO_BOOKS_URL"
"""Names simulated books on this computer, which are asked instead of the SMS service's."""


def client_of_environment(environment: Mapping[str, str] | None = None) -> BooksClient:
    """Return a client of the books that the environment names, with the key that it gives.

    Simulated books are asked with the simulator's key: a real one never goes there.

    Raises:
        BaseUrlError: KVITTO_BOOKS_URL names another computer.
        KeyProblemError: there is no key, or it can't be read.
    """
    given = os.environ if environment is None else environment
    base = checked_base(given.get(BASE_VARIABLE) or API_BASE)
    if base != API_BASE:
        return BooksClient(ApiKey(SIMULATED_KEY), base=base)
    key = key_of_environment(given)
    if key is None:
        raise KeyProblemError(
            "There is no key for iP.1's API. Name a file that holds it in KVITTO_IP1_KEY_FILE "
            "(chmod 600). Make the key at portal.ip1.net, under API keys."
        )
    return BooksClient(key, base=base)
