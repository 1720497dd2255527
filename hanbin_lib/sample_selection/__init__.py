"""The sample of the month's inspection: drawn from a public seed, recorded, and drawn again by anybody."""
