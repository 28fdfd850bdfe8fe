"""A local HTTP service for programs that do not speak Python: bytes of a product in, the JSON report out.

Knows HTTP, limits and worker processes. Decides nothing: the same reading, determination and report as the
command ``check``. Keeps nothing between requests and reads no clock for a day: every request names its day.
"""
