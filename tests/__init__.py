"""Tests of Kvitto; the folders mirror `app`."""
