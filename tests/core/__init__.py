"""Tests of what reports mean: no Qt, no database, no network."""
