"""Parameter files read into typed, frozen models: every fault at once, with its line.

YAML, and tables (``areas.csv``, ``tiles.csv``) as a spreadsheet saves them.
"""

import csv
import difflib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from hanbin_lib.errors import HanbinError, refused_params

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
    "finite_number": "应为有限的数",
    "tuple_type": "应为列表，形如 [1, 2]，或每条一行、以“- ”开头",
    "dict_type": '应为成对的名称和值，形如 {"名称": 数}',
    "model_type": "应为成对的名称和值，一行一对，形如 名称: 值",
    "string_too_long": "太长",
    "too_short": "太少",
    "int_from_float": "应为整数",
}
_LIMITS = {
    "pattern": "应形如 ",
    "expected": "应为 ",
    "expected_tags": "应为 ",
    "min_length": "长度应≥",
    "max_length": "长度应≤",
}


# libyaml, where PyYAML was built with it, reads the same ten times as fast.
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML whose numbers are those that an officer reads.

    YAML 1.1 takes 07300 for 3776 (octal), 1:30 for 90, and stops at the day 2022-13-08 with an error of its
    own: such words stay texts here, as they are written, and are told where a number or a day belongs.
    """

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {
        first: [one for one in known if one[0].rpartition(":")[2] not in ("int", "float", "timestamp")]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile("[-+]?(?:0|[1-9][0-9]*)$"), [*"-+0123456789"]
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(
        r"[-+]?(?:(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$|[-+]?\.inf$|\.nan$", re.IGNORECASE
    ),
    [*"-+0123456789."],
)
IN_FILES = "按提示修改 params 目录下的参数文件"
_FULL_WIDTH = re.compile("[，：；、“”‘’［］｛｝０-９]")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_PASTED = "看不见的字符（多半是从 Word 或网页粘贴来的），请重新输入"
_DIGITS = "只写数字，不加引号、逗号、单位，不以0开头"
_HALF_WIDTH = "冒号、逗号、引号、数字用半角"
Model = TypeVar("Model", bound=BaseModel)
PlaceCode = Annotated[
    str, Field(pattern=r"^[0-9]{6}([0-9]{3}([0-9]{3})?)?$", examples=["110105", "110105001", "110105001001"])
]
Line = dict[str, str]


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
    return any(other["loc"][:depth] == location and len(other["loc"]) > depth for other in error.errors())


def repeated_keys(node: yaml.Node | None) -> list[str]:
    """Keys that stand twice in one mapping, as lines of text: YAML would silently take the last."""
    return [_line(node, location, "填写了两次") for location in _repeated(node, ())]


def _line(node: yaml.Node | None, location: Location, text: str) -> str:
    where = f"第{line_of(node, location)}行 " if node is not None else ""
    return f"{where}{'.'.join(map(str, location)) or '内容'} {text}"


def _explained(fault: dict[str, Any], schema: Mapping[str, Any]) -> str:
    context = fault.get("ctx") or {}
    forms = (_schema_at(schema, fault["loc"]) or {}).get("examples")
    if "error" in context:  # a rule of our own, already in Chinese
        return f"{context['error']}{_like(forms)}"
    text = _TEXTS.get(fault["type"], "不符合要求")
    if fault["type"] == "extra_forbidden":
        like = similar(schema, fault["loc"])
        return f"{text}（是否 {like}？）" if like else text
    if forms and "pattern" in context:  # an officer reads no regular expressions
        expected = [f"应形如 {'、'.join(forms)}"]
    else:
        limits = (f"{_LIMITS[key]}{context[key]}" for key in _LIMITS if key in context)
        expected = [limit.replace(" or ", " 或 ") for limit in limits]
    bounds = allowed(schema, fault["loc"])
    expected += [f"应{bounds}"] if bounds else []
    given = fault.get("input")
    if isinstance(given, str):
        is_number = fault["type"] in ("int_type", "float_type") and re.search("[0-9]", given)
        expected += [_DIGITS] if is_number else []
        expected += [_HALF_WIDTH] if _FULL_WIDTH.search(given) else []
    return f"{text}（{'，'.join(expected)}）" if expected else text


def _like(forms: Sequence[str] | None) -> str:
    """``（应形如 2022-09）``, or nothing where the model has no example."""
    return f"（应形如 {'、'.join(forms)}）" if forms else ""


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
    return " 且 ".join(f"{sign}{part[name]:.12g}" for name, sign in _BOUNDS if name in part)


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
    return part.get("properties", {}).get(step) or _of_any_name(part)


def _of_any_name(part: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a mapping's values have to be, whatever they are called."""
    values = part.get("additionalProperties")
    return values if isinstance(values, Mapping) else None


def _resolved(schema: Mapping[str, Any], part: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Follow references, and the one real choice of an optional value."""
    while part is not None:
        real = [choice for choice in part.get("anyOf", ()) if choice.get("type") != "null"]
        if "$ref" in part:
            part = schema["$defs"][part["$ref"].rsplit("/", 1)[-1]]
        elif len(real) == 1:
            part = real[0]
        else:
            return part
    return None


class Params(BaseModel):
    """Base of all parameters: frozen, and a misspelt key is refused.

    So is what nobody sees in a text: a blank at its ends, a character without a form. Pasted from Word or
    a web page, it would make another name of a name. Headings of exports are as they are (`takes_any_text`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    takes_any_text: ClassVar[bool] = False

    @field_validator("*")
    @classmethod
    def _is_all_seen(cls, value: Any) -> Any:
        for text in () if cls.takes_any_text else _texts(value):
            if text != text.strip():
                raise ValueError("前后有空格或换行，请删去")
            if _UNSEEN.search(text):
                raise ValueError(f"里有{_PASTED}")
        return value


def _texts(value: Any) -> Iterator[str]:
    """Texts of a value, of a list and of a mapping's values; a model looks after its own."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        yield from (text for one in value for text in _texts(one))
    elif isinstance(value, Mapping):
        yield from (text for one in value.values() for text in _texts(one))


def read_params(path: Path, model: type[Model], *, context: Mapping[str, Any] | None = None) -> Model:
    """Read one YAML file into `model`.

    Parameters
    ----------
    context
        What the model's own rules ask for beyond the file, such as the towns there are.

    Raises
    ------
    HanbinError
        ``HB-PAR-002`` with file, line, field, and what was expected, all faults at once.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content, node = yaml.load(text, Loader=_Loader), yaml.compose(text, Loader=_Loader)
        return validated(
            model, {} if content is None else content, source=path.name, node=node, context=context
        )
    except FileNotFoundError:
        raise invalid(f"{path.name}：缺少参数文件") from None
    except IsADirectoryError:
        raise invalid(f"{path.name}：是一个文件夹，应为参数文件") from None
    except yaml.reader.ReaderError:
        line = text[: found.start()].count("\n") + 1 if (found := _UNSEEN.search(text)) else 1
        raise invalid(f"{path.name}：第{line}行里有{_PASTED}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise invalid(f"{path.name}：不是有效的 YAML（{_position(error)}）") from None
    except RecursionError:
        raise invalid(f"{path.name}：不是有效的 YAML（有一项把自己写在自己里面）") from None


def validated(
    model: type[Model],
    content: Any,
    *,
    source: str,
    node: yaml.Node | None = None,
    context: Mapping[str, Any] | None = None,
    action: str = IN_FILES,
) -> Model:
    """Check `content` against `model`; speak of every fault in Chinese, with its line in `node`."""
    found = [f"{source}：{fault}" for fault in repeated_keys(node)]
    checked = None
    try:
        checked = model.model_validate_json(_as_json(content), context=context)
    except ValidationError as error:
        found += [f"{source}：{fault}" for fault in told(error, model, node)]
    if checked is None or found:
        raise invalid("\n".join(found), action)
    return checked


def _as_json(content: Any) -> str:
    """YAML lists are JSON arrays: strict validation then accepts them as tuples."""
    return json.dumps(_named(content), default=str, ensure_ascii=False)


def _named(content: Any) -> Any:
    """The same with keys of text: YAML takes 2022-09-01 in front of a colon for a day."""
    if isinstance(content, dict):
        return {str(key): _named(value) for key, value in content.items()}
    return [_named(one) for one in content] if isinstance(content, list) else content


def _position(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    if not mark:
        return "编码应为 UTF-8"
    return f"第{mark.line + 1}行第{mark.column + 1}列附近；{_HALF_WIDTH}，缩进用空格"


def invalid(message: str, action: str = IN_FILES) -> HanbinError:
    """What stops for a parameter, in Chinese."""
    return refused_params("HB-PAR-002", message, action)


def read_parameter_table(path: Path, columns: tuple[str, ...]) -> dict[int, Line]:
    """Read a table of text cells; empty lines are left out, the others keep their number.

    Parameters
    ----------
    columns
        What has to be there.

    Returns
    -------
    dict
        All cells of a line by heading, in the order of the headings, by the number of the line as a
        spreadsheet counts it (the headings are line 1).

    Raises
    ------
    ValueError
        In Chinese, without the file's name: encoding, an empty file, a line with too many cells, columns
        that are missing.
    """
    lines = list(csv.reader(io.StringIO(decoded(path.read_bytes()))))
    if not any(lines):
        raise ValueError("文件是空的")
    headings = lines[0]
    for number, cells in enumerate(lines, start=1):
        if len(cells) > len(headings):
            raise ValueError(f"第{number}行的列比表头多，文字里不要用半角逗号")
    missing = [name for name in columns if name not in headings]
    if missing:
        raise ValueError(f"缺少列 {'、'.join(missing)}")
    padding = [""] * len(headings)
    return {
        number: dict(zip(headings, [*cells, *padding], strict=False))
        for number, cells in enumerate(lines[1:], start=2)
        if any(cells)
    }


def decoded(content: bytes) -> str:
    """Text of a file in UTF-8 or, as Excel saves a CSV unless asked, in the Chinese code page.

    Raises
    ------
    ValueError
        In Chinese: it is neither.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("编码不是 UTF-8 或 GB18030")
