"""A synthetic district with known truth: input files as a month brings them (演示数据)."""

from hanbin_lib.demo.files import write_demo

__all__ = ["write_demo"]
