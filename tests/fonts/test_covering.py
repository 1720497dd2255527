"""Which characters can be drawn, by which faces, and what is said where there are none."""

import json
import unicodedata

import pytest
from fontTools.ttLib import TTFont
from small_faces import small_face

from hanbin_lib import fonts
from hanbin_lib.errors import ExitCode, HanbinError
from hanbin_lib.fonts import install, recipes

CACHED = (fonts.faces, fonts.substitutes, fonts.covered)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder of faces of its own; what was known of the installed ones is asked anew."""
    monkeypatch.setattr(fonts, "folder", lambda: tmp_path)
    for known in CACHED:
        known.cache_clear()
    yield tmp_path
    for known in CACHED:
        known.cache_clear()


def put(place, *faces, **more):
    """Write small faces and their inventory."""
    entries = []
    for name, characters in faces:
        (place / name).write_bytes(small_face(characters))
        about = {"family": name, "weight": "regular", "source": "x 1", "licence": "OFL-1.1", "sha256": ""}
        entries.append({"file": name, **about})
    (place / fonts.INVENTORY).write_text(json.dumps({"faces": entries, **more}), encoding="utf-8")


@pytest.mark.parametrize(
    ("character", "is_needed"),
    [
        ("甲", True),
        ("a", True),
        (" ", True),
        ("　", False),  # an ideographic space shows nothing
        ("\n", False),
        ("\t", False),
        ("\u200b", False),
        ("\u202e", False),
        ("\N{NO-BREAK SPACE}", False),
        ("\ue000", True),  # of the private-use area: an old system's rare name
        ("\U000f0000", True),
        ("\U0003ffff", True),  # encoded some day: a name that this Python does not know yet
        ("\U00030000", True),  # 𰀀, of Extension G
        ("\u0301", True),  # an accent that joins what stands before
        ("\ud800", False),  # half of a pair is no character
    ],
)
def test_what_must_be_seen_needs_a_glyph(character, is_needed):
    assert fonts.needs_glyph(character) is is_needed, unicodedata.category(character)


@pytest.mark.parametrize("content", [None, "", "{", "[]", "{}", '{"faces": '])
def test_without_an_inventory_it_is_said_how_to_get_the_faces(place, content):
    if content is not None:
        (place / fonts.INVENTORY).write_text(content, encoding="utf-8")
    for ask in (fonts.faces, fonts.substitutes, fonts.folders, fonts.covered):
        with pytest.raises(HanbinError, match="hanbin fonts") as caught:
            ask()
        assert (caught.value.code, caught.value.exit_code) == ("HB-FNT-001", ExitCode.TYPOGRAPHY)
    assert not install._is_valid(place)  # and that command installs them anew


def test_what_any_face_draws_is_covered_and_what_is_missing_is_told_once_in_order(place):
    put(place, ("a.otf", "一乙"), ("b.otf", "甲。"))
    assert fonts.covered() == frozenset(map(ord, "一乙甲。"))
    assert fonts.missing("一甲乙。") == []
    assert fonts.missing("丙一丁丙\n\u200b") == ["丙", "丁"]
    assert [(face.path.name, face.family) for face in fonts.faces()] == [
        ("a.otf", "a.otf"),
        ("b.otf", "b.otf"),
    ]
    assert fonts.substitutes() == {}


def test_the_office_s_own_faces_come_first_and_count_whatever_case_their_ending_has(place, tmp_path):
    put(place, ("a.otf", "一"), substitutes={"FandolKai": "Noto Serif SC"})
    own = tmp_path / "own"
    own.mkdir()
    (own / "NAMES.OTF").write_bytes(small_face("㛃"))
    (own / "readme.txt").write_text("no face", encoding="utf-8")
    assert fonts.folders((str(own),)) == [own, place]
    assert fonts.missing("㛃一") == ["㛃"]
    assert fonts.missing("㛃一", (str(own),)) == []
    assert fonts.substitutes() == {"FandolKai": "Noto Serif SC"}


# What is installed, and from where


def test_each_family_that_the_parameters_may_name_is_made_or_has_one_in_its_place():
    families = {recipe.family for recipe in recipes.STANDARD}
    fallback = {recipe.family for recipe in recipes.FALLBACK}
    assert fallback <= families
    assert set(recipes.SUBSTITUTES) == families - fallback
    assert set(recipes.SUBSTITUTES.values()) <= fallback


@pytest.mark.parametrize("made", [recipes.STANDARD, recipes.FALLBACK], ids=["standard", "fallback"])
def test_recipes_are_locked_and_none_writes_over_another(made):
    assert len({recipe.target for recipe in made}) == len(made)
    assert len({(recipe.family, recipe.weight) for recipe in made}) == len(made)
    for recipe in made:
        assert len(bytes.fromhex(recipe.sha256)) == 32
        assert recipe.weight in {"regular", "bold"}
        assert recipe.package == recipes.PYPI or recipe.package in recipes.LICENCES
        assert recipe.package == recipes.PYPI or recipe.package in recipes.ARCHIVES


@pytest.mark.parametrize("package", recipes.ARCHIVES)
def test_archives_are_named_as_debian_names_them_newest_first(package):
    dated = [archive.version.partition(":")[2] or archive.version for archive in recipes.ARCHIVES[package]]
    for archive, version in zip(recipes.ARCHIVES[package], dated, strict=True):
        assert archive.path.startswith("pool/main/")
        assert archive.path.endswith(f"/{package}_{version}_all.deb")
        assert len(bytes.fromhex(archive.sha256)) == 32
    assert dated == sorted(dated, reverse=True)


def test_the_face_of_pypi_is_the_locked_one_and_has_the_characters_of_names():
    found = install.from_pypi()
    content = install.read_locked(found.root, recipes.FALLBACK[0])
    assert content[:4] == b"OTTO"
    assert found.version.count(".") >= 1
    with TTFont(found.root / recipes.FALLBACK[0].file, lazy=True) as font:
        assert {*map(ord, "汉滨区防返贫监测户垚㛃")} <= set(font.getBestCmap())


# Mirrors


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ("", []),
        ("http://a/debian\nhttp://a/debian\nhttps://b/debian\n", ["http://a/debian", "https://b/debian"]),
        ("file:/srv/debian\ncdrom:[x]/\nhttp://a/debian", ["http://a/debian"]),
    ],
)
def test_mirrors_are_those_of_apt_each_once(tmp_path, monkeypatch, listed, found):
    monkeypatch.delenv(install.MIRROR, raising=False)
    apt = tmp_path / "apt-get"
    (tmp_path / "listed").write_text(listed, encoding="utf-8")
    apt.write_text(f"#!/bin/sh\nexec /bin/cat '{tmp_path}/listed'\n", encoding="utf-8")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert install.mirrors() == found
    monkeypatch.setenv(install.MIRROR, "http://named/debian")
    assert install.mirrors() == ["http://named/debian"]
    apt.unlink()
    monkeypatch.delenv(install.MIRROR)
    assert install.mirrors() == []


def _ar(*parts):
    out = b"!<arch>\n"
    for name, content in parts:
        head = f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode()
        out += head + content + b"\n" * (len(content) % 2)
    return out


@pytest.mark.parametrize(
    "parts",
    [
        [("debian-binary", b"2.0\n"), ("control.tar.xz", b"c"), ("data.tar.xz", b"data!")],
        [("debian-binary", b"2.0"), ("data.tar.xz/", b"data!"), ("data.tar.gz", b"other")],
        [("data.tar.xz", b"data!")],
    ],
)
def test_the_part_with_the_files_is_found_behind_parts_of_odd_length(parts):
    assert install._data_member(_ar(*parts)) == ("data.tar.xz", b"data!")


@pytest.mark.parametrize("content", [b"", b"<html>", b"!<arch>\n", _ar(("debian-binary", b"2.0\n"))])
def test_a_page_of_an_error_or_an_empty_package_is_no_package(content):
    with pytest.raises(ValueError, match="package"):
        install._data_member(content)
