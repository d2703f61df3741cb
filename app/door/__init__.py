"""The front door: whether reports can reach this computer from outside, and why not.

It knows the tunnel in front of Kvitto, starts and stops it, and tests by a probe that the public
URL leads to this very program. Runs on any asyncio loop, the window's too.

The door of the room:

* `watch`: :class:`~app.door.watch.DoorWatch`, which keeps an eye on all of it.
* `doorstep`: :class:`~app.door.doorstep.Doorstep`, what it needs of the store and the receiver.
* `state`: :class:`~app.door.state.DoorState`, what it knows.
* `faults`: :class:`~app.door.faults.Fault`, why the door is closed.
* `kinds`, `commands`: the tunnels that we know, and how each is started.
* `public_url`, `orders`, `hosts`: what the user types, made fit for use or refused in words.
* `evidence`: :class:`~app.door.evidence.Moment`: what is known grows old.

Inside: `board` (the state) is written by `tester` (the rhythm of the tests, with `schedule`,
`reports` and `closing`; a test, with `probe`, `resolving`, `signs`, `no_answer`, `network` and
`details`), `looker` (tunnels that are there; with `discovery`) and `keeper` (the tunnel that we
run; with `tunnel` and `process`). Each of the three runs under `supervision`.
"""
