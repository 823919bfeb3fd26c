"""The command line: parses, calls, prints.

A command returns what is to be printed; `main` prints it, or says in one line on standard error
what went wrong, and ends with the exit code that the kind of problem has: 0 done, 1 a mistake of
ours, 2 the command line, 3 an input file, 4 some runs failed, 5 reading or writing, 6 the folder of
another experiment, 130 Ctrl-C, 143 ended from outside.
"""

from seci_sim.cli.answering import answer_to, main
from seci_sim.cli.application import app

__all__ = ["answer_to", "app", "main"]
