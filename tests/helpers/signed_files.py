"""Signs files as `minisign` does, with keys that are made up."""

import base64
import hashlib
from typing import Final

from nacl.signing import SigningKey


class Signer:
    """A key that signs.

    Attributes:
        public_key: as `minisign` writes it.
    """

    def __init__(self, key_id: bytes = b"12345678") -> None:
        self._key: Final = SigningKey.generate()
        self._id: Final = key_id
        self.public_key: Final = _encoded(b"Ed" + key_id + bytes(self._key.verify_key))

    def sign(self, data: bytes, comment: str = "Kvitto", kind: bytes = b"ED") -> bytes:
        """Return the signature of a file."""
        signed = data if kind == b"Ed" else hashlib.blake2b(data).digest()
        own = self._key.sign(signed).signature
        of_comment = self._key.sign(own + comment.encode()).signature
        lines = (
            "untrusted comment: made up",
            _encoded(kind + self._id + own),
            f"trusted comment: {comment}",
            _encoded(of_comment),
        )
        return "\n".join(lines).encode() + b"\n"


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
