"""Many products: one outcome for each input, in its order.

Knows how to keep going where one input is broken. Decides nothing: each input is judged by the engine alone.
"""
