"""The front door: whether reports can reach this computer from outside, and why not.

It knows the tunnel in front of Kvitto, starts and stops it, and tests by a probe that the public
URL leads to this very program. Runs on any asyncio loop, the window's too.

The door of the room:

* `watch`: :class:`~kvitto.reachability.monitor.ReachabilityMonitor`, which keeps an eye on all of
it.
* `receiver_access`: :class:`~kvitto.reachability.receiver_gateway.Doorstep`, what it needs of the
store and the receiver.
* `state`: :class:`~kvitto.reachability.reachability_status.ReachabilityState`, what it knows.
* `faults`: :class:`~kvitto.reachability.failures.Fault`, why the door is closed.
* `kinds`, `commands`: the tunnels that we know, and how each is started.
* `public_url`, `orders`, `hosts`: what the user types, made fit for use or refused in words.
* `evidence`: :class:`~kvitto.reachability.evidence.Moment`: what is known grows old.

Inside: `state_store` (the state) is written by `health_check` (the rhythm of the tests, with
`schedule`,
`reports` and `closing`; a test, with `probe`, `resolving`, `signs`, `no_answer`, `network` and
`details`), `address_search` (tunnels that are there; with `discovery`) and `supervisor` (the
tunnel that we
run; with `tunnel` and `process`). Each of the three runs under `supervision`.
"""
