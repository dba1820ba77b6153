"""Rules that hold a portfolio's definitions against a grant's notice: one function a rule, found data, no terminal."""
