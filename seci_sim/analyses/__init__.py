"""Analyses of an experiment: one file each, which computes a table, draws it and says what was found.

`seci_sim.lab.analysis_kinds` declares what a file may ask for; the module here of the same name (with
``_`` for ``-``) has a function ``make``, from what the experiment led to to what is shown.
"""
