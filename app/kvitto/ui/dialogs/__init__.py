"""TODO kvitto/kvitto/ui/dialogs."""
