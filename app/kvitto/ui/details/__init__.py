"""The details of what is selected: of everything, of a batch, or of a message.

Public API:

* `details_panel`: :class:`~kvitto.ui.details.details_panel.DetailsPanel`.
* `status_reference`: :class:`~kvitto.ui.details.status_reference.StatusReference`, what each status
  means.

Inside:

* `overview_page`, `batch_page`, `message_page`: what the panel shows, one of them at a time.
* `breakdown_model`: a batch's messages by result and code.
* `reports_model`: a message's reports in the order in which things happened.
* `arrivals`, `timeline`: how a batch's reports came over time: read, and drawn.
* `delay_text`: why reports came late.
* `batch_text`: what there is to say of a batch; when it will be finished, if that can be told.
* `edit_buffer`: what the user types while the store changes below.
* `result_bar`, `inline_edit`, `notes`: the widgets that pages are made of.
"""
