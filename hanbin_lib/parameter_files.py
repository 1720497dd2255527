"""Parameter files (YAML) read into typed, frozen models: every fault at once, with its line."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hanbin_lib import faults
from hanbin_lib.errors import ExitCode, HanbinError

# libyaml, where PyYAML was built with it, reads the same ten times as fast.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
IN_FILES = "按提示修改 params 目录下的参数文件"
Model = TypeVar("Model", bound=BaseModel)
PlaceCode = Annotated[str, Field(pattern=r"^[0-9]{6}([0-9]{3}([0-9]{3})?)?$")]


class Params(BaseModel):
    """Base of all parameters: frozen, and a misspelt key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


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
        content, node = yaml.load(text, Loader=_LOADER), yaml.compose(text, Loader=_LOADER)
    except FileNotFoundError:
        raise invalid(f"{path.name}：缺少参数文件") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise invalid(f"{path.name}：不是有效的 YAML（{_position(error)}）") from None
    return validated(model, content or {}, source=path.name, node=node, context=context)


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
    found = [f"{source}：{fault}" for fault in faults.repeated_keys(node)]
    checked = None
    try:
        checked = model.model_validate_json(_as_json(content), context=context)
    except ValidationError as error:
        found += [f"{source}：{fault}" for fault in faults.told(error, model, node)]
    if checked is None or found:
        raise invalid("\n".join(found), action)
    return checked


def _as_json(content: Any) -> str:
    """YAML lists are JSON arrays: strict validation then accepts them as tuples."""
    return json.dumps(content, default=str, ensure_ascii=False)


def _position(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"第{mark.line + 1}行第{mark.column + 1}列" if mark else "编码应为 UTF-8"


def invalid(message: str, action: str = IN_FILES) -> HanbinError:
    """What stops for a parameter, in Chinese."""
    return HanbinError("HB-PAR-002", message, action=action, exit_code=ExitCode.PARAMS_INVALID)
