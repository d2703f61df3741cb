"""Kvitto: a desktop monitor for SMS delivery reports that loses none of them."""

__version__ = "0.1.0"
