"""Turn requests into reports, give them to the store, and answer: 200 is a promise.

The door of the room:

* `service`: :class:`~kvitto.receiver.server.ReceiverService`: thread, loop, listening, stopping.
* `address`: where it listens, and the callback URL that the sender is given.
* `limits`: what a peer may cost.
* `probes`: :class:`~kvitto.receiver.probes.Probes`, requests of our own that come back in.
* `dropped_bodies`: requests that a tunnel has passed on without their bodies.
* `unknown_callers`: :class:`~kvitto.receiver.unauthorized.Strangers`, who knocked.
* `runtime`: :class:`~kvitto.receiver.runtime.Reception`, receiver, store and control listener.
* `background`, `process`: that as a process of its own, for windows; `systemd`: without one.
* `link`: :class:`~kvitto.receiver.receiver_link.ReceiverLink`, a window's way to it, with
`outlook`, `moving`,
  `control_client` and `remote`.
* `keep_awake`: that the computer does not sleep meanwhile; `rereading`: refused bodies, once more.
* `metrics`: :class:`~kvitto.receiver.metrics.ReceiverCounters`, what the receiver has done so far.
* `errors`: why it can't listen or be reached, in words.

* `refused_line`: what a terminal is told of refused requests.

Inside: `endpoint` (request → answer) with `entry` and `key_search` (who may come in), `body`,
`coding`, `short_length`, `headers`, `answers`, `refused_requests`, `unauthorized_counts` and
`alarm`;
`connection` with `boundaries` (where requests end) and `guard` (who may stay connected);
`control_server`, `control_commands` and `control_messages` (what windows ask); `listener`, `tasks`,
`heartbeat`, `store_watch`, `lines`.
"""
