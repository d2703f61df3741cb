"""Where a newer version is announced, and whose announcements are believed."""

import os
from collections.abc import Mapping
from typing import Final, NamedTuple

ADDRESS: Final = ""
"""Of the announcement, beginning with https; "" until there is one: CONTRIBUTING, "Release"."""
PUBLIC_KEY: Final = ""
"""As `minisign` writes it, the second line of its file."""
ADDRESS_VARIABLE: Final = "KVITTO_UPDATE_ADDRESS"
KEY_VARIABLE: Final = "KVITTO_UPDATE_KEY"
"""Both name another source, for trying it out."""
SIGNATURE_ENDING: Final = ".minisig"


class UpdateSource(NamedTuple):
    """A place that announces versions.

    Attributes:
        address: of the announcement; its signature lies beside it.
        public_key: of who signs it.
    """

    address: str
    public_key: str


def own_source(environment: Mapping[str, str] | None = None) -> UpdateSource | None:
    """Return whom this program asks; None where it was built without anybody to ask."""
    given = os.environ if environment is None else environment
    address = given.get(ADDRESS_VARIABLE, "") or ADDRESS
    key = given.get(KEY_VARIABLE, "") or PUBLIC_KEY
    return UpdateSource(address, key) if address and key else None
