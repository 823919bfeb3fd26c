"""How fast the model is: side by side with a plain Mesa model and with the memory of the machine.

``python -m benchmarks`` runs everything; each file beside this one measures one subject.
"""

from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The checkout: where ``python -m benchmarks`` is typed."""
