"""What lives as long as the window and paints nothing: change feed, notifications, preferences."""
