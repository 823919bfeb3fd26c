"""Published models of organisational learning, beside the SECI organisation: each is declared in one file.

What a file declares (parameters, measures) is read before anything heavy is imported; the rules, which
are compiled, stand beside it and are imported when the model is run. Mind the words: what March calls
*socialization*, the code teaching people, is Nonaka's *internalization*; Nonaka's socialization is the
peer learning of Miller et al. and of Fang et al.

Draws are addressed as in `seci_sim.engine.luck`: by seed, process, period and who. A run of a published
model has processes of its own, which start from 0 in every file.
"""

from seci_sim.classics import fang2010, march1991, miller2006

PUBLISHED = (march1991.MODEL, miller2006.MODEL, fang2010.MODEL)
"""Every published model. To add one, add it here."""
