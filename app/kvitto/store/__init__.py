"""Keep reports safe, and say what they add up to. All SQL is here and only here.

Public API:

* `database`: :func:`~kvitto.store.database.open_database`: folder, permissions, migrations,
  engines.
* `writer`: :class:`~kvitto.store.writer.Writer`, the one thread that writes; group commit.
* `reader`: :class:`~kvitto.store.reader.Reader`, queries that never block the writer.
* `write_requests`: what the writer takes and answers.
* `callback_keys`: the keys of the callback URL.
* `bin`: what the user has deleted, and can put back for 30 days.
* `rejection_counts`: refused requests that the user has not seen, and until when they are tried.
* `lockfile`: one program per data folder.
* `backup`: :func:`~kvitto.store.backup.back_up` and :func:`~kvitto.store.backup.restore`.
* `merging`: adds the reports of another database; `carry_over`: what a restored one must know
of the time since; `restorations`: which reports a restore has left out.
* `salvage`: makes a new store of what can be read of a damaged one.
* `damage_check`: looks for damage in the background.
* `edit_audit`: who changed what, where a store has several users; `receiver_names`: what receivers
  that share one are called.
* `receiver_runs`: when receivers ran; `folder`: the data folder, prepared without SQL.
* `clock_guard`: whether the computer's clock may be believed.
* `check`: recomputes all states and sums from the reports.
* `errors`: what the world can do to the store, in words.
"""
