"""What was refused, and why: to be looked at, read again, exported or deleted.

Public API: :class:`~kvitto.ui.quarantine.quarantine_window.QuarantineWindow`.

* `groups_model`: how many bodies were refused, by kind and reason.
* `rejections_model`: the bodies of a group, a page at a time, shown by `rejection_list`.
* `payload_pane`: one body: its text, its bytes, the headers that came with it.
* `rejection_actions`: what can be done with them; to read them again is asked of the receiver.
"""
