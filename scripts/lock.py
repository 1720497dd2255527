"""Lock the versions of everything, with hashes and without naming a host.

Writes from ``pyproject.toml``: ``requirements-dev.lock``, everything with all tools and extras;
``requirements.lock``, of this what running needs; ``requirements-build.lock``, what installing needs;
``requirements-benchmark.lock``; and ``environment.yml`` from ``requirements.lock``. Before the last it
asks whether every machine of `PLATFORMS` can install without a compiler, and ends where one cannot.
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
DEVELOPMENT_LOCK = ROOT / "requirements-dev.lock"
ENVIRONMENT = ROOT / "environment.yml"
# Installed by pip inside the environment: conda-forge has them not at all (what is called typst there is the
# program without its Python module) or, for those that read and shape, often in another version.
PYPI_ONLY = frozenset(
    {
        "ahocorasick-rs",
        "fastexcel",
        "jupyterlab-language-pack-zh-cn",
        "pylopdf-fonts-zh-cn",
        "pyrage",
        "python-calamine",
        "typst",
        "uharfbuzz",
    }
)
CONDA_NAMES = {"jupyter-client": "jupyter_client", "matplotlib": "matplotlib-base"}
# One version for all Pythons wherever one will do: the tests of one Python then speak for the others.
_COMPILE = (
    "uv pip compile --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-header "
    "--no-emit-index-url --no-emit-find-links --quiet"
)
_COMMANDS = (
    f"{_COMPILE} --group dev --all-extras pyproject.toml -o requirements-dev.lock",
    f"{_COMPILE} pyproject.toml -c requirements-dev.lock -o requirements.lock",
    f"{_COMPILE} --group build -c requirements-dev.lock -o requirements-build.lock",
    f"{_COMPILE} --group benchmark -o requirements-benchmark.lock",
)
# Where all that runs must be had as wheels, for each version of Python.
PLATFORMS = ("x86_64-manylinux_2_28", "aarch64-manylinux_2_28", "x86_64-pc-windows-msvc")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
_WHEELS = (
    "uv pip install --dry-run --quiet --target build/nowhere --only-binary :all: --require-hashes "
    "-r requirements.lock --python-platform {platform} --python-version {python}"
)


def locked_versions(python: str = "3.11.0", lock: Path = LOCK) -> dict[str, str]:
    """Version of each package that a lock has for a version of Python, by normalised name."""
    lines = re.findall(r"^([A-Za-z0-9][^\\\n]*?) *\\?$", lock.read_text(encoding="utf-8"), re.MULTILINE)
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
        "# conda env create -f environment.yml && conda run -n hanbin hanbin fonts",
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
        wheels = [_WHEELS.format(platform=one, python=python) for one in PLATFORMS for python in PYTHONS]
        for command in (*_COMMANDS, *wheels):
            subprocess.run([sys.executable, "-m", *command.split()], cwd=ROOT, check=True)
    ENVIRONMENT.write_text(environment_text(), encoding="utf-8")
