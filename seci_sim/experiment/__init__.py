"""The laboratory: run scenarios, keep the results, compare them."""
