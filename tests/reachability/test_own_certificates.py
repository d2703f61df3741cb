"""The far end's certificate is verified as this computer does it, wherever it keeps its list."""

import ssl
from pathlib import Path

import pytest

from kvitto import certificates
from kvitto.certificates import client_context, root_count
from kvitto.reachability.failures import INCONCLUSIVE, CheckFailure
from tests.reachability.far_ends import FarEnds, certificate
from tests.reachability.test_own_way_out import URL, set_proxy
from tests.reachability.test_probe import outcome


@pytest.fixture
def no_list(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let this computer have no list of certificates."""
    (tmp_path / "none").mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none/list.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    monkeypatch.setattr(certificates, "_FILES", ())


async def far_end(far_ends: FarEnds, folder: Path) -> str:
    """Return the URL of a far end whose certificate lies in `far_end.pem`."""
    server, _ = certificate(folder)
    return await far_ends.answering("404 Not Found", tls=server)


@pytest.mark.usefixtures("no_list")
async def test_without_a_list_of_certificates_the_far_ends_is_not_to_blame(
    far_ends: FarEnds, tmp_path: Path
) -> None:
    result = await outcome(await far_end(far_ends, tmp_path))
    assert result.failure is CheckFailure.OWN_CERTIFICATES
    assert result.failure in INCONCLUSIVE
    assert result.detail.startswith("nobody is trusted; certificate: self-signed")
    assert root_count() == 0


@pytest.mark.usefixtures("no_list")
async def test_without_a_list_of_certificates_the_proxy_is_not_to_blame(
    monkeypatch: pytest.MonkeyPatch, far_ends: FarEnds, tmp_path: Path
) -> None:
    server, _ = certificate(tmp_path, address="127.0.0.1")
    far = await far_ends.answering("200 OK", tls=server)
    set_proxy(monkeypatch, await far_ends.connecting(int(far.rpartition(":")[2])))
    assert (await outcome(URL)).failure is CheckFailure.OWN_CERTIFICATES


@pytest.mark.usefixtures("no_list")
async def test_a_broken_list_is_none(
    monkeypatch: pytest.MonkeyPatch, far_ends: FarEnds, tmp_path: Path
) -> None:
    (tmp_path / "broken.pem").write_bytes(b"\0" * 100)
    monkeypatch.setattr(certificates, "_FILES", (str(tmp_path / "broken.pem"),))
    assert root_count() == 0
    url = await far_end(far_ends, tmp_path)
    assert (await outcome(url)).failure is CheckFailure.OWN_CERTIFICATES


@pytest.mark.usefixtures("no_list")
async def test_a_list_that_lies_elsewhere_is_found(
    monkeypatch: pytest.MonkeyPatch, far_ends: FarEnds, tmp_path: Path
) -> None:
    url = await far_end(far_ends, tmp_path)
    files = (str(tmp_path / "none"), str(tmp_path / "far_end.pem"))
    monkeypatch.setattr(certificates, "_FILES", files)
    assert (await outcome(url)).failure is CheckFailure.OTHER_PROGRAM
    assert root_count() == 1


@pytest.mark.usefixtures("no_list")
async def test_the_list_that_is_named_goes_before_the_systems(
    monkeypatch: pytest.MonkeyPatch, far_ends: FarEnds, tmp_path: Path
) -> None:
    url = await far_end(far_ends, tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "far_end.pem"))
    monkeypatch.setattr(certificates, "_FILES", ("/etc/ssl/certs/ca-certificates.crt",))
    assert (await outcome(url)).failure is CheckFailure.OTHER_PROGRAM
    assert root_count() == 1


@pytest.mark.usefixtures("no_list")
def test_a_folder_of_certificates_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    certificate(tmp_path)
    pem = (tmp_path / "far_end.pem").read_text()
    for name in ("0a1b2c3d.0", "ffffffff.0", "README"):
        (tmp_path / "none" / name).write_text(pem)
    assert root_count() == 2
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "nowhere"))
    assert root_count() == 0


def test_this_computer_trusts_somebody_and_names_are_checked() -> None:
    assert root_count() != 0
    assert client_context().check_hostname


def test_an_authority_that_the_system_takes_is_taken_on_every_python() -> None:
    assert not client_context().verify_flags & ssl.VERIFY_X509_STRICT
