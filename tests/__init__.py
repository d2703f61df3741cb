"""Tests of Kvitto; the folders mirror `kvitto`."""
