"""A server's certificate is verified by those that this computer trusts, and by its name."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from kvitto import certificates
from kvitto.store.engines.opening import open_store_at, server_database
from kvitto.store.engines.postgresql_errors import translated
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.server_errors import (
    ServerUntrustedError,
    StoreRefusedError,
    StoreUnreachableError,
    StoreUntrustedError,
)
from tests.helpers.network import free_port
from tests.helpers.postgres import Cluster, running_cluster
from tests.reachability.far_ends import certificate

NAME = "192.0.2.1"


class FarServer(NamedTuple):
    """A server elsewhere, as far as its address tells; and the certificate that it shows."""

    cluster: Cluster
    port: int
    certificate: Path

    def url(self, name: str = NAME) -> StoreUrl:
        """Return the URL of a store on it, by a name that its certificate may have."""
        database = self.cluster.new_store().database
        return StoreUrl(f"postgresql://kvitto@{name}:{self.port}/{database}?hostaddr=127.0.0.1")


@pytest.fixture(scope="module")
def far_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarServer]:
    folder, port = tmp_path_factory.mktemp("certificate"), free_port()
    certificate(folder, address=NAME)
    file = folder / "far_end.pem"
    with running_cluster(settings=["listen_addresses=127.0.0.1", f"port={port}"]) as cluster:
        cluster.put_certificate(file)
        yield FarServer(cluster, port, file)


def test_a_server_that_this_computer_trusts_is_reached(
    far_server: FarServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(far_server.certificate))
    open_store_at(far_server.url(), data_dir).close()


def test_the_computers_list_is_found_where_its_system_keeps_it(
    far_server: FarServer, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    list_ = shutil.copy(far_server.certificate, tmp_path / "list.pem")
    monkeypatch.setattr(certificates, "_FILES", (str(tmp_path / "gone.pem"), str(list_)))
    open_store_at(far_server.url(), data_dir).close()


def test_a_server_that_nobody_vouches_for_is_not_spoken_with(
    far_server: FarServer, data_dir: Path
) -> None:
    with pytest.raises(StoreUntrustedError) as raised:
        open_store_at(far_server.url(), data_dir)
    assert "certificate verify failed" in raised.value.detail


def test_a_server_of_another_name_is_not_spoken_with(
    far_server: FarServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(far_server.certificate))
    with pytest.raises(StoreUntrustedError) as raised:
        open_store_at(far_server.url("192.0.2.2"), data_dir)
    assert "does not match host name" in raised.value.detail


def test_whoever_receives_is_told_what_becomes_of_the_reports(
    far_server: FarServer, data_dir: Path
) -> None:
    with (
        server_database(far_server.url(), data_dir) as database,
        pytest.raises(ServerUntrustedError, match="about 90 minutes"),
    ):
        database.ensure_is_there()


def test_a_server_without_a_certificate_is_not_spoken_with(data_dir: Path) -> None:
    port = free_port()
    settings = ["listen_addresses=127.0.0.1", f"port={port}"]
    with running_cluster(settings=settings) as cluster, pytest.raises(StoreUntrustedError):
        open_store_at(FarServer(cluster, port, Path()).url(), data_dir)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("SSL error: certificate verify failed", ServerUntrustedError),
        ('root certificate file "/root.crt" does not exist', ServerUntrustedError),
        ("server does not support SSL, but SSL was required", ServerUntrustedError),
        ("FATAL:  connection requires a valid client certificate", StoreRefusedError),
        ('FATAL:  certificate authentication failed for user "anna"', StoreRefusedError),
        ('FATAL:  password authentication failed for user "certificates"', StoreRefusedError),
        ("certificate present, but not private key file", StoreUnreachableError),
        ('connection to server at "certificates.example" failed: refused', StoreUnreachableError),
    ],
)
def test_only_its_own_certificate_is_held_against_a_server(
    said: str, kind: type[Exception]
) -> None:
    error = psycopg.OperationalError(said)
    assert type(translated(error, "a place", ValueError())) is kind
