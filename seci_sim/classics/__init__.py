"""Published models of organisational learning, beside the SECI organisation: one file a paper.

Each keeps its own rules, parameters and words. Mind the words: what March calls *socialization*, the
code teaching people, is Nonaka's *internalization*; Nonaka's socialization is the peer learning
of Miller et al. and of Fang et al.

Draws are addressed as in `seci_sim.luck`: by seed, process, period and who. A run of a published
model has processes of its own, which start from 0 in every file.
"""
