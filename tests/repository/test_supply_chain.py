"""What is installed to run hanbin is named, locked, licensed, and listed the same way twice."""

import json
import os
import platform
import re
import subprocess
import sys

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name
from support import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "scripts"))
import licences
import lock


@pytest.fixture(scope="module")
def bill(tmp_path_factory) -> bytes:
    """The bill of materials, made twice under different circumstances."""
    folder = tmp_path_factory.mktemp("sbom")
    for number, zone in enumerate(("UTC", "Asia/Shanghai")):
        circumstances = {"PYTHONHASHSEED": str(number), "TZ": zone, "LC_ALL": "C.UTF-8"}
        script = REPOSITORY / "scripts" / "sbom.py"
        subprocess.run(
            [sys.executable, "-W", "error", str(script), str(folder / f"{number}.json")],
            cwd=(REPOSITORY, folder)[number],
            env=os.environ | circumstances,
            check=True,
        )
    first, second = ((folder / f"{number}.json").read_bytes() for number in (0, 1))
    assert first == second
    return first


def _reached_in_the_lock() -> set[str]:
    """Packages that the lock's own notes trace back to ``[project] dependencies``, over any extra."""
    text = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    parents = {
        block.split("==")[0].split("[")[0]: set(
            re.findall(r"^    #(?: via)? +([a-z0-9-]+)", block, re.MULTILINE)
        )
        for block in blocks
    }
    reached: set[str] = set()
    new = {canonicalize_name(name) for name in lock.direct_dependencies()}
    while new:
        reached |= new
        new = {name for name, by in parents.items() if by & new} - reached
    return reached & set(lock.locked_versions(platform.python_version()))


def _required_by_the_installed() -> set[str]:
    """What uv finds that hanbin requires, without the extras that one package asks of another."""
    command = [sys.executable, "-m", "uv", "pip", "tree", "--offline", "--python", sys.executable]
    done = subprocess.run([*command, "--package", "hanbin"], capture_output=True, text=True, check=True)
    return set(re.findall(r"([a-z0-9-]+) v\d", done.stdout)) - {"hanbin"}


def test_the_bill_names_every_runtime_package_of_the_lock_with_version_and_licence(bill):
    components = {c["name"]: c for c in json.loads(bill)["components"] if c["type"] == "library"}
    required = _required_by_the_installed()
    assert len(required) > 100
    assert required <= set(components) <= _reached_in_the_lock()
    assert {"rfc3987-syntax", "tinycss2"} <= set(components)  # jsonschema[format-nongpl], bleach[css]
    locked = lock.locked_versions(platform.python_version())
    assert {n: c["version"] for n, c in components.items()} == {n: locked[n] for n in components}
    assert [n for n, c in components.items() if not c.get("licenses")] == []


def test_the_bill_names_every_typeface_with_licence_and_hash(bill):
    components = {c["name"]: c for c in json.loads(bill)["components"] if c["type"] == "data"}
    assert {n: c["hashes"][0]["content"] for n, c in components.items()} == {
        face["file"]: face["sha256"] for face in licences.font_faces()
    }
    assert all(c["licenses"] for c in components.values())


def test_the_bill_is_valid_and_holds_neither_clock_nor_chance_nor_path(bill):
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill.decode()) is None
    content = json.loads(bill)
    assert "serialNumber" not in content
    assert "timestamp" not in content["metadata"]
    assert str(REPOSITORY).encode() not in bill


def test_licences_are_listed_and_permitted():
    assert licences.faults() == []


def test_a_licence_off_the_list_a_missing_and_a_stale_row_are_told(tmp_path, monkeypatch):
    rows = licences.PAGE.read_text(encoding="utf-8").splitlines()
    page = tmp_path / "licences.md"
    kept = [row for row in rows if not row.startswith("| numpy ")]
    page.write_text("\n".join([*kept, "| left-pad | MIT |"]), encoding="utf-8")
    monkeypatch.setattr(licences, "PAGE", page)
    monkeypatch.setattr(licences, "PERMITTED", licences.PERMITTED - {"MPL-2.0"})
    told = "\n".join(licences.faults())
    assert "不在允许之列：certifi（MPL-2.0）" in told
    assert "缺少或已变：| numpy |" in told
    assert "已不在锁定文件中：left-pad" in told


def test_optional_extras_do_not_count():
    names = {p.name for p in licences.runtime_packages()}
    assert not names & {"bokeh", "distributed", "s3fs", "jupyter-scheduler", "pytest", "cyclonedx-bom"}


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ({"License-Expression": ["mit"], "Classifier": ["License :: OSI Approved :: BSD License"]}, "MIT"),
        ({"License": ["BSD 3-Clause License\n\nCopyright …"]}, "BSD-3-Clause"),
        ({"License": ["UNKNOWN"], "Classifier": ["License :: OSI Approved :: ISC License (ISCL)"]}, "ISC"),
        (
            {
                "License": ["Dual License"],
                "Classifier": [
                    "License :: OSI Approved :: BSD License",
                    "License :: OSI Approved :: Apache Software License",
                ],
            },
            "Apache-2.0 AND LicenseRef-BSD",
        ),
        ({"License": ["Ask my lawyer"]}, ""),
        ({}, ""),
    ],
)
def test_old_and_new_metadata_are_read(fields, licence):
    assert licences.licence_of("some-package", fields) == licence


@pytest.mark.parametrize(
    ("expression", "fine"),
    [
        ("MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only AND MIT", False),
        ("AGPL-3.0-only", False),
        ("(MIT OR GPL-2.0-only) AND Zlib", True),
        ("GPL-3.0-or-later", False),
        ("GPL-3.0-or-later WITH Font-exception-2.0", True),
        ("", False),
    ],
)
def test_what_may_stand_beside_mit(expression, fine):
    assert licences.permitted(expression) is fine
