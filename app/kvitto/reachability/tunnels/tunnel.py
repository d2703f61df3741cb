"""A tunnel that we run: its program started, watched, started again, and stopped."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from kvitto.clock import utc_now
from kvitto.reachability.error_details import trace_of
from kvitto.reachability.reachability_status import TunnelStage, TunnelState
from kvitto.reachability.supervision import is_being_cancelled
from kvitto.reachability.tunnels.commands import shown, url_in
from kvitto.reachability.tunnels.config_check import TunnelConfigError
from kvitto.reachability.tunnels.process import KEPT_LINES, CantStartError, TunnelProcess
from kvitto.reachability.tunnels.providers import TunnelConfig
from kvitto.reachability.worker_thread import in_thread, until

log = logging.getLogger(__name__)


class Backoff(msgspec.Struct, frozen=True):
    """How a tunnel is watched. All in seconds.

    Attributes:
        look_s: the time between two looks while its URL is not known.
        look_later_s: the same afterwards.
        first_rest_s: how long after its program ended it is started again; twice as long each
            time, up to `longest_rest_s`.
        calm_s: after so long, its end counts as the first again.
        stop_s: how long its program has to end when it is asked to.
    """

    look_s: float = 0.2
    look_later_s: float = 1.0
    first_rest_s: float = 1.0
    longest_rest_s: float = 60.0
    calm_s: float = 60.0
    stop_s: float = 5.0


class Tunnel:
    """One tunnel, from `run` until `stop`. Belongs to one loop.

    A program that has outlived a crash of Kvitto is taken over instead of being started twice: it
    has the URL that the sender knows.

    Args:
        order: which.
        listens_on: the address and port to which it leads.
        folder: where its program writes; made for us alone.
        patience: how it is watched.
        clock: the time, UTC.

    Attributes:
        state: how it is.
        metrics_port: where `cloudflared` tells how it is; 0 before its first start.
    """

    def __init__(
        self,
        order: TunnelConfig,
        listens_on: tuple[str, int],
        folder: Path,
        *,
        patience: Backoff | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.state = TunnelState(order, TunnelStage.STARTING)
        self.metrics_port = 0
        self._listens_on: Final = listens_on
        self._folder: Final = folder
        self._observers: list[Callable[[], None]] = []
        self._patience = Backoff() if patience is None else patience
        self._clock = clock
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._is_leaving = False
        self._looks_fail = False

    def observe(self, on_change: Callable[[], None]) -> None:
        """Have `on_change` called after each change of `state`."""
        self._observers.append(on_change)

    async def run(self) -> None:
        """Keep the tunnel open until it is stopped, or can't be started at all."""
        rest_s = self._patience.first_rest_s
        try:
            while not self._stopping.is_set():
                begun = self._clock()
                try:
                    exit_code = await self._run_once()
                except (CantStartError, TunnelConfigError) as error:
                    self._say(stage=TunnelStage.MISSING, url="", lines=(str(error),))
                    return
                except Exception as error:  # noqa: BLE001 - a later try may work
                    log.error("The tunnel program can't be started: %s", trace_of(error))  # noqa: TRY400
                    await until(self._stopping, rest_s)
                    rest_s = min(2 * rest_s, self._patience.longest_rest_s)
                    continue
                if self._stopping.is_set():
                    break
                if self._clock() - begun > timedelta(seconds=self._patience.calm_s):
                    rest_s = self._patience.first_rest_s
                    self._say(failures=0)
                kind = self.state.order.kind
                log.info("The tunnel program %s ended by itself (exit code %s)", kind, exit_code)
                self._say(
                    stage=TunnelStage.WAITING,
                    url="",
                    exit_code=exit_code,
                    retry_at=self._clock() + timedelta(seconds=rest_s),
                    failures=self.state.failures + 1,
                )
                await until(self._stopping, rest_s)
                rest_s = min(2 * rest_s, self._patience.longest_rest_s)
            self._say(stage=TunnelStage.STOPPED, url="", retry_at=None)
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """End the tunnel's program, and return once it has ended."""
        self._stopping.set()
        await self._ended.wait()

    async def leave(self) -> None:
        """Leave the tunnel's program running, for a later Kvitto to take over."""
        self._is_leaving = True
        await self.stop()

    async def _run_once(self) -> int | None:
        """Run the program until it ends or shall end; return its exit code, where that is known."""
        self._say(stage=TunnelStage.STARTING, url="", retry_at=None)
        process = await in_thread(
            TunnelProcess.take_over_or_start, self.state.order, self._listens_on, self._folder
        )
        self.metrics_port = process.metrics_port
        lines: list[str] = []
        try:
            while not self._stopping.is_set():
                is_over, new = await self._look(process)
                if new:
                    lines += new
                    url = self.state.url or url_in(self.state.order, lines)
                    if url or len(lines) > _MOST_LINES:
                        del lines[:-KEPT_LINES]
                    stage = TunnelStage.UP if url else TunnelStage.STARTING
                    kept = tuple(map(shown, lines[-KEPT_LINES:]))
                    self._say(stage=stage, url=url, lines=kept)
                if is_over:
                    process.purge()
                    return process.exit_code
                is_up = self.state.stage is TunnelStage.UP
                wait_s = self._patience.look_later_s if is_up else self._patience.look_s
                await until(self._stopping, wait_s)
        except asyncio.CancelledError:  # ours: `_look` takes those of others
            if not self._is_leaving:
                process.end(0)
            raise
        if self._is_leaving:
            process.leave()
        else:
            await in_thread(process.end, self._patience.stop_s)
        return process.exit_code

    async def _look(self, process: TunnelProcess) -> tuple[bool, list[str]]:
        """Look at the program. A look that fails says nothing of it: it goes on, and so do we."""
        try:
            looked = await in_thread(process.look)
        except (Exception, asyncio.CancelledError) as error:
            if is_being_cancelled():
                raise
            if not self._looks_fail:
                log.error("The tunnel program can't be looked at: %s", trace_of(error))  # noqa: TRY400
            self._looks_fail = True
            return False, []
        self._looks_fail = False
        return looked

    def _say(self, **changes: object) -> None:
        changed = msgspec.structs.replace(self.state, **changes)
        if changed != self.state:
            self.state = changed
            for on_change in self._observers:
                try:
                    on_change()
                except Exception as error:  # noqa: BLE001 - who looks must not end the tunnel
                    log.error("A new state of the tunnel was not taken: %s", trace_of(error))  # noqa: TRY400


_MOST_LINES: Final = 1_000
"""So many lines are looked at for a URL before the first of them are forgotten."""
