"""A second evaluator of the licence question, slow and obvious, to hold the engine against.

Knows the announcements as plain Python: written from the dossiers and the words of the rule files, not
from the engine. Knows nothing of the engine, of its types or of the rule-file loader; reads the BOM-JSON
document as plain dictionaries. Fit for small products only: it walks the tree again for every question.
"""
