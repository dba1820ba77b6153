"""Files in the standards of the field, and plain ones: what their columns are, and what of that is a guess."""
