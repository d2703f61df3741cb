"""Mirrors kvitto/simulator, file by file."""
