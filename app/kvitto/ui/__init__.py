"""The window. All Qt is here, and nothing but what is seen: facts come from the store.

The door of the room:

* `start`: :func:`~kvitto.ui.bootstrap.run_window`, the window from its start to its end.
* `first_steps`: what is done before that is loaded: the receiver starts meanwhile.

Inside, each part of the window has a room of its own: `batches` (the table and its filters),
`costs` (the charts), `details` (one message or batch), `quarantine` (what was refused), `settings`.
They are built from a :class:`~kvitto.ui.backend.Session` (the store and the receiver), a
:class:`~kvitto.ui.services.change_feed.Feed` (what changed), `words` (how things are said) and
`theme` (how they
look). They know the store only through the session, and each other not at all: `main_window` joins
them.
"""
