"""The command line as ``python -m seci_sim.cli``."""

from seci_sim.cli import main

main()
