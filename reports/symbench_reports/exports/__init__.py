"""Episodes and instances in the formats of other tools."""
