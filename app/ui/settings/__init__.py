"""The settings: one dialog, whose changes take effect at once.

The door of the room:

* `dialog`: :class:`~app.ui.settings.dialog.SettingsDialog`.
* `forgetting`: :class:`~app.ui.settings.forgetting.Forgetting`, which forgets what is old once a
  day; it lives as long as the window.
* `autostart`: start with the computer.

Inside, each page has a module of its own; `bound` holds the controls that show a preference.
"""
