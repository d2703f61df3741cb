"""Turn requests into reports, give them to the store, and answer: 200 is a promise.

The door of the room:

* `service`: :class:`~app.receiver.service.ReceiverService`: thread, loop, listening, stopping.
* `address`: where it listens, and the callback URL that the sender is given.
* `limits`: what a peer may cost.
* `probes`: :class:`~app.receiver.probes.Probes`, requests of our own that come back in.
* `dropped_bodies`: requests that a tunnel has passed on without their bodies.
* `strangers`: :class:`~app.receiver.strangers.Strangers`, who knocked.
* `reception`: :class:`~app.receiver.reception.Reception`, receiver, store and control listener.
* `background`, `process`: that as a process of its own, for windows; `systemd`: without one.
* `link`: :class:`~app.receiver.link.ReceiverLink`, a window's way to it, with `outlook`, `moving`,
  `control_client` and `remote`.
* `keep_awake`: that the computer does not sleep meanwhile; `rereading`: refused bodies, once more.
* `tally`: :class:`~app.receiver.tally.ReceiverCounters`, what the receiver has done so far.
* `errors`: why it can't listen or be reached, in words.

* `refused_line`: what a terminal is told of refused requests.

Inside: `endpoint` (request → answer) with `entry` and `key_search` (who may come in), `body`,
`coding`, `short_length`, `headers`, `answers`, `refused_requests`, `knocks` and `alarm`;
`connection` with `boundaries` (where requests end) and `guard` (who may stay connected);
`control_server`, `control_commands` and `control_messages` (what windows ask); `listener`, `tasks`,
`journal`, `store_watch`, `lines`.
"""
