"""Names of colours, one word each, for boxes and areas that must be told apart."""

from __future__ import annotations

COLOURS = (
    *("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown"),
    *("black", "white", "gray", "cyan", "magenta", "teal", "navy", "olive"),
    *("maroon", "lime", "gold", "silver", "violet", "indigo", "coral", "beige"),
    *("turquoise", "lavender", "crimson", "scarlet", "amber", "ivory", "khaki", "plum"),
    *("salmon", "tan", "peach", "mint", "rose", "ruby", "emerald", "azure"),
    *("charcoal", "bronze", "copper", "cream", "mustard", "rust", "burgundy", "apricot"),
)
