"""Run one tunnel: start its program, watch it, start it again, reattach to it, and stop it."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from kvitto.clock import utc_now
from kvitto.reachability.input_errors import TunnelConfigError
from kvitto.reachability.reachability_status import TunnelStage, TunnelState
from kvitto.reachability.state_store import StateStore
from kvitto.reachability.tunnels.commands import shown, url_in
from kvitto.reachability.tunnels.process import KEPT_LINES, CantStartError, TunnelProcess, left_over
from kvitto.reachability.tunnels.providers import TunnelConfig, TunnelProvider
from kvitto.receiver.error_details import trace_of
from kvitto.receiver.supervision import in_thread, is_being_cancelled, run_forever, start, until

log = logging.getLogger(__name__)


class Backoff(msgspec.Struct, frozen=True):
    """How a tunnel is watched. All in seconds.

    Attributes:
        poll_s: between two polls of its output while its URL is not known.
        up_poll_s: the same afterwards.
        first_delay_s: how long after its program ended it is started again; twice as long each
            time, up to `max_delay_s`.
        reset_after_s: after so long, its end counts as the first again.
        stop_timeout_s: how long its program has to end when it is asked to.
    """

    poll_s: float = 0.2
    up_poll_s: float = 1.0
    first_delay_s: float = 1.0
    max_delay_s: float = 60.0
    reset_after_s: float = 60.0
    stop_timeout_s: float = 5.0


class Tunnel:
    """One tunnel, from `run` until `stop`. Belongs to one loop.

    Reattaches to a program that has outlived a crash of Kvitto instead of starting a second one: it
    has the URL that the SMS service knows.

    Args:
        config: which.
        listens_on: the address and port to which it leads.
        folder: where its program writes; made for us alone.
        backoff: how it is watched.
        clock: the time, UTC.

    Attributes:
        state: how it is.
        metrics_port: where `cloudflared` serves its metrics; 0 before its first start.
    """

    def __init__(
        self,
        config: TunnelConfig,
        listens_on: tuple[str, int],
        folder: Path,
        *,
        backoff: Backoff | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.state = TunnelState(config, TunnelStage.STARTING)
        self.metrics_port = 0
        self._listens_on: Final = listens_on
        self._folder: Final = folder
        self._observers: list[Callable[[], None]] = []
        self._backoff = Backoff() if backoff is None else backoff
        self._clock = clock
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._is_detaching = False
        self._polls_fail = False

    def observe(self, on_change: Callable[[], None]) -> None:
        """Have `on_change` called after each change of `state`."""
        self._observers.append(on_change)

    async def run(self) -> None:
        """Keep the tunnel open until it is stopped, or can't be started at all."""
        delay_s = self._backoff.first_delay_s
        try:
            while not self._stopping.is_set():
                begun = self._clock()
                try:
                    exit_code = await self._run_once()
                except CantStartError as error:
                    self._update(stage=TunnelStage.MISSING, url="", lines=(str(error),))
                    return
                except TunnelConfigError as error:
                    self._update(stage=TunnelStage.MISSING, url="", fault=error.fault)
                    return
                except Exception as error:  # noqa: BLE001 - a later try may work
                    log.error("The tunnel program can't be started: %s", trace_of(error))  # noqa: TRY400
                    await until(self._stopping, delay_s)
                    delay_s = min(2 * delay_s, self._backoff.max_delay_s)
                    continue
                if self._stopping.is_set():
                    break
                if self._clock() - begun > timedelta(seconds=self._backoff.reset_after_s):
                    delay_s = self._backoff.first_delay_s
                    self._update(failures=0)
                kind = self.state.config.kind
                log.info("The tunnel program %s ended by itself (exit code %s)", kind, exit_code)
                self._update(
                    stage=TunnelStage.WAITING,
                    url="",
                    exit_code=exit_code,
                    retry_at=self._clock() + timedelta(seconds=delay_s),
                    failures=self.state.failures + 1,
                )
                await until(self._stopping, delay_s)
                delay_s = min(2 * delay_s, self._backoff.max_delay_s)
            self._update(stage=TunnelStage.STOPPED, url="", retry_at=None)
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """End the tunnel's program, and return once it has ended."""
        self._stopping.set()
        await self._ended.wait()

    async def detach(self) -> None:
        """Leave the tunnel's program running, for a later Kvitto to reattach to."""
        self._is_detaching = True
        await self.stop()

    async def _run_once(self) -> int | None:
        """Run the program until it ends or shall end; return its exit code, where that is known."""
        self._update(stage=TunnelStage.STARTING, url="", retry_at=None)
        process = await in_thread(
            TunnelProcess.reattach_or_start, self.state.config, self._listens_on, self._folder
        )
        self.metrics_port = process.metrics_port
        lines: list[str] = []
        try:
            while not self._stopping.is_set():
                is_over, new = await self._poll(process)
                if new:
                    lines += new
                    url = self.state.url or url_in(self.state.config, lines)
                    if url or len(lines) > _MOST_LINES:
                        del lines[:-KEPT_LINES]
                    stage = TunnelStage.UP if url else TunnelStage.STARTING
                    kept = tuple(map(shown, lines[-KEPT_LINES:]))
                    self._update(stage=stage, url=url, lines=kept)
                if is_over:
                    process.purge()
                    return process.exit_code
                is_up = self.state.stage is TunnelStage.UP
                wait_s = self._backoff.up_poll_s if is_up else self._backoff.poll_s
                await until(self._stopping, wait_s)
        except asyncio.CancelledError:  # ours: `_poll` takes those of others
            if not self._is_detaching:
                process.end(0)
            raise
        if self._is_detaching:
            process.detach()
        else:
            await in_thread(process.end, self._backoff.stop_timeout_s)
        return process.exit_code

    async def _poll(self, process: TunnelProcess) -> tuple[bool, list[str]]:
        """Poll the program. A poll that fails tells nothing: the program goes on, and so do we."""
        try:
            polled = await in_thread(process.poll)
        except (Exception, asyncio.CancelledError) as error:
            if is_being_cancelled():
                raise
            if not self._polls_fail:
                log.error("The tunnel program can't be polled: %s", trace_of(error))  # noqa: TRY400
            self._polls_fail = True
            return False, []
        self._polls_fail = False
        return polled

    def _update(self, **changes: object) -> None:
        changed = msgspec.structs.replace(self.state, **changes)
        if changed != self.state:
            self.state = changed
            for on_change in self._observers:
                try:
                    on_change()
                except Exception as error:  # noqa: BLE001 - a failing observer must not end the tunnel
                    log.error("An observer of the tunnel failed: %s", trace_of(error))  # noqa: TRY400


_MOST_LINES: Final = 1_000
"""So many lines are searched for a URL before the first of them are dropped."""


_OVER: Final = frozenset({TunnelStage.MISSING, TunnelStage.STOPPED})


class TunnelSupervisor:
    """Runs at most one tunnel while `run` runs. Belongs to one loop.

    Args:
        state_store: where it writes how the tunnel is.
        read_address: returns the address and port on which reports are received; None for none.
            May block.
        folder: where the tunnel's program writes.
        backoff: how it is watched.
        on_up: is called with its public URL when the tunnel is open.
        on_down: is called when it was open, and is no longer.
    """

    def __init__(
        self,
        state_store: StateStore,
        read_address: Callable[[], tuple[str, int] | None],
        folder: Path,
        backoff: Backoff | None,
        *,
        on_up: Callable[[str, TunnelProvider], None],
        on_down: Callable[[], None],
    ) -> None:
        self._state_store = state_store
        self._read_address = read_address
        self._folder = folder
        self._backoff = backoff
        self._on_up = on_up
        self._on_down = on_down
        self._changed = asyncio.Event()
        self._tunnel: Tunnel | None = None
        self._running: asyncio.Task[None] | None = None
        self._leads_to: tuple[str, int] | None = None
        self.config: TunnelConfig | None = None

    @property
    def metrics_port(self) -> int:
        """Where the `cloudflared` that we run serves its metrics; 0 for none."""
        return 0 if self._tunnel is None else self._tunnel.metrics_port

    def start(self, config: TunnelConfig | None) -> None:
        """Run this tunnel from now on instead of another; None for none."""
        self.config = config
        self._changed.set()

    def check_again(self) -> None:
        """Note that we may listen elsewhere."""
        self._changed.set()

    async def reattach(self) -> None:
        """Reattach to the tunnel that an earlier run has left, unless another one is configured.

        A tunnel with the same configuration is reattached to later; any other is ended then.
        """
        try:
            left = await in_thread(left_over, self._folder)
        except Exception as error:  # noqa: BLE001 - whatever was left there must not end the monitor
            log.error("Can't reattach to the tunnel of an earlier run: %s", trace_of(error))  # noqa: TRY400
            return
        if left is not None and self.config is None:
            self.start(left)

    async def run(self) -> None:
        """Do what is asked until cancelled, whatever goes wrong meanwhile.

        The tunnel itself runs beside: until `end`, even if this fails.
        """
        await run_forever("keeping the tunnel", self._step, self._on_failed)

    async def _step(self) -> None:
        await self._changed.wait()
        self._changed.clear()
        await self._keep(self.config)

    async def _keep(self, config: TunnelConfig | None) -> None:
        listens_on = await in_thread(self._read_address)
        if self._is_right(listens_on):
            return
        await self.end()
        if config is None or listens_on is None:
            return
        tunnel = Tunnel(config, listens_on, self._folder, backoff=self._backoff)
        tunnel.observe(partial(self._on_tunnel, tunnel))
        self._tunnel, self._leads_to = tunnel, listens_on
        self._state_store.update(tunnel=tunnel.state)
        self._running = start(tunnel.run(), "kvitto reachability: tunnel program")

    def _on_failed(self, _error: Exception) -> None:
        self._changed.set()  # what was asked for is still to be done

    async def end(self, *, keeps_running: bool = False) -> None:
        """End the tunnel.

        Args:
            keeps_running: whether its program goes on without us.
        """
        if self._tunnel is None:
            return
        tunnel, running = self._tunnel, self._running
        if running is not None:
            if keeps_running:
                await tunnel.detach()
            else:
                await tunnel.stop()
            await asyncio.wait([running])
        self._tunnel = self._running = None

    def _is_right(self, listens_on: tuple[str, int] | None) -> bool:
        """Return whether the tunnel that runs is the configured one, and leads to us."""
        if self._tunnel is None or self._tunnel.state.stage in _OVER:
            return False
        return self._tunnel.state.config == self.config and self._leads_to == listens_on

    def _on_tunnel(self, tunnel: Tunnel) -> None:
        before, after = self._state_store.state.tunnel, tunnel.state
        self._state_store.update(tunnel=after)
        was_up = before is not None and before.stage is TunnelStage.UP
        is_up = after.stage is TunnelStage.UP
        if is_up and not was_up:
            self._on_up(after.url, after.config.kind)
        elif was_up and not is_up:
            self._on_down()
