"""What is signed by minisign is believed, and nothing else."""

from pathlib import Path
from typing import Final

import pytest

from kvitto.updates.announcement import VersionSeverity, parse_announcement
from kvitto.updates.signature import WrongSignatureError, verify
from tests.helpers.signed_files import Signer

DATA: Final = Path(__file__).parents[1] / "data/updates"
"""Made by minisign 0.11; nobody has the key any more."""


def test_what_minisign_has_signed_is_believed() -> None:
    file = (DATA / "latest.json").read_bytes()
    signature = (DATA / "latest.json.minisig").read_bytes()
    _comment, key = (DATA / "key.pub").read_text("utf-8").splitlines()
    verify(file, signature, key)
    told = parse_announcement(file)
    assert (told.version, told.weight) == ("9.8.7", VersionSeverity.IMPORTANT)
    with pytest.raises(WrongSignatureError, match="does not fit"):
        verify(file + b" ", signature, key)


def test_a_changed_signature_comment_or_key_is_not_believed() -> None:
    signer, data = Signer(), b"{}"
    good = signer.sign(data, "Kvitto 1.0.0")
    verify(data, good, signer.public_key)
    for bad in (
        b"",
        b"\n\n\n",
        b"\xff\xfe" * 100,
        good.replace(b"Kvitto 1.0.0", b"Kvitto 9.0.0"),
        good.replace(b"trusted comment: K", b"comment: K"),
        b"\n".join(good.split(b"\n")[:2]),
        good + b"more\n",
        signer.sign(b"{} ", "Kvitto 1.0.0"),
        signer.sign(data, kind=b"Ed"),
        Signer().sign(data),  # the same number, another key
        Signer(b"87654321").sign(data),
    ):
        with pytest.raises(WrongSignatureError):
            verify(data, bad, signer.public_key)
    for key in ("", "abc", "ö", Signer().public_key, signer.public_key[:-4] + "AAAA"):
        with pytest.raises(WrongSignatureError):
            verify(data, good, key)
