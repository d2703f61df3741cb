"""Recognise a probe: a request of our own that went out and came back in by the public URL.

A probe carries a word that only this receiver, and the windows of its user, can make. The receiver
answers it with a proof that only it can make, so that whoever asked knows that both ways are open
and lead to this very program. Probes are never stored, and count neither as reports nor as
unauthorized requests. They are looked for among what is refused: reports don't pay for them.
"""

import hmac
import time
from collections.abc import Callable
from enum import StrEnum
from hashlib import sha256
from secrets import token_hex
from typing import Final

import msgspec

PROBE_HEADER: Final = "Kvitto-Probe"
LIFETIME_S: Final = 60.0
"""How long a probe may be on its way."""
_KEY_BYTES: Final = 32
_LONGEST_BODY: Final = 512


class ProbePath(StrEnum):
    """Where a probe came in."""

    KEY = "key"
    """At the callback URL: a report would have been taken."""
    ELSEWHERE = "elsewhere"
    """At a path whose key is not valid, or that has none."""
    BODY_LOST = "body_lost"
    """At the callback URL, but its body was lost or changed on the way."""


class Probe(msgspec.Struct, frozen=True):
    """One probe to be sent, once.

    Attributes:
        nonce: the word by which it is recognised.
        body: what is posted.
    """

    nonce: str
    body: bytes


class _Asked(msgspec.Struct, rename={"nonce": "kvittoProbe"}):
    nonce: str


class _Proved(msgspec.Struct, rename={"proof": "kvittoProof"}):
    proof: str


class Probes:
    """Makes probes, recognises them, and knows their proofs. Any thread.

    Args:
        key: the key of the receiver that the probes are for; None for a receiver's own new one.
        clock: the time in seconds since the epoch.

    Attributes:
        key: tells other processes of the same user how to make probes for this receiver. A secret.
    """

    def __init__(self, key: str | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self.key: Final = token_hex(_KEY_BYTES) if key is None else key
        self._clock = clock
        self._seen: dict[str, tuple[float, ProbePath]] = {}

    # --- Who asks -------------------------------------------------------------------------------

    def make(self) -> Probe:
        """Return a new probe, good for one answer within `LIFETIME_S`."""
        deadline = f"{int(self._clock() + LIFETIME_S):x}"
        word = f"{token_hex(16)}.{deadline}"
        nonce = f"{word}.{self._seal('probe', word)}"
        return Probe(nonce, msgspec.json.encode(_Asked(nonce)))

    def proved(self, probe: Probe, answer: bytes) -> ProbePath | None:
        """Return where `probe` came in, if `answer` proves that; None if it proves nothing."""
        try:
            proof = msgspec.json.decode(answer, type=_Proved).proof
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        for place in ProbePath:
            if hmac.compare_digest(proof.encode(), self._seal(place, probe.nonce).encode()):
                return place
        return None

    def seen(self, probe: Probe) -> ProbePath | None:
        """Return where `probe` came in, even if its answer got lost.

        Known in the receiver's own process only; None where it has not come, or that is not known.
        """
        seen = self._seen.get(probe.nonce)
        return None if seen is None else seen[1]

    # --- The receiver ---------------------------------------------------------------------------

    def answer(self, header: str | None, body: bytes | None, place: ProbePath) -> bytes | None:
        """Return the proof to be answered to a probe; None for whatever else came.

        Args:
            header: the value of the request's `PROBE_HEADER`.
            body: the request's body; None where it was not read. What lies between may take our
                header away, but must bring the body as it is.
            place: where it came in.
        """
        nonce = header if body is None else _asked(body)
        if nonce is None or not self._is_ours(nonce):
            return None
        now = self._clock()
        if nonce in self._seen:
            return None
        self._seen = {one: kept for one, kept in self._seen.items() if kept[0] >= now}
        self._seen[nonce] = (now + LIFETIME_S, place)
        return msgspec.json.encode(_Proved(self._seal(place, nonce)))

    def is_probe(self, header: str | None, body: bytes) -> bool:
        """Tell whether we made what came, however late, however often, and whatever is left of it.

        What lies between may bring a probe twice, or take its body away: that is no lost report.
        """
        return any(nonce is not None and self._is_sealed(nonce) for nonce in (header, _asked(body)))

    def _is_ours(self, nonce: str) -> bool:
        """Tell whether we made it, and not too long ago."""
        if not self._is_sealed(nonce):
            return False
        deadline = int(nonce.rpartition(".")[0].rpartition(".")[2], 16)
        return deadline >= self._clock()

    def _is_sealed(self, nonce: str) -> bool:
        word, _, seal = nonce.rpartition(".")
        return hmac.compare_digest(
            seal.encode("utf-8", "replace"), self._seal("probe", word).encode()
        )

    def _seal(self, purpose: str, text: str) -> str:
        message = f"{purpose}:{text}".encode("utf-8", "replace")
        return hmac.new(bytes.fromhex(self.key), message, sha256).hexdigest()


def _asked(body: bytes) -> str | None:
    if len(body) > _LONGEST_BODY:
        return None
    try:
        return msgspec.json.decode(body, type=_Asked).nonce
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
