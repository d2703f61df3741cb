"""Verifies signatures that `minisign` made: Ed25519 over a hash of the file.

Source: https://jedisct1.github.io/minisign/, "Signature format" and "Public key format".
"""

import base64
import binascii
import hashlib
from typing import Final

_KEY_KIND: Final = b"Ed"
_HASHED: Final = b"ED"
"""The kind that signs a hash: the only one that `minisign` has made by default for years."""
_KIND_SIZE: Final = 2
_ID_SIZE: Final = 8
_KEY_SIZE: Final = 32
_SIGNATURE_SIZE: Final = 64
_LINES: Final = 4
_TRUSTED: Final = "trusted comment: "


class WrongSignatureError(Exception):
    """A file is not signed, or not by the key that it must be signed by."""


def verify(data: bytes, signature: bytes, public_key: str) -> None:
    """Return if a file is signed by a key.

    Args:
        data: the file.
        signature: the content of the `.minisig` file beside it.
        public_key: the line that `minisign` writes into a file of its own.

    Raises:
        WrongSignatureError: it is not, or what was given is no signature or key.
    """
    # Loaded here: few programs ever ask.
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    key = _decoded(public_key, _KIND_SIZE + _ID_SIZE + _KEY_SIZE)
    lines = signature.decode("utf-8", "replace").splitlines()
    if len(lines) != _LINES or not lines[2].startswith(_TRUSTED):
        raise WrongSignatureError("That is not a signature.")
    own = _decoded(lines[1], _KIND_SIZE + _ID_SIZE + _SIGNATURE_SIZE)
    of_comment = _decoded(lines[3], _SIGNATURE_SIZE)
    kind, key_id, of_data = (
        own[:_KIND_SIZE],
        own[_KIND_SIZE:-_SIGNATURE_SIZE],
        own[-_SIGNATURE_SIZE:],
    )
    if key[:_KIND_SIZE] != _KEY_KIND or kind != _HASHED:
        raise WrongSignatureError("That is a signature of another kind.")
    if key_id != key[_KIND_SIZE:-_KEY_SIZE]:
        raise WrongSignatureError("It is signed by another key.")
    verifier = VerifyKey(key[-_KEY_SIZE:])
    comment = lines[2].removeprefix(_TRUSTED).encode()
    try:
        verifier.verify(hashlib.blake2b(data).digest(), of_data)
        verifier.verify(of_data + comment, of_comment)
    except BadSignatureError:
        raise WrongSignatureError("The signature does not fit.") from None


def _decoded(text: str, size: int) -> bytes:
    try:
        decoded = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) != size:
        raise WrongSignatureError("That is not a signature.")
    return decoded
