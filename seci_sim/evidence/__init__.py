"""Published findings, re-created inside the simulated firm and held against it.

A `study` says what was found, where that was read, what stands for what here, and which two scenarios
re-create it; `effects` makes of their runs what the study measured; `held` runs them at the usual numbers
and in many worlds, and gives the verdict.
"""
