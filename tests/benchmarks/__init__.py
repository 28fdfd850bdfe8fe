"""How fast it is, in ratios taken in one run on one machine: ``python -m tests.benchmarks``.

Knows no bar and asserts no time: it prints a Markdown table. The answers of everything that is timed are compared
before the clock starts. The peers come with the extra ``bench``; each one that is missing is named in the table.
"""
