"""The reachability in the window: whether reports can come in, why not, and what that costs.

Public API:

* `service`: :class:`~kvitto.ui.reachability.service.Reachability`, the monitor as a `QObject`.
* `reachability_dialog`: the dialog *Callback URL* with the address, the tunnel and the lists.
* `outage_banners`: what the banners say of outages.
* `status_text`: the status in a few words, for the status bar too.
* `impact_text`: sentences about lost and late reports, for other lists too.

What is imported when the program starts is small: the dialog is imported when it is first opened.
"""
