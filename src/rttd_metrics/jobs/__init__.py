"""What each command does, without a terminal: the Python API stands on these."""
