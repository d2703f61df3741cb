"""Tunnel programs: how each is started, recognised by what it says, and kept running."""
