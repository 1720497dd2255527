"""A package's front: the names that stand in its ``__init__.pyi`` are imported when they are asked for.

So `import hanbin_lib.bulletin` costs nothing before a chapter is called, and a command imports only what it
uses. Type checkers and editors read the stub; here is no second list.
"""

import ast
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any


def front(package: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Return ``__getattr__, __dir__, __all__`` for the ``__init__.py`` of a package with a stub.

    Parameters
    ----------
    package
        Its ``__name__``. A name of the stub must not be a module's of the package: importing that module
        would hide it.
    """
    module = sys.modules[package]
    homes = _homes(Path(str(module.__file__)).with_suffix(".pyi"))

    def get(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        home, original = homes[name]
        found = import_module(home)
        # A chapter is a module itself; everything else stands in one.
        value = getattr(found, original) if hasattr(found, original) else import_module(f"{home}.{original}")
        setattr(module, name, value)
        return value

    return get, lambda: sorted(homes), sorted(homes)


def _homes(stub: Path) -> dict[str, tuple[str, str]]:
    """Module and name there of every name that the stub imports."""
    return {
        alias.asname or alias.name: (str(statement.module), alias.name)
        for statement in ast.parse(stub.read_text(encoding="utf-8")).body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
