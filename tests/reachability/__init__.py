"""Reachability, tested with real sockets and real processes."""
