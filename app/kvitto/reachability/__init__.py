"""Checks whether reports can reach this computer from the internet, and why not.

It starts, stops and discovers tunnels, and tests by probes that the public URL leads to this very
receiver. Runs on any asyncio loop, the window's too.

Public API:

* `monitor`: :class:`~kvitto.reachability.monitor.ReachabilityMonitor`, which composes all of it.
* `receiver_access`: :class:`~kvitto.reachability.receiver_access.ReceiverAccess`, what it needs
  of the store and the receiver.
* `reachability_status`: :class:`~kvitto.reachability.reachability_status.ReachabilityState`, what
  it knows.
* `failures`: :class:`~kvitto.reachability.failures.CheckFailure`, why the URL does not lead here.
* `tunnels.providers`, `tunnels.commands`: the tunnels that can be used, and how each is started.
* `public_url`, `tunnels.providers`: validate what the user types, or refuse it with one of
  `input_errors`.
* `evidence`: :class:`~kvitto.reachability.evidence.Moment`: what is known expires.

Inside: `state_store` holds the state. Three supervised loops write it: `health_check` tests the URL
(when: `check_intervals`, `report_watch`; how: `probe`, with `diagnosis` of what comes back; its
outages: `outage_recorder`), `earlier_urls` tests the other URLs that batches report to, and
`tunnels.discovery` finds running tunnels. `tunnels.supervisor` runs our own tunnel.
"""
