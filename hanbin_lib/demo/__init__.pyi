from hanbin_lib.demo.files import write_demo

__all__ = ["write_demo"]
