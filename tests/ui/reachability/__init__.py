"""The front door in the window."""
