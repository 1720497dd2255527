"""The program's one identity, and the spelling of values: nothing that matters is left out."""

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import hanbin_lib
from hanbin_lib.store import digest_of, package_digest, program_digest
from hanbin_lib.yearly_documents import MonitoringLine

ROOT = Path(hanbin_lib.__file__).parents[1]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the program with its lock, as a clone has it."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "hanbin_lib", root / "hanbin_lib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.lock", root)
    return root


def test_a_copy_is_the_same_program(checkout):
    assert package_digest(checkout / "hanbin_lib") == program_digest()


def test_a_wheel_is_the_same_program_as_its_checkout(checkout, tmp_path):
    """A wheel has the lock among its modules and the template of a workspace besides."""
    shutil.copytree(checkout / "hanbin_lib", tmp_path / "hanbin_lib")
    shutil.copy(checkout / "requirements.lock", tmp_path / "hanbin_lib")
    template = tmp_path / "hanbin_lib" / "workspace_template" / "params"
    template.mkdir(parents=True)
    (template / "county.yaml").write_text("name: 某县")
    assert package_digest(tmp_path / "hanbin_lib") == program_digest()


@pytest.mark.parametrize(
    "name",
    [
        "hanbin_lib/ingest/matching.py",
        "hanbin_lib/indicators/register.py",
        "hanbin_lib/site/templates/index.js",
        "hanbin_lib/forecasting/tables",
        "requirements.lock",
    ],
)
def test_code_templates_tables_and_the_lock_are_the_program(checkout, name):
    """One more byte in any of them is another program; taken back it is this one again."""
    path = checkout / name
    path = min(path.glob("*.csv")) if path.is_dir() else path
    before = path.read_bytes()
    path.write_bytes(before + b"\n")
    assert package_digest(checkout / "hanbin_lib") != program_digest()
    path.write_bytes(before)
    assert package_digest(checkout / "hanbin_lib") == program_digest()


def test_a_file_more_or_moved_is_another_program(checkout):
    extra = checkout / "hanbin_lib" / "indicators" / "extra.toml"
    extra.write_text("")
    assert package_digest(checkout / "hanbin_lib") != program_digest()
    extra.unlink()


def test_equal_values_have_equal_digests():
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
    line = MonitoringLine(year=2022, value_yuan=6000, document="〔测试〕1号", entered_by="测试")
    values = ("x", 1, 2.5, None, date(2022, 9, 30), frame, line, {"a": (1, 2)}, [True])
    assert digest_of(*values) == digest_of(*values[:5], frame.copy(), line.model_copy(), *values[7:])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        (("1",), (1,)),
        ((1,), (1.0,)),
        ((True,), (1,)),
        ((None,), ("None",)),
        ((("a",), "b"), (("a", "b"),)),
        (({"a": "b"},), (["a", "b"],)),
        ((date(2022, 9, 30),), ("2022-09-30",)),
        ((pd.DataFrame({"a": [1, 2]}),), (pd.DataFrame({"a": [2, 1]}),)),
        ((pd.DataFrame({"a": [1, 2]}),), (pd.DataFrame({"b": [1, 2]}),)),
        ((pd.DataFrame({"a": [1, 2]}),), (pd.DataFrame({"a": [1.0, 2.0]}),)),
        ((pd.DataFrame({"a": [1, 2]}),), (pd.DataFrame({"a": [1, 2]}, index=[1, 2]),)),
        ((pd.DataFrame({"a": [1, 0]}, dtype="Int64"),), (pd.DataFrame({"a": [1, None]}, dtype="Int64"),)),
        ((pd.Series(["a"], dtype="category"),), (pd.Series(["a"]),)),
    ],
)
def test_values_that_differ_have_other_digests(one, other):
    assert digest_of(*one) != digest_of(*other)


def test_what_cannot_be_spelled_is_refused():
    with pytest.raises(TypeError, match="object has no digest"):
        digest_of(object())
