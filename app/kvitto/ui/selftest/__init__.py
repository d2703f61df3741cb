"""The built program's test of itself: whether all its parts are there, and whether they work."""
