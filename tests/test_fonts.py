"""The installed faces: known, licensed, covering what names need."""

import hashlib

from hanbin_lib import fonts


def test_the_inventory_is_true():
    for face in fonts.faces():
        assert hashlib.sha256(face.path.read_bytes()).hexdigest() == face.sha256
        assert face.licence
        assert face.source


def test_rare_name_characters_are_covered():
    assert fonts.missing("垚㛃旻晞堃赟龑㎡²½—“”‘’…①") == []


def test_what_no_face_has_is_named_once_in_order():
    assert fonts.missing("甲\ua66e乙🙂\ua66e") == ["\ua66e", "🙂"]


def test_every_village_name_is_covered(register):
    assert fonts.missing("".join(register.table["place_name"])) == []
