"""Installing the typefaces: names, coverage, same bytes, substitutes, licences."""

import io
import json
import subprocess

import matplotlib.font_manager
import pytest
import typst
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

from hanbin_lib import fonts
from hanbin_lib.fonts import install


@pytest.fixture
def empty_folder(tmp_path, monkeypatch):
    """An environment without faces and without apt."""
    target = tmp_path / "fonts"
    monkeypatch.setattr(install, "folder", lambda: target)
    monkeypatch.setenv("PATH", str(tmp_path))
    return target


def _small_face(characters):
    """A font of empty boxes with these characters."""
    names = [".notdef", *(f"uni{ord(c):04X}" for c in characters)]
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(c): name for c, name in zip(characters, names[1:], strict=True)})
    empty = T2CharStringPen(1000, None).getCharString()
    builder.setupCFF("Small-Regular", {}, dict.fromkeys(names, empty), {})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Small", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def test_hangul_goes_and_everything_else_stays():
    source = _small_face("\u3131一가힣あ㛃垚A。")
    kept = TTFont(io.BytesIO(install._reduced(source, install._FALLBACK[0]))).getBestCmap()
    assert "".join(map(chr, sorted(kept))) == "".join(sorted("一あ㛃垚A。"))


def test_a_reduced_face_has_the_new_name_and_the_same_bytes_again():
    recipe = install._FALLBACK[0]
    source = _small_face("一")
    content = install._reduced(source, recipe)
    assert content == install._reduced(source, recipe)
    names = TTFont(io.BytesIO(content))["name"]
    assert names.getBestFamilyName() == recipe.family
    assert names.getDebugName(6) == "NotoSansSC-Regular"


def test_without_apt_the_substitutes_come_and_the_difference_is_told(empty_folder, capsys):
    install.install()
    inventory = json.loads((empty_folder / fonts.INVENTORY).read_text(encoding="utf-8"))
    assert [face["family"] for face in inventory["faces"]] == ["Noto Sans SC", "Noto Serif SC"]
    said = capsys.readouterr().err
    assert all(name in said for name in ("仿宋", "楷体", "小标宋", "粗体"))
    licence = (empty_folder / f"LICENCE-{install._PYPI}.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_substitutes_give_way_as_soon_as_debian_can_be_reached(empty_folder):
    install.install()
    assert not install._is_valid(empty_folder)


def test_a_package_that_apt_does_not_deliver_is_an_error_that_the_fallback_catches(tmp_path, monkeypatch):
    monkeypatch.setattr(install, "_apt", lambda *_: 0)
    with pytest.raises(FileNotFoundError):
        install._unpacked("fonts-noto-cjk", tmp_path)
    monkeypatch.setattr(install, "_apt", lambda *_: 100)
    with pytest.raises(subprocess.CalledProcessError):
        install._unpacked("fonts-noto-cjk", tmp_path)


def test_a_damaged_face_is_noticed(tmp_path):
    face = fonts.faces()[0]
    entry = {"file": face.path.name, "source": "fonts-noto-cjk 1", "sha256": face.sha256}
    inventory = {"recipe_version": install._RECIPE_VERSION, "faces": [entry]}
    (tmp_path / fonts.INVENTORY).write_text(json.dumps(inventory), encoding="utf-8")
    content = face.path.read_bytes()
    (tmp_path / face.path.name).write_bytes(content)
    assert install._is_valid(tmp_path)
    (tmp_path / face.path.name).write_bytes(content[:-1])
    assert not install._is_valid(tmp_path)
    (tmp_path / face.path.name).unlink()
    assert not install._is_valid(tmp_path)


def test_typst_and_matplotlib_name_the_families_as_the_inventory_does():
    seen = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder())]
    )
    families = {face.family for face in fonts.faces()}
    assert set(seen.families()) == families
    for face in fonts.faces():
        assert matplotlib.font_manager.get_font(face.path).family_name == face.family


def test_licence_texts_lie_beside_the_faces():
    for package in {face.source.split()[0] for face in fonts.faces()}:
        text = (fonts.folder() / f"LICENCE-{package}.txt").read_text(encoding="utf-8")
        assert "GNU GENERAL PUBLIC LICENSE" in text or "SIL OPEN FONT LICENSE" in text
