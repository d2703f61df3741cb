"""Turn requests into reports, store them, and answer: 200 only once a report is on the disk.

Public API:

* `runtime`: :class:`~kvitto.receiver.runtime.ReceiverRuntime`, receiver with store and control
  listener.
* `background`, `receiver_process`: the same as a process of its own, for windows; `systemd_unit`:
  without one.
* `receiver_link`: :class:`~kvitto.receiver.receiver_link.ReceiverLink`, a window's way to a
  receiver, with `receiver_outlook`, `control_client`, `control_messages` and `remote_store`.
* `server`: :class:`~kvitto.receiver.server.ReceiverService`: thread, loop, listening, stopping.
* `urls`: where it listens, and the callback URL that the SMS service is given.
* `connection_limits`: what a peer may cost, and which connections stay open.
* `probes`: :class:`~kvitto.receiver.probes.Probes`, requests of our own that come back in.
* `dropped_bodies`: requests that a tunnel has passed on without their bodies.
* `unauthorized`: :class:`~kvitto.receiver.unauthorized.ClientSources`, who sent unauthorized
  requests.
* `metrics`: :class:`~kvitto.receiver.metrics.ReceiverCounters`, what the receiver has done so far.
* `keep_awake`: keeps the computer awake meanwhile; `reprocess`: parses refused requests again.
* `receiver_errors`: why it can't listen or be reached, and errors on their way between processes.

Inside: `handler` (request → answer) with `key_search`, `request_body`, `responses`,
`rejection_watch` and `store_health`; `protocol` with `request_boundaries`; `control_server` and
`control_commands`; `listener`, `heartbeat`, `hung_receiver`. `supervision` runs every loop
that is as long as the program; `error_details` makes what it logs fit for that.
"""
