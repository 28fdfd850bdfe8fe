"""The gate over product data: a project's settings, decisions in hand, known findings, what changed.

Knows how a repository guards its products. Judges nothing itself and changes no answer.
"""
