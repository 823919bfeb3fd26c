"""What the rules of every model stand on: luck with addresses, structures, and how rules are compiled."""
