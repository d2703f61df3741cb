"""Tests of `kvitto.ui.followup`."""
