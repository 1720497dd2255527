"""Lock the versions of everything, with hashes and without naming a host.

Writes ``requirements.lock`` and ``requirements-benchmark.lock`` from ``pyproject.toml`` and
``environment.yml`` from the former.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
ENVIRONMENT = ROOT / "environment.yml"
# Not to be had from conda-forge under their PyPI name: installed by pip inside the environment.
PYPI_ONLY = frozenset({"fastexcel", "pylopdf-fonts-zh-cn", "pyrage", "python-calamine", "typst", "uharfbuzz"})
CONDA_NAMES = {"duckdb": "python-duckdb", "jupyter-client": "jupyter_client", "matplotlib": "matplotlib-base"}
_COMPILE = (
    "uv pip compile --universal --python-version 3.11 --generate-hashes --no-header "
    "--no-emit-index-url --no-emit-find-links --quiet"
)
_COMMANDS = (
    f"{_COMPILE} --group dev --all-extras pyproject.toml -o requirements.lock",
    f"{_COMPILE} --group benchmark -o requirements-benchmark.lock",
)


def locked_versions(python: str = "3.11.0") -> dict[str, str]:
    """Version of each package that the lock has for a version of Python, by normalised name."""
    lines = re.findall(r"^([A-Za-z0-9][^\\\n]*?) *\\?$", LOCK.read_text(), re.MULTILINE)
    pins = [Requirement(line) for line in lines]
    environment = {"python_version": python.rpartition(".")[0], "python_full_version": python}
    return {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
        for pin in pins
        if pin.marker is None or pin.marker.evaluate(environment)
    }


def direct_dependencies() -> list[str]:
    """Names that the project itself asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return sorted(re.split(r"[<>=!~\[ ]", item)[0].lower() for item in project["dependencies"])


def environment_text() -> str:
    """``environment.yml``: the direct dependencies at the locked versions."""
    versions = locked_versions()
    names = direct_dependencies()
    conda = [f"  - {CONDA_NAMES.get(n, n)}={versions[n]}" for n in names if n not in PYPI_ONLY]
    pip = [f"      - {n}=={versions[n]}" for n in names if n in PYPI_ONLY]
    head = [
        "# The same set as requirements.lock, for users of conda; written by `make lock`.",
        "name: hanbin",
        "channels:",
        "  - conda-forge",
        "  - nodefaults",
        "dependencies:",
        "  - python=3.11",
        "  - pip",
    ]
    return "\n".join([*head, *conda, "  - pip:", *pip, "      - -e ."]) + "\n"


if __name__ == "__main__":
    if "--environment-only" not in sys.argv:
        for command in _COMMANDS:
            subprocess.run([sys.executable, "-m", *command.split()], cwd=ROOT, check=True)
    ENVIRONMENT.write_text(environment_text(), encoding="utf-8")
