"""Runs a server for stores, whose certificate nobody knows yet: for try_deb.sh.

    store_server.py CERTIFICATE.crt

It writes its certificate, and prints the URL of an empty database, until it is ended. It runs what
the tests run: the project's folder must be in PYTHONPATH.
"""

import signal
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.helpers.network import free_port
from tests.helpers.postgres import running_cluster
from tests.reachability.far_ends import certificate

_NAME: Final = "192.0.2.1"
"""An address that nobody has: to the driver the server is elsewhere."""


def main() -> None:
    """Run it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    port = free_port()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_cluster(settings=["listen_addresses=127.0.0.1", f"port={port}"]) as cluster,
    ):
        certificate(Path(folder), address=_NAME)
        file = Path(folder) / "far_end.pem"
        cluster.put_certificate(file)
        _, begin, text = file.read_text("ascii").partition("-----BEGIN CERTIFICATE-----")
        Path(sys.argv[1]).write_text(begin + text, "ascii")
        database = cluster.new_database().database
        sys.stdout.write(f"postgresql://kvitto@{_NAME}:{port}/{database}?hostaddr=127.0.0.1\n")
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    main()
