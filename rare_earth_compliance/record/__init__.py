"""A record of determinations that can be checked again: written, verified, and judged anew.

``verify`` and ``plain_yaml`` share no code with the rest of the package: a record is checked by other means than
those it was made with.
"""
