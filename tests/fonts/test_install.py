"""Installing the typefaces: names, coverage, same bytes, substitutes, licences."""

import functools
import hashlib
import http.server
import io
import json
import tarfile
import threading
from dataclasses import replace

import matplotlib.font_manager
import pytest
import typst
from fontTools.ttLib import TTFont
from small_faces import small_face

from hanbin_lib import fonts
from hanbin_lib.fonts import install, recipes


@pytest.fixture
def empty_folder(tmp_path, monkeypatch):
    """An environment without faces, without apt and without a mirror."""
    target = tmp_path / "fonts"
    monkeypatch.setattr(install, "folder", lambda: target)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(install.MIRROR, raising=False)
    monkeypatch.delenv(install.GIVEN, raising=False)
    return target


def test_hangul_goes_and_everything_else_stays():
    source = small_face("\u3131一가힣あ㛃垚A。")
    kept = TTFont(io.BytesIO(install._reduced(source, recipes.FALLBACK[0]))).getBestCmap()
    assert "".join(map(chr, sorted(kept))) == "".join(sorted("一あ㛃垚A。"))


def test_a_reduced_face_has_the_new_name_and_the_same_bytes_again():
    recipe = recipes.FALLBACK[0]
    source = small_face("一")
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
    licence = (empty_folder / f"LICENCE-{recipes.PYPI}.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_substitutes_give_way_as_soon_as_debian_can_be_reached(empty_folder):
    install.install()
    assert not install._is_valid(empty_folder)


# The page is shaped by these bytes: whoever changes them changes every published month.
LOCKED = {
    "FandolFang-Regular.otf": "3413592e84322725524906bd788fca25bad0b9caa4288de63bbbfbfe1fefd82c",
    "FandolKai-Regular.otf": "b6c6a12f97a25465255a0afe387819d4da64558d002eef5911a48016ee3a6c06",
    "FandolSong-Bold.otf": "6f1168168097de6ec5979248238a8f2555e859d632ffb5efb7ebbe1640e4015b",
    "NotoSansSC-Bold.otf": "6786d193644d056e471d72bd03a03d483a6cad065c9d68df816420a26e62662b",
    "NotoSansSC-Regular.otf": "40ae17f2f48f8583001977894a94d950b062069fd5e92edeb8ff2a6cd68f5bc2",
    "NotoSerifSC-Regular.otf": "822bacba3b3ee02a46c613a5666ba610b9a986f94eb93c6be5b1c8e4f8429e37",
}


@pytest.mark.skipif(bool(fonts.substitutes()), reason="substitutes are installed here")
def test_the_installed_faces_are_the_same_bytes_on_every_system():
    assert {face.path.name: face.sha256 for face in fonts.faces()} == LOCKED


def _deb(path, files, ending=".xz"):
    """A Debian package as `ar` and `tar` make it."""
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode=f"w:{ending.lstrip('.')}") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    parts = {"debian-binary": b"2.0\n", "control.tar.xz": b"odd", f"data.tar{ending}": inner.getvalue()}
    out = b"!<arch>\n"
    for name, content in parts.items():
        head = f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode()
        out += head + content + b"\n" * (len(content) % 2)
    path.write_bytes(out)
    return path


@pytest.fixture
def mirror(tmp_path, monkeypatch, empty_folder):
    """A Debian mirror on this machine: function (files of a package, hash told) -> recipe and archive."""
    shelf = tmp_path / "mirror"
    shelf.mkdir()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(shelf))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv(install.MIRROR, f"http://127.0.0.1:{server.server_port}/")

    def put(content, told=None):
        deb = _deb(shelf / "some_1_all.deb", {"usr/face.otf": content})
        digest = told or hashlib.sha256(deb.read_bytes()).hexdigest()
        archives = {"some": (recipes.Archive(deb.name, "1", digest),)}
        monkeypatch.setattr(install, "ARCHIVES", archives)
        locked = hashlib.sha256(b"the face").hexdigest()
        return (replace(recipes.FALLBACK[0], package="some", file="usr/face.otf", sha256=locked),)

    yield put
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_named_mirror_serves_where_there_is_neither_apt_nor_dpkg(mirror, tmp_path):
    wanted = mirror(b"the face")
    found = install.from_debian("some", wanted, tmp_path / "work")
    assert found.version == "1"
    assert install.read_locked(found.root, wanted[0]) == b"the face"


@pytest.mark.parametrize(("content", "told"), [(b"another face", None), (b"the face", "0" * 64)])
def test_other_bytes_than_the_locked_ones_are_refused(mirror, tmp_path, content, told):
    with pytest.raises(install.UnavailableError):
        install.from_debian("some", mirror(content, told), tmp_path / "work")


def test_a_face_of_pypi_with_other_bytes_is_refused(tmp_path):
    (tmp_path / recipes.FALLBACK[0].file).write_bytes(b"another face")
    with pytest.raises(ValueError, match="not the locked file"):
        install.read_locked(tmp_path, recipes.FALLBACK[0])


def test_what_is_no_package_or_cannot_be_read_here_is_an_error(empty_folder, tmp_path):
    (tmp_path / "no.deb").write_bytes(b"<html>")
    with pytest.raises(ValueError, match="no Debian package"):
        install.unpack(tmp_path / "no.deb", tmp_path / "root")
    packed = _deb(tmp_path / "gz.deb", {"a": b"1"}, ".gz")
    with pytest.raises(ValueError, match="without dpkg"):
        install.unpack(packed, tmp_path / "root")


def test_faces_installed_elsewhere_are_taken_from_the_folder_that_is_named(empty_folder, monkeypatch):
    monkeypatch.setenv(install.GIVEN, str(fonts.folder()))
    install.install()
    assert (empty_folder / fonts.INVENTORY).read_bytes() == (fonts.folder() / fonts.INVENTORY).read_bytes()
    assert install._is_valid(empty_folder) != bool(fonts.substitutes())


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
