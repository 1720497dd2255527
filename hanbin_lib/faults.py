"""What is wrong with a file of parameters: line, field, and what would be allowed there, in Chinese."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

Location = Sequence[str | int]
_BOUNDS = (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"), ("exclusiveMaximum", "<"))
_TEXTS = {
    "missing": "没有填写",
    "extra_forbidden": "不是已知的参数，请检查拼写",
    "string_type": "应为文字（代码要加引号）",
    "string_too_short": "没有填写",
    "int_type": "应为整数",
    "float_type": "应为数",
    "bool_type": "应为 true 或 false",
    "string_pattern_mismatch": "格式不对",
    "literal_error": "不在允许的取值内",
    "union_tag_invalid": "kind 不在允许的取值内",
    "union_tag_not_found": "没有填写 kind",
    "greater_than": "超出允许范围",
    "greater_than_equal": "超出允许范围",
    "less_than": "超出允许范围",
    "less_than_equal": "超出允许范围",
}
_LIMITS = {
    "pattern": "应形如 ",
    "expected": "应为 ",
    "expected_tags": "应为 ",
    "min_length": "长度应≥",
    "max_length": "长度应≤",
}


def told(error: ValidationError, model: type[BaseModel], node: yaml.Node | None) -> Iterator[str]:
    """Every fault of `error` as a line of text.

    Parameters
    ----------
    node
        The file as YAML composed it, for the numbers of lines; None where there is no file.
    """
    schema = model.model_json_schema()
    for fault in error.errors():
        # A list whose parts are refused also counts as too short: that is no fault of its own.
        if fault["type"] == "too_short" and _is_within(error, fault["loc"]):
            continue
        yield _line(node, fault["loc"], _explained(dict(fault), schema))


def _is_within(error: ValidationError, location: Location) -> bool:
    """Whether another fault lies below `location`."""
    depth = len(location)
    return any(one["loc"][:depth] == location and len(one["loc"]) > depth for one in error.errors())


def repeated_keys(node: yaml.Node | None) -> list[str]:
    """Keys that stand twice in one mapping, as lines of text: YAML would silently take the last."""
    return [_line(node, location, "填写了两次") for location in _repeated(node, ())]


def _line(node: yaml.Node | None, location: Location, text: str) -> str:
    where = f"第{line_of(node, location)}行 " if node is not None else ""
    return f"{where}{'.'.join(map(str, location)) or '内容'} {text}"


def _explained(fault: dict[str, Any], schema: Mapping[str, Any]) -> str:
    context = fault.get("ctx") or {}
    if "error" in context:  # a rule of our own, already in Chinese
        return str(context["error"])
    text = _TEXTS.get(fault["type"], "不符合要求")
    if fault["type"] == "extra_forbidden":
        like = similar(schema, fault["loc"])
        return f"{text}（是否 {like}？）" if like else text
    expected = [f"{_LIMITS[key]}{context[key]}" for key in _LIMITS if key in context]
    bounds = allowed(schema, fault["loc"])
    expected += [f"应{bounds}"] if bounds else []
    return f"{text}（{'，'.join(expected)}）" if expected else text


def line_of(node: yaml.Node | None, location: Location) -> int:
    """Line (from 1) of the value at `location`, or of the nearest thing above it that is there.

    Steps that are not in the file (the tag of a union, a key that is missing) are passed over.
    """
    line = node.start_mark.line if node is not None else 0
    for step in location:
        found = _below(node, step)
        if found is not None:
            key, node = found
            line = key.start_mark.line
    return line + 1


def _below(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """Where the step leads: the node whose line counts, and the value."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in reversed(node.value) if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _repeated(node: yaml.Node | None, location: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(node, yaml.MappingNode):
        names = [key.value for key, _ in node.value]
        yield from ((*location, name) for name in dict.fromkeys(names) if names.count(name) > 1)
        for key, value in node.value:
            yield from _repeated(value, (*location, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _repeated(value, (*location, number))


def allowed(schema: Mapping[str, Any], location: Location) -> str:
    """The bounds of the number at `location` as signs; empty if it has none.

    Parameters
    ----------
    schema
        JSON schema of the model.
    """
    part = _schema_at(schema, location) or {}
    return " 且 ".join(f"{sign}{part[name]:g}" for name, sign in _BOUNDS if name in part)


def similar(schema: Mapping[str, Any], location: Location) -> str:
    """The known key most like the unknown one at the end of `location`; empty if none is."""
    parent = _schema_at(schema, location[:-1]) or {}
    known = list(parent.get("properties", {}))
    return next(iter(difflib.get_close_matches(str(location[-1]), known, n=1)), "")


def _schema_at(schema: Mapping[str, Any], location: Location) -> Mapping[str, Any] | None:
    part = _resolved(schema, schema)
    for step in location:
        part = _resolved(schema, _step(part, step) if part is not None else None)
    return part


def _step(part: Mapping[str, Any], step: str | int) -> Mapping[str, Any] | None:
    if "discriminator" in part:
        reference = part["discriminator"].get("mapping", {}).get(step)
        return {"$ref": reference} if reference else None
    if isinstance(step, int):
        return part.get("items")
    return part.get("properties", {}).get(step)


def _resolved(schema: Mapping[str, Any], part: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Follow references, and the one real choice of an optional value."""
    while part is not None:
        real = [one for one in part.get("anyOf", ()) if one.get("type") != "null"]
        if "$ref" in part:
            part = schema["$defs"][part["$ref"].rsplit("/", 1)[-1]]
        elif len(real) == 1:
            part = real[0]
        else:
            return part
    return None
