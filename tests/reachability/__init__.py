"""The front door, tested with real sockets and real processes."""
