"""TODO kvitto/kvitto/ui/services."""
