"""Tests of kvitto.store."""
