"""The front door: whether reports can reach this computer from outside, and why not.

It knows the tunnel in front of Kvitto, starts and stops it, and tests by a probe that the public
URL leads to this very program. Runs on any asyncio loop, the window's too.

The door of the room:

* `watch`: :class:`~app.door.watch.DoorWatch`, which keeps an eye on all of it.
* `state`: :class:`~app.door.state.DoorState`, what it knows.
* `faults`: :class:`~app.door.faults.Fault`, why the door is closed.
* `kinds`: :class:`~app.door.kinds.TunnelKind`, the tunnels that we know, and how each is started.
* `tunnel`: :class:`~app.door.tunnel.Tunnel`, a tunnel program that we run.
* `discovery`: the tunnels that are there already.
* `probe`: the front-door test itself.
"""
