"""A program that is started with this folder on its path runs a model that goes wrong."""

import broken_models

import seci_sim.model

seci_sim.model.SECIModel = broken_models.Broken  # type: ignore[misc]
