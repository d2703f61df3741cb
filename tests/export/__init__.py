"""Tests of kvitto.export."""
