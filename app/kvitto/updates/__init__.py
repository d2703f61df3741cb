"""Asks whether a newer version of Kvitto is out. Installs nothing, and tells nothing of anybody.

Public API: `source.own_source`, `check.ask_for_update`, `announcement.Announcement`.

An announcement is a static file of JSON, with its signature beside it, as `minisign` makes and
verifies them: `packaging/release.sh` makes both. What is signed by another key than the one in
`source` is not believed, wherever it came from.
"""
