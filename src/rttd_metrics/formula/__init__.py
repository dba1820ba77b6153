"""The formula language: grammar, nodes, type check, and evaluation one unit at a time."""
