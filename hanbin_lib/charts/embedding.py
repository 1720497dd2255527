"""matplotlib's SVG as it stands in a page: nothing that the drawing does not need, ids that no other has."""

import hashlib
import re
from itertools import count

from lxml import etree

_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_TOLD = "told:"
_CLEAN = etree.XMLParser(remove_blank_text=True, remove_comments=True, remove_pis=True)
# Where a path or a group stands: a hundredth of a point is finer than any printer.
_PLACES, _TOO_FINE = ("d", "transform", "x", "y"), re.compile(r"(?<=\.\d\d)\d+")
_STRAIGHT = "rotate(-0 "


def told(text: str) -> str:
    """Name of a group (matplotlib's gid) that becomes the words a browser shows for it."""
    return _TOLD + text


def embeddable(svg: str, name: str, family: str) -> str:
    """The drawing alone: half of what matplotlib writes, the same to the eye.

    Parameters
    ----------
    name
        What no other drawing of a page is called.
    family
        Of all its words.
    """
    root = etree.fromstring(svg.encode(), _CLEAN)
    for needless in (*root.iter(f"{_SVG}metadata"), *root.iter(f"{_SVG}style")):
        needless.getparent().remove(needless)
    # Said once; a style sheet within the drawing would be one of the whole page.
    root.attrib.update({"font-family": family, "stroke-linejoin": "round"})
    for element in root.iter():
        _shorten(element, f"font-family: '{family}'; ")
    _name(root, "c" + hashlib.sha256(name.encode()).hexdigest()[:8] + "-")
    for group in (*root.iter(f"{_SVG}g"), *root.iter(f"{_SVG}defs")):
        if _says_nothing(group):
            _dissolve(group)
    return str(etree.tostring(root, encoding="unicode"))


def _shorten(element: etree._Element, family: str) -> None:
    """Numbers, paths and styles in as few characters as they need."""
    given = element.attrib
    for place in _PLACES:
        if place in given:
            given[place] = _TOO_FINE.sub("", given[place])
    if "d" in given:
        line = given["d"].replace("  ", "")
        for command in "MLCQ":  # they part numbers without a blank
            line = line.replace(f"{command} ", command)
        given["d"] = line
    if "style" in given:
        style = given["style"].replace(family, "").replace("text-anchor: start; ", "")
        given["style"] = style.replace("; ", ";").replace(": ", ":")
    if given.get("transform", "").startswith(_STRAIGHT):
        del given["transform"]


def _name(root: etree._Element, prefix: str) -> None:
    """Name what is asked for after this drawing, and nothing else; what a group tells becomes its title."""
    asked = {one.get(_LINK, "")[1:] for one in root.iter(f"{_SVG}use")}
    asked |= {one.get("clip-path", "")[5:-1] for one in root.iter()}
    number = count(1)
    names = {one.get("id"): f"{prefix}{next(number)}" for one in root.iter() if one.get("id") in asked}
    for one in root.iter():
        known = one.attrib.pop("id", "")
        if known in names:
            one.set("id", names[known])
        elif known.startswith(_TOLD):
            title = etree.Element(f"{_SVG}title")
            title.text = known.removeprefix(_TOLD)
            one.insert(0, title)
        if _LINK in one.attrib:
            one.set(_LINK, "#" + names[one.get(_LINK)[1:]])
        if "clip-path" in one.attrib:
            one.set("clip-path", f"url(#{names[one.get('clip-path')[5:-1]]})")


def _says_nothing(group: etree._Element) -> bool:
    if not len(group):
        return True
    return group.tag == f"{_SVG}g" and not group.attrib and group[0].tag != f"{_SVG}title"


def _dissolve(group: etree._Element) -> None:
    """Leave what is in a group where the group was."""
    parent, place = group.getparent(), group.getparent().index(group)
    parent[place : place + 1] = list(group)
