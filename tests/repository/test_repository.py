"""Nothing may drift: lock, environment, version, documentation, shape of the code."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from support import REPOSITORY

import hanbin_lib

sys.path.insert(0, str(REPOSITORY / "scripts"))
import lock

SOURCES = sorted(path for part in ("hanbin_lib", "hanbin_demo") for path in (REPOSITORY / part).rglob("*.py"))


def _tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    return [name for name in listed if (REPOSITORY / name).is_file()]


LOCKS = {"requirements.lock": 100, "requirements-dev.lock": 200, "requirements-build.lock": 3}


@pytest.mark.parametrize(("name", "least"), LOCKS.items())
def test_a_lock_pins_everything_with_hashes_and_names_no_host(name, least):
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    assert "://" not in text
    pins = re.findall(r"^[A-Za-z0-9].*$", text, re.MULTILINE)
    assert len(pins) >= least
    assert all("==" in pin for pin in pins)
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)


def _pins(name):
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    return re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*?\])?==([^ ;\\]+)", text, re.MULTILINE)


def test_every_python_gets_one_version_of_each_package():
    names = [name for name, _ in _pins("requirements-dev.lock")]
    assert [name for name in set(names) if names.count(name) > 1] == []


def test_what_runs_and_what_installs_are_parts_of_what_is_developed_with():
    everything = set(_pins("requirements-dev.lock"))
    assert set(_pins("requirements.lock")) < everything
    assert set(_pins("requirements-build.lock")) < everything


def test_what_runs_holds_no_tool_of_tests_documentation_or_clusters():
    runtime = {name for name, _ in _pins("requirements.lock")}
    assert not runtime & {
        "pytest",
        "mypy",
        "ruff",
        "uv",
        "hatchling",
        "mkdocs",
        "distributed",
        "moto",
        "pre-commit",
    }


def test_the_lock_satisfies_what_the_project_asks_for():
    file = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    versions = lock.locked_versions(lock=lock.DEVELOPMENT_LOCK)
    groups = [r for r in file["dependency-groups"]["dev"] if isinstance(r, str)]
    asked = [Requirement(r) for r in file["project"]["dependencies"] + groups]
    unmet = [str(r) for r in asked if versions.get(canonicalize_name(r.name), "") not in r.specifier]
    assert unmet == []


def test_imports_run_one_way():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_layers_name_every_part_of_the_library():
    file = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    layers = file["tool"]["importlinter"]["contracts"][0]["layers"]
    named = {name.strip(" ()") for layer in layers for name in layer.split("|")}
    library = REPOSITORY / "hanbin_lib"
    parts = {p.parent.name for p in library.glob("*/__init__.py")} | {p.stem for p in library.glob("*.py")}
    assert named == {f"hanbin_lib.{part}" for part in parts - {"__init__"}}


def test_environment_and_lock_hold_the_same_versions():
    environment = yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))
    *conda, pip = environment["dependencies"]
    names = {v: k for k, v in lock.CONDA_NAMES.items()}
    stated = dict(
        item.split("=") for item in conda if "=" in item and not item.startswith(("python=", "python>"))
    )
    stated = {names.get(name, name): version for name, version in stated.items()}
    stated |= dict(item.split("==") for item in pip["pip"] if "==" in item)
    versions = lock.locked_versions()
    assert stated == {name: versions[name] for name in lock.direct_dependencies()}


def test_mandated_packages_are_there():
    assert {"jupyterlab", "pandas", "statsmodels", "matplotlib", "papermill", "nbconvert"} <= set(
        lock.direct_dependencies()
    )


def test_one_version_everywhere():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\d\S+)", changelog, re.MULTILINE)[1]
    assert project["version"] == hanbin_lib.__version__ == newest


def test_generated_documentation_is_fresh():
    done = subprocess.run(
        [sys.executable, "scripts/make_docs.py", "--check"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_links_of_the_documentation_lead_somewhere():
    pages = [REPOSITORY / n for n in _tracked() if n.endswith(".md")]
    dead = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert dead == []


def test_every_error_code_is_explained():
    used = set()
    for path in SOURCES:
        used |= set(re.findall(r'"(HB-[A-Z]+-\d{3})"', path.read_text(encoding="utf-8")))
    page = (REPOSITORY / "docs" / "errors.md").read_text(encoding="utf-8")
    rules = (REPOSITORY / "docs" / "rules.md").read_text(encoding="utf-8")
    assert sorted(code for code in used if code not in page and code not in rules) == []


def test_no_path_of_a_machine_and_no_registry_in_what_is_committed():
    forbidden = re.compile(
        r"(^|[^A-Za-z0-9_])/(root|work|home|Users)/[A-Za-z]|pypi\.org|pythonhosted|index-url[ =]+http"
    )
    hits = []
    for name in _tracked():
        if (
            name.endswith((".png", ".lock", ".xls", ".xlsb", ".xlsx"))
            or name == "tests/repository/test_repository.py"
        ):
            continue
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        hits += [f"{name}: {m.group()}" for m in forbidden.finditer(text)]
    assert hits == []


def test_no_figure_is_a_product_of_blas():
    """Its last digit depends on the processor, and `indicators.csv` has every digit."""
    products = {"dot", "einsum", "inner", "matmul", "tensordot", "vdot"}
    for path in SOURCES:
        if path.parent.name in {"indicators", "statistics"}:
            nodes = [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
            assert [n.lineno for n in nodes if isinstance(n, ast.MatMult)] == [], path
            assert [n.lineno for n in nodes if isinstance(n, ast.Attribute) and n.attr in products] == [], (
                path
            )


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(REPOSITORY).as_posix())
def test_modules_are_short_and_say_what_they_are_for(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    assert len(text.splitlines()) <= 400
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = (body[-1].end_lineno - body[0].lineno + 1) if body else 0
            assert length <= 40, f"{node.name}: {length} lines"
