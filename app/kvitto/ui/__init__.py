"""The window. All Qt is here.

Public API: :func:`~kvitto.ui.bootstrap.run_window`, the window from its start to its end.

From the top down; each part uses what stands below it, and not what stands beside it:

* `selftest`: the built program's test of itself.
* `bootstrap` builds everything and tears it down; `main_window` puts the parts together, within
  `main_layout`, with `menus`.
* `dialogs`: what the menus open: export, backup, help, the demo.
* `details` (one message or batch), `followup` (lists to work through), `quarantine` (refused
  requests), `reachability` (callback URL, tunnel, interruptions).
* `batches` (the table and its filters), `charts`, `costs` (the month's costs), `settings`.
* `widgets`: what several parts show: banners, badges, tables, the status bar, the theme.
* `services`: what runs behind them: the change feed, preferences, notifications, and the
  :class:`~kvitto.ui.services.context.Context` that each part is built from.
* `text`: how statuses, amounts, times and errors are said, in the reader's language.
* `backend`: the store and the receiver. Only here the window opens them.
"""
