"""Asking a server on this computer, which lies in every way."""

from collections.abc import AsyncIterator

import pytest

from kvitto import __version__
from kvitto.updates.check import MAX_BODY_BYTES, ask_for_update
from kvitto.updates.source import UpdateSource, own_source
from kvitto.updates.update_errors import UpdateUnknownError, WhyUnknown
from tests.helpers.signed_files import Signer
from tests.updates.serving import Announcing, announcing


@pytest.fixture
async def server() -> AsyncIterator[Announcing]:
    async with announcing() as serving:
        yield serving.announce("9.9.9")


async def _why(source: UpdateSource) -> WhyUnknown:
    with pytest.raises(UpdateUnknownError) as told:
        await ask_for_update(source)
    return told.value.why


async def test_an_announcement_is_read_and_nothing_is_told_of_who_asks(server: Announcing) -> None:
    told = await ask_for_update(server.source)
    assert told.read(server.signer.public_key).version == "9.9.9"
    assert [path for path, _headers in server.asked] == ["/latest.json", "/latest.json.minisig"]
    for _path, headers in server.asked:
        assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Cache-Control"}
        assert headers["User-Agent"] == "Kvitto"
        assert __version__ not in str(headers)


async def test_another_signature_is_not_believed(server: Announcing) -> None:
    server.signature = Signer().sign(server.data)
    assert await _why(server.source) is WhyUnknown.SIGNATURE
    server.announce("9.9.9").data += b" "
    assert await _why(server.source) is WhyUnknown.SIGNATURE
    server.signature = b"<html>"
    assert await _why(server.source) is WhyUnknown.SIGNATURE


async def test_a_signed_file_that_is_no_announcement_is_refused(server: Announcing) -> None:
    server.data = b"[]"
    server.signature = server.signer.sign(server.data)
    assert await _why(server.source) is WhyUnknown.ANSWER


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirection_is_not_followed(server: Announcing, status: int) -> None:
    server.status = status
    server.headers = {"Location": f"{server.address}?again"}
    assert await _why(server.source) is WhyUnknown.REDIRECTED
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [204, 404, 503])
async def test_a_missing_announcement_is_said_to_be_missing(
    server: Announcing, status: int
) -> None:
    server.status = status
    assert await _why(server.source) is WhyUnknown.ANSWER


async def test_a_huge_answer_is_not_read_to_its_end(server: Announcing) -> None:
    server.data = b" " * (MAX_BODY_BYTES + 1)
    assert await _why(server.source) is WhyUnknown.ANSWER
    assert len(server.asked) == 1


async def test_an_answer_that_does_not_end_is_given_up(server: Announcing) -> None:
    server.goes_on.clear()
    with pytest.raises(UpdateUnknownError) as told:
        await ask_for_update(server.source, whole_s=0.2)
    assert told.value.why is WhyUnknown.UNREACHABLE
    assert len(server.asked) == 1


async def test_nobody_there_is_told_as_that(server: Announcing) -> None:
    key = server.signer.public_key
    for address in (
        "http://127.0.0.1:1/latest.json",
        "http://kvitto.example/latest.json",  # without TLS, only on this computer
        "ftp://127.0.0.1/latest.json",
        "https://[/",
        "",
    ):
        assert await _why(UpdateSource(address, key)) is WhyUnknown.UNREACHABLE


def test_a_program_without_a_source_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kvitto.updates.source.ADDRESS", "")
    monkeypatch.setattr("kvitto.updates.source.PUBLIC_KEY", "")
    assert own_source({"KVITTO_UPDATE_ADDRESS": "https://kvitto.example/"}) is None
    both = {"KVITTO_UPDATE_ADDRESS": "https://kvitto.example/", "KVITTO_UPDATE_KEY": "RW…"}
    assert own_source(both) == UpdateSource("https://kvitto.example/", "RW…")
    assert own_source({}) is None
