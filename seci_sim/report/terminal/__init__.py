"""Runs as somebody at a terminal sees them: what came out, and what to try next."""
