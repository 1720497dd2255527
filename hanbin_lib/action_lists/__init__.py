"""The month's action lists (行动清单): who has to settle which cases, and what came back (回执)."""
