"""
YAML as people write it, read into JSON and nothing more.

A safe subset: no tags, no anchors and aliases (a hundred bytes of them can ask for gigabytes), no key
twice, no floats (1.004873 is a code), only `true` and `false` are booleans (`no` is a word), and text
in NFC. Sizes are bounded before anything is built.
"""

import re
from typing import Any, Final
from unicodedata import is_normalized

import yaml

from dothi.kernel.documents.faults import DocumentInvalid, Fault
from dothi.kernel.documents.types import Json
from dothi.kernel.problems import msg

MAX_BYTES: Final = 512 * 1024
MAX_DEPTH: Final = 24


class _Loader(yaml.SafeLoader):
    """SafeLoader with the scalars of JSON only."""


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""])
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]{0,14})$"), list("-0123456789")
)


def parse(text: str) -> dict[str, Json]:
    """Return the mapping that `text` holds. Raises DocumentInvalid with the line of the first fault."""
    if len(text.encode()) > MAX_BYTES:
        raise _fault("", msg("The document is larger than %(limit)s bytes"), limit=str(MAX_BYTES))
    if not is_normalized("NFC", text):
        raise _fault("", msg("The text is not in Unicode NFC"))
    try:
        _refuse_what_json_lacks(text)
        node = yaml.compose(text, Loader=_Loader)
        loaded: Any = _Loader("").construct_document(node) if node is not None else None
    except (yaml.YAMLError, RecursionError) as error:
        raise _fault(_line(error), msg("This is not YAML: %(problem)s"), problem=_words(error)) from error
    if not isinstance(loaded, dict):
        raise _fault("", msg("The document is not a mapping"))
    return loaded


def _refuse_what_json_lacks(text: str) -> None:
    """Walk the events before any value is built: aliases, tags, depth, keys twice."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _at(event, msg("Anchors and aliases are not allowed"))
        if getattr(event, "tag", None):
            raise _at(event, msg("Tags are not allowed"))
        if depth > MAX_DEPTH:
            raise _at(event, msg("The document is nested too deep"))


def _no_key_twice(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    for key, value in node.value:
        if str(key.value) in pairs:
            raise _fault(
                f"line {key.start_mark.line + 1}", msg("The key %(key)s stands twice"), key=str(key.value)
            )
        pairs[str(key.value)] = loader.construct_object(value, deep=True)
    return pairs


_Loader.add_constructor("tag:yaml.org,2002:map", _no_key_twice)


def _at(event: yaml.Event, message: str) -> DocumentInvalid:
    line = event.start_mark.line + 1 if event.start_mark else 0
    return _fault(f"line {line}", message)


def _fault(path: str, message: str, **facts: str) -> DocumentInvalid:
    return DocumentInvalid(
        (
            Fault(
                path,
                message,
                msg("Write plain YAML: mappings, lists, text, whole numbers."),
                tuple(facts.items()),
            ),
        )
    )


def _line(error: BaseException) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}" if mark is not None else ""


def _words(error: BaseException) -> str:
    return str(getattr(error, "problem", None) or error)
