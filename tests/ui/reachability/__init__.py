"""Reachability in the window."""
