"""Whole stores that are copied."""
