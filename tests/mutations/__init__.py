"""Mutants of the rule pack: one date, number, code or word changed at a time, and the cases that must notice."""
