"""What a command imports: modules are counted, not seconds, so that the budget holds on any machine."""

import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import hanbin_lib

ROOT = Path(hanbin_lib.__file__).parents[1]
PACKAGES = sorted(path.parent.name for path in (ROOT / "hanbin_lib").glob("*/__init__.pyi"))
_ASK = """
import json, sys
from hanbin_lib.cli.main import app
try:
    app({arguments!r}, standalone_mode=False)
except SystemExit:
    pass
print(json.dumps(sorted(sys.modules)))
"""
_TABLES = {"pandas", "numpy", "pyarrow"}
_DOCUMENTS = {"nbconvert", "nbformat", "papermill", "matplotlib", "scipy", "statsmodels", "docx", "typst"}


@pytest.fixture
def office(tmp_path):
    """A workspace with its parameters and nothing else."""
    shutil.copytree(ROOT / "params", tmp_path / "params")
    return tmp_path


def imported(office, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", _ASK.format(arguments=list(arguments))],
        check=False,
        capture_output=True,
        text=True,
        cwd=office,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("arguments", "most", "unwanted"),
    [
        (("--help",), 560, _TABLES | _DOCUMENTS | {"pydantic", "yaml"}),
        (("areas",), 560, _TABLES | _DOCUMENTS),
        (("health",), 800, _TABLES | _DOCUMENTS),
        (("due", "--list"), 800, _TABLES | _DOCUMENTS),
    ],
)
def test_a_command_imports_what_it_uses(office, arguments, most, unwanted):
    """The first month is set past today, so that nothing is due and nothing overdue."""
    (office / "params" / "batch.yaml").write_text("first_month: 2099-01\n", encoding="utf-8")
    modules = imported(office, *arguments)
    assert not modules & unwanted
    assert len(modules) <= most


@pytest.mark.parametrize("module", ["ledger", "publication"])
def test_what_runs_where_nothing_is_due_does_without_tables(module):
    code = f"import json, sys, hanbin_lib.release.{module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not set(json.loads(done.stdout)) & (_TABLES | _DOCUMENTS)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_front_gives_what_its_stub_names(package):
    module = importlib.import_module(f"hanbin_lib.{package}")
    assert module.__all__
    for name in module.__all__:
        value = getattr(module, name)
        assert value is getattr(module, name)
        # A function whose module bears its name would be hidden as soon as that module is imported.
        assert not (ROOT / "hanbin_lib" / package / f"{name}.py").exists()
    assert set(module.__all__) <= set(dir(module))


def test_a_front_says_what_it_does_not_have():
    with pytest.raises(AttributeError, match=r"hanbin_lib.bulletin.*no_such_name"):
        _ = importlib.import_module("hanbin_lib.bulletin").no_such_name


@pytest.mark.parametrize("package", [*PACKAGES, "store", "statistics"])
def test_a_package_alone_imports_no_product(package):
    code = f"import sys, hanbin_lib.{package}; print([m for m in sys.modules if m.startswith('hanbin_lib.')])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert set(eval(done.stdout)) <= {f"hanbin_lib.{package}", "hanbin_lib.lazily"}


def test_no_process_builds_the_grammar_of_addresses():
    """jsonschema works without; what it checks of notebooks is checked all the same."""
    code = (
        "import sys, hanbin_lib, nbformat, jsonschema\n"
        "nbformat.validate(nbformat.v4.new_notebook())\n"
        "assert jsonschema.FormatChecker().conforms('2022-09-30', 'date')\n"
        "print(sys.modules.get('rfc3987_syntax'), 'lark' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split() == ["None", "False"]


def test_a_prepared_process_has_what_a_notebook_calls():
    """Whatever a fork imports after it was prepared, every fork imports again."""
    code = (
        "import sys; from hanbin_lib.kernels.prepared import prepare; prepare(); before = set(sys.modules)\n"
        "from hanbin_lib import bulletin as hb, lab\n"
        "for front in (hb, lab):\n"
        "    [getattr(front, name) for name in front.__all__]\n"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_a_trace_of_a_kept_month_reads_a_table_and_computes_nothing(demo_workspace):
    """scipy's parts and pandera's schemas are imported by what computes and what stores."""
    arguments = ("trace", "2022-09", "open_risk_households")
    imported(demo_workspace.root, *arguments)  # the month is computed and kept
    modules = imported(demo_workspace.root, *arguments)
    assert not modules & {
        "scipy.stats",
        "scipy.optimize",
        "pandera",
        "matplotlib",
        "nbconvert",
        "statsmodels",
    }
