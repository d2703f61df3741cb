"""The settings: one dialog, whose changes take effect at once.

Public API:

* `settings_dialog`: :class:`~kvitto.ui.settings.settings_dialog.SettingsDialog`.
* `purge_now`: :class:`~kvitto.ui.settings.purge_now.PurgeNow`, which deletes what is old once a
  day; it lives as long as the window.
* `autostart`: start with the computer.

Inside, each page has a module of its own; `bound` holds the controls that show a preference.
"""
