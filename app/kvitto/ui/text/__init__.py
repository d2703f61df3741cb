"""Words, numbers and times as the user reads them, in both languages."""
