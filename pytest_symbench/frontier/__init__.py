"""The frontier: the level at which half of a model's answers are right, found with few calls."""
