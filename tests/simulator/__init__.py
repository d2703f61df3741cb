"""Mirrors app/simulator, file by file."""
