"""TODO kvitto/kvitto/ui/text."""
