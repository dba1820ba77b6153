"""Plausible districts that do not exist: every standard table of any number of students, or a OneRoster bundle."""
