"""Tables of runs, of which the answers are worked out by hand."""

from __future__ import annotations

import pandas as pd

NAN = float("nan")


def summary_of(**runs: dict[str, list[float]]) -> pd.DataFrame:
    """A summary with one scenario a keyword, and in it one list a measure."""
    return pd.concat(
        [
            pd.DataFrame({"scenario": name, "seed": range(1, len(next(iter(m.values()))) + 1), **m})
            for name, m in runs.items()
        ],
        ignore_index=True,
    )
