"""What is written: instruments, rules, lists, readings, suspensions, and their status by day.

Knows the law as it stands in the rule files, each statement with its source and confidence. Knows no
product: whether a rule applies to one is the engine's work.
"""
