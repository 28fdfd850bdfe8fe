"""A second implementation of the law, slow and obvious, to hold the engine against.

Written from the announcements and from the words of the format, not from the engine, of which it imports nothing. It
has no third truth value: where the data, a reading or the state of the law leave something open, every completion of it
is tried (``worlds``), and in each of them the law is plain yes or no. Amounts are exact fractions; an amount between
bounds is tried at both ends.

Compared with the engine (``compare``): what becomes of every limb of Nos. 18, 57, 61 and 62 at every item, the duties of
No. 61, articles 5 and 7, its policies (articles 2 to 4), the exemptions, contradictions in the data, the answer, the exit
status, and whether each unknown that matters is asked for. Not compared: all other instruments, screening by name, tariff
hints, cautions, price tables, the days on which an answer expires or a report is due, coverage, traces, reports.
Fit for small products only.
"""
