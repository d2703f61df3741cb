"""The table, grouped by batch: search and filters on top, the tree of batches and messages below.

Public API: :class:`~kvitto.ui.batches.batches_panel.BatchesPanel`, the part of the window.

Facts flow one way. `loader` asks the store and gives the answers to the model; `batch_view` and
`delegate` show them, a column as `columns` declares it. The model asks nobody: it says what it
lacks (`messages_wanted`, `records_wanted`). It consists of

* `structure`: which rows there are, kept by Qt itself; `batch_model` is its one subclass, and says
  what the cells say;
* `batch_level`: which batches are shown, in what order (`row`: one of them);
* `message_level`: the messages of those that are open, as far as they were read (`record_cache`).

`search_field` keeps the counts of what passes the filter that `filter_bar` lets the user make.

How rows move: what changes is shown where it stands; what is new comes where the order has it;
only who asks for another order, another filter or Follow sees other rows move. `scroll_anchor`
keeps what is looked at where it is on the screen.
"""
