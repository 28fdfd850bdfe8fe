"""What every room stands on: exact quantities, three-valued truth, problems with places, strict text.

Knows nothing of rare earths, products or law.
"""
