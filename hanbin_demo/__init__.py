"""A synthetic district with known truth: input files as a month brings them (演示数据)."""
