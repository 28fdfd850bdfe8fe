"""determine(): rules asked of a product, answers kept with their trace.

Knows conditions, contents, value shares and how findings make an answer. Knows no file, no clock and
no command line.
"""
