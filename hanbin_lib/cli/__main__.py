"""``python -m hanbin_lib.cli``: the same as the command `hanbin`."""

from hanbin_lib.cli import main

if __name__ == "__main__":
    main()
