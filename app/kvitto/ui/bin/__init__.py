"""The bin: batches that the user has deleted, to be put back or deleted for good."""
