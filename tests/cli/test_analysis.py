"""``hanbin indicators list``: every definition, for the reader and for a program."""

import json

from typer.testing import CliRunner

from hanbin_lib.cli.main import app
from hanbin_lib.indicators import DEFINITIONS


def _listed(*options: str) -> str:
    done = CliRunner().invoke(app, ["indicators", "list", *options])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_every_definition_is_told_in_full():
    told = _listed()
    for definition in DEFINITIONS.values():
        block = told.split(f"\n{definition.id}　")[1].split("\n")
        assert block[0] == f"{definition.name}（{definition.unit.value}）"
        assert block[1:5] == [
            f"  分子：{definition.numerator}",
            f"  分母：{definition.denominator or '—'}",
            f"  时点：{definition.as_of}",
            f"  来源：{definition.source}",
        ]


def test_a_program_reads_the_same():
    read = json.loads(_listed("--json"))
    assert [entry["id"] for entry in read] == list(DEFINITIONS)
    for entry in read:
        definition = DEFINITIONS[entry["id"]]
        for field in ("name", "numerator", "denominator", "as_of", "source"):
            assert entry[field] == getattr(definition, field)
        assert entry["unit"] == definition.unit.value
