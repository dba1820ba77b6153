"""What a project declares: its tables, facts, measures and targets, read and checked without any data."""
