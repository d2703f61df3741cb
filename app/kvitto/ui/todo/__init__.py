"""Where the one list of what is wrong has its entries from, beside those of other packages.

The list itself is `kvitto.ui.services.todo`; how it is shown, `kvitto.ui.widgets.todo_line`,
`todo_button` and `todo_panel`.
"""
