"""What the tests share: the watch on the logs, the guard of the network, the loops."""
