"""The one list of what is wrong: what reports may be lost by, and what else is at stake.

* `todo_list`: what is listed, in which order, and what the user knows already; without Qt.
* `todo`: what the parts of the window put into it, with buttons, and what is kept of it.
* `todo_panel`, `todo_line`, `todo_button`: how it is shown.
* `failing_item`, `refused_item`: sources of their own.
"""
