"""What was refused, and why: to be looked at, read again, exported or deleted.

The door of the room:

* `window`: :class:`~kvitto.ui.quarantine.quarantine_window.QuarantineWindow`.

Inside:

* `reasons`: kinds and reasons of refusals in the reader's language.
* `groups_model`: how many bodies were refused, by kind and reason.
* `bodies_model`: the bodies of a group, a page at a time.
* `body_pane`: one body: its text, its bytes, the headers that came with it.
* `refused_actions`: what can be done with them; to read them again is asked of the receiver.
"""
