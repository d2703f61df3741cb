"""The dialog *Callback URL* and the banners: whether reports can come in, and what if not.

Public API:

* `reachability_dialog`: the dialog with the address, the tunnel and the lists.
* `outage_banners`: what the banners say of outages.

The monitor itself is `services.reachability_service`, its words are in `text`. What is imported
when the program starts is small: the dialog is imported when it is first opened.
"""
