"""What is made of an experiment's table."""
