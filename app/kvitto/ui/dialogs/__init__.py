"""Dialogs that belong to no single pane: closing, exporting, upgrading, help, failed starts."""
