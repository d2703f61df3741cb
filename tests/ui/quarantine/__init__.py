"""Tests of the quarantine window."""
