"""The details of what is selected: of everything, of a batch, or of a message.

The door of the room:

* `panel`: :class:`~kvitto.ui.details.details_panel.DetailsPanel`.
* `legend`: :class:`~kvitto.ui.details.status_reference.StatusReference`, what each status means.

Inside:

* `overview_page`, `batch_page`, `message_page`: what the panel shows, one of them at a time.
* `breakdown_model`: a batch's messages by result and code.
* `reports_model`: a message's reports in the order in which things happened.
* `legend_model`: the statuses that there are.
* `lifeline`, `timeline`: how a batch's reports came over time: read, and drawn.
* `delay_words`: why reports came late, in words.
* `estimate`: when a batch will be finished, if that can be told.
* `draft`: what the user types while the store changes below.
* `result_bar`, `inline_edit`, `notes`: the widgets that pages are made of.
"""
