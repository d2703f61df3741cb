"""Store and receiver together, built and torn down in one place."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from app.receiver.address import DEFAULT_HOST, DEFAULT_PORT, authority, callback_url
from app.receiver.journal import Journal
from app.receiver.service import ReceiverService, utc_now
from app.store.database import open_database, prepare_folder
from app.store.errors import StoreError
from app.store.instance import Instance
from app.store.reader import Reader
from app.store.secrets import SecretStore
from app.store.unauthorized import RecordUnauthorized
from app.store.upgrading import OnUpgrade, go_on
from app.store.writer import Writer

log = logging.getLogger(__name__)

_END_SECRETS_EVERY_S: Final = 600.0


class Reception:
    """Receives into a data folder, from its construction until `close`.

    Attributes:
        folder: the data folder.
        database: the store's database.
        reader: reads the store.
        secrets: the secrets of the callback URL.
        writer: the store's writer.
        service: the receiver.

    Args:
        folder: the data folder; made where it is missing.
        host: the address to listen on.
        port: the port to listen on; 0 takes any free one.
        is_open: whether reports are taken without a secret, too.
        on_commit: is told each new revision of the store, on the writer's thread.
        on_woken: is called when the computer has slept, on a thread of the reception's.
        on_upgrade: is told how far an upgrade of the database is, and may stop it.

    Raises:
        StoreError: the folder or its database can't be used, or another Kvitto uses it.
        ReceiverError: it can't listen there.
        InterruptedError: `on_upgrade` stopped the upgrade.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str = DEFAULT_HOST,
        port: int = DEFAULT_PORT,
        is_open: bool = False,
        on_commit: Callable[[int], None] = lambda _revision: None,
        on_woken: Callable[[], None] = lambda: None,
        on_upgrade: OnUpgrade = go_on,
    ) -> None:
        self.folder = folder
        with ExitStack() as building:
            prepare_folder(folder)
            instance = building.enter_context(Instance(folder))
            database = building.enter_context(
                open_database(folder, holds_folder=True, on_upgrade=on_upgrade)
            )
            self.database = database
            self.reader = Reader(database)
            self.secrets = SecretStore(database)
            self._reading_secrets = threading.Lock()
            self._end_secrets_at = 0.0
            self.secrets.newest(utc_now())
            self.read_secrets()
            self.writer = Writer(database, on_commit=on_commit)
            self.writer.start()
            building.callback(self.writer.close)
            self.service = ReceiverService(
                self.writer.append, lambda: self._valid, host=host, port=port, is_open=is_open
            )
            self.service.start()
            building.callback(self._save_unauthorized)
            building.callback(self.service.stop)
            journal = Journal(self.writer, utc_now, on_sign=self._on_sign, on_woken=on_woken)
            building.enter_context(journal)
            address = f"http://{authority(self.service.host, self.service.port)}"
            instance.tell(address, self.service.probes.key)
            self._teardown = building.pop_all()

    @property
    def callback_url(self) -> str:
        """The local callback URL, with its secret: for the user's eyes, never for a log."""
        return callback_url(self.service.host, self.service.port, self._secret.value)

    def read_secrets(self) -> None:
        """Take to the secrets that are valid in the store now; from any thread.

        Those that another process made or ended are noticed within `SIGN_EVERY_S`.
        """
        # Who reads first must not write last: what was just renewed would be refused again.
        with self._reading_secrets:
            self._secret = self.secrets.newest(utc_now())
            self._valid = tuple(self.secrets.valid())

    def _on_sign(self) -> None:
        """Look after the secrets now and then, on the journal's thread."""
        if time.monotonic() >= self._end_secrets_at:
            self._end_secrets_at = time.monotonic() + _END_SECRETS_EVERY_S
            ended = self.secrets.end_settled(utc_now())
            if ended:
                log.info("Ended renewed secrets that no batch needs any more: %s", ended)
        # A window that watches another process's receiver renews secrets, too.
        self.read_secrets()
        self._save_unauthorized()

    def _save_unauthorized(self) -> None:
        """Store who called with a wrong key; what can't be stored is kept for the next time."""
        sources = self.service.strangers.take()
        if not sources:
            return
        try:
            self.writer.edit(RecordUnauthorized(sources)).result()
        except StoreError as error:
            # Reports that can't be stored raise the alarm; this alone need not.
            log.debug("Who called is not stored yet: %s", type(error).__name__)
            self.service.strangers.give_back(sources)

    def close(self) -> None:
        """Stop listening, answer and store what is under way, and give the folder back."""
        self._teardown.close()

    def __enter__(self) -> Self:
        """Return the reception itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()
