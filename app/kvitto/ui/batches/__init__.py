"""The table, grouped by batch: search and filters on top, the tree of batches and messages below.

The door of the room:

* `panel`: :class:`~kvitto.ui.batches.batches_panel.BatchesPanel`, the part of the window.

Inside, facts flow one way. `loading` asks the store and gives the answers to `model`; `view` and
`delegate` show them. The model asks nobody: it says what it lacks (`messages_wanted`,
`records_wanted`). `search` keeps the counts of what passes the filter that `filters` lets the user
make. The model is built in levels: `structure` (which rows there are), `batch_level` (which
batches, in what order), `message_level` (the messages of those that are open), `model` (what cells
say).

How rows move: what changes is shown where it stands; what is new comes where the order has it;
only who asks for another order, another filter or Follow sees other rows move. `place` keeps what
is looked at where it is on the screen.
"""
