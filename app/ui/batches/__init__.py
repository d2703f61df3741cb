"""The table, grouped by batch: search and filters on top, the tree of batches and messages below.

The door of the room:

* `panel`: :class:`~app.ui.batches.panel.BatchesPanel`, the part of the window.

Inside, facts flow one way: `loading` asks the store and gives the answers to `model`; `view` and
`delegate` show them. The model never asks by itself: it says what it lacks (`messages_wanted`,
`records_wanted`). `search` keeps the counts of what matches the filter, which `filters` lets the
user make.
"""
