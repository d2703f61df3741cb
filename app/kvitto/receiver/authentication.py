"""Tell who sends a request: by the callback key in its target, however malformed that is."""

from collections.abc import Callable, Sequence
from hmac import compare_digest
from typing import Final

from kvitto.core.marks import URL_MARK
from kvitto.core.report import Origin
from kvitto.receiver.key_search import Authorization, key_candidates
from kvitto.receiver.urls import KEY_PATH, NO_AUTH_PATH, path_of
from kvitto.store.callback_keys import CallbackKey

MALFORMED_URL: Final = (URL_MARK,)
"""The mark of a report whose URL was malformed, but had a valid key."""
NO_KEY: Final = Authorization(None, Origin.WEBHOOK)
"""Used instead of a key where none is needed."""


class Authentication:
    """Compares targets with the keys. Belongs to one loop.

    Args:
        callback_keys: returns the keys that are valid now.
        no_auth: whether reports are taken without a key, too; can be changed at any time.
    """

    def __init__(
        self, callback_keys: Callable[[], Sequence[CallbackKey]], *, no_auth: bool
    ) -> None:
        self._callback_keys = callback_keys
        self.no_auth = no_auth

    def caller(self, target: str) -> Authorization | None:
        """Return who sends a request for `target`; None for an unknown caller.

        Every key is compared with every candidate, and each in constant time, so that the time
        taken tells nothing.
        """
        path = path_of(target)
        if path.startswith(KEY_PATH):
            found = self._known(path[len(KEY_PATH) :])
            if found is not None:
                marks = () if target.endswith(found.value) else MALFORMED_URL
                return Authorization(found.key, found.origin, marks)
        elif self.no_auth and path == NO_AUTH_PATH:
            return NO_KEY
        known = ((self._known(one.value), one.extra) for one in key_candidates(target))
        for found, extra in [one for one in known if one[0] is not None]:
            assert found is not None
            return Authorization(found.key, found.origin, MALFORMED_URL, extra)
        return None

    def _known(self, candidate: str) -> CallbackKey | None:
        """Return the valid key that this is."""
        compared = candidate.encode("utf-8", "surrogateescape")
        found = None
        for callback_key in self._callback_keys():
            if compare_digest(compared, callback_key.value.encode("utf-8")):
                found = callback_key
        return found
