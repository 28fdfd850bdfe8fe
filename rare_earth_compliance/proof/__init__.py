"""Rule packs proved: what must hold of every product and every day, and not only of the cases.

Knows how conditions become formulas and how a model becomes a product that the engine judges again. The solver (z3,
extra ``[proof]``) is imported here and nowhere else. Answers no question of a user: the engine does.
"""
