"""What several parts of the window show: tables, banners, badges, the status bar, the theme."""
