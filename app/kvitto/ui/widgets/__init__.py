"""Widgets and models that know nothing of SMS: the tables, banners, badges and icons."""
