"""Tests of `kvitto.ui.costs`."""
