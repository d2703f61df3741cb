"""A window's session, with its receiver in the process of the test."""

from pathlib import Path
from typing import Final

from typing_extensions import override

from kvitto.receiver.numbered_calls import Soon
from kvitto.receiver.receiver_errors import ReceiverError
from kvitto.receiver.receiver_link import ReceiverLink
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import StoreError
from kvitto.store.migrations.runner import OnUpgrade, go_on
from kvitto.ui.backend import Backend
from tests.helpers.receivers import ReceiversHere

_START_S: Final = 30.0


class BackendHere(Backend):
    """A session that asks its receiver over a real socket, as any; it is there at once.

    Attributes:
        receivers: those that were started for it.

    Args:
        folder: the data folder.
        port: the port to listen on; 0 takes any free one.
        store: the store on a server; None for the one of the folder.
        starts: whether a receiver is started.
        soon, on_upgrade: as of `Backend`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        store: StoreUrl | None = None,
        starts: bool = True,
        soon: Soon | None = None,
        on_upgrade: OnUpgrade = go_on,
    ) -> None:
        self.receivers: Final = ReceiversHere(store)
        link = ReceiverLink(
            folder, host="127.0.0.1", port=port, start=self.receivers, starts=starts
        )
        try:
            super().__init__(link, soon=soon, store=store, on_upgrade=on_upgrade)
        except BaseException:
            link.close()
            self.receivers.end()
            raise
        self.wait_until_decided()

    @property
    def runtime(self) -> ReceiverRuntime:
        """The receiver that was started last."""
        return self.receivers.runtime

    def wait_until_decided(self) -> None:
        """Wait until it receives, or it is known why not."""
        outlook = self.outlook
        while outlook.is_starting:
            outlook = self.link.wait_for_news(outlook, _START_S)

    @override
    def close(self) -> None:
        super().close()
        self.receivers.end()


def runtime_of(backend: Backend) -> ReceiverRuntime:
    """Return the receiver of a session of a test: what the window itself can't reach."""
    assert isinstance(backend, BackendHere)
    return backend.runtime


def trouble_of(backend: Backend) -> StoreError | ReceiverError | None:
    """Return why nothing is received."""
    return backend.trouble
