"""Tests of the table, grouped by batch."""
