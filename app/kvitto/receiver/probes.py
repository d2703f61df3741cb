"""Make and recognise probes: requests of our own that arrive again by the public URL.

A probe has a signed nonce that only this receiver, and the windows of its user, can make. The
receiver answers it with a proof that only it can make: the public URL leads to this very program,
and answers come back. Probes are never stored, and count neither as reports nor as unauthorized
requests. They are looked for only among requests that are refused, so that reports cost no more.
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
"""How long a probe may take to arrive."""
_KEY_BYTES: Final = 32
_LONGEST_BODY: Final = 512


class ProbePath(StrEnum):
    """Where a probe arrived."""

    KEY = "key"
    """At the callback URL: a report would have been taken."""
    ELSEWHERE = "elsewhere"
    """At a path whose key is not valid, or that has none."""
    BODY_LOST = "body_lost"
    """At the callback URL, but its body was lost or changed on the way."""


class Probe(msgspec.Struct, frozen=True):
    """One probe to be sent, once.

    Attributes:
        nonce: identifies it.
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

    # --- Client ---------------------------------------------------------------------------------

    def make(self) -> Probe:
        """Return a new probe, good for one answer within `LIFETIME_S`."""
        deadline = f"{int(self._clock() + LIFETIME_S):x}"
        word = f"{token_hex(16)}.{deadline}"
        nonce = f"{word}.{self._seal('probe', word)}"
        return Probe(nonce, msgspec.json.encode(_Asked(nonce)))

    def proved(self, probe: Probe, answer: bytes) -> ProbePath | None:
        """Return where `probe` arrived, if `answer` proves that; otherwise None."""
        try:
            proof = msgspec.json.decode(answer, type=_Proved).proof
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        for place in ProbePath:
            if hmac.compare_digest(proof.encode(), self._seal(place, probe.nonce).encode()):
                return place
        return None

    def seen(self, probe: Probe) -> ProbePath | None:
        """Return where `probe` arrived, even if its answer was lost.

        Known in the receiver's own process only; None where it has not arrived, or is not known.
        """
        seen = self._seen.get(probe.nonce)
        return None if seen is None else seen[1]

    # --- The receiver ---------------------------------------------------------------------------

    def answer(self, header: str | None, body: bytes | None, place: ProbePath) -> bytes | None:
        """Return the proof to be answered to a probe; None for whatever else came.

        Args:
            header: the value of the request's `PROBE_HEADER`.
            body: the request's body; None where it was not read. Proxies may remove the header, but
                must not change the body.
            place: where it arrived.
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
        """Tell whether a request is a probe of ours, even a late, repeated or incomplete one.

        Proxies may repeat a probe, or drop its body: that is no lost report.
        """
        return any(nonce is not None and self._is_sealed(nonce) for nonce in (header, _asked(body)))

    def _is_ours(self, nonce: str) -> bool:
        """Tell whether we made it, and within its lifetime."""
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
