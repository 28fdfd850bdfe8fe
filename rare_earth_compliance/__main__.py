"""``python -m rare_earth_compliance`` is the command ``rare-earth``."""

from rare_earth_compliance.cli import main

main()
