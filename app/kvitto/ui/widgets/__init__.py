"""TODO kvitto/kvitto/ui/widgets."""
