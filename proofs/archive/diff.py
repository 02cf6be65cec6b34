"""What changed between two documents of `verify --json`, in words: one line a difference, claim by claim.

    dirac_gan: verdict derived → refuted, worse
    dirac_gan: walk, by_walking: n 110 → 64

Seconds and the commands that run things again are no differences, nor is the order in which things are told; whatever
else the documents hold is compared, fields that this module has never heard of as well. *Worse* is a verdict or an
outcome that comes earlier in its order from worst to best, and a claim, statement or piece of evidence that vanished,
controls included: what asks less of a theory must not look like what bears it out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proofs.core.verdict import WORST_FIRST
from proofs.run.document import schema

Record = Mapping[str, Any]
TIMES = ("seconds", "rerun")
RANK = {**{word: k for k, word in enumerate(WORST_FIRST)}, "not run": 3, "rejected": 5, "holds": 5}
"""How good a verdict or an outcome is: a control that is rejected is as good as a check that holds."""
EQUAL = "equal but for times"
LONGEST = 60
"""Letters of a text that are shown."""


@dataclass(frozen=True)
class Differences:
    """The differences, one line each, grouped by claim; whether something got worse, and whether something got better."""

    lines: tuple[str, ...]
    worse: bool
    better: bool

    def __str__(self) -> str:
        return "\n".join(self.lines or (EQUAL,))


def compare(a: Record, b: Record, *, names: tuple[str, str] = ("a", "b")) -> Differences:
    """What changed from document `a` to document `b`.

    Raises ValueError, naming the argument (by `names`), where one is no document of `verify --json`.
    """
    for document, name in zip((a, b), names, strict=True):
        _documented(document, name)
    found = list(_differences(a, b))
    signs = {sign for _, sign in found}
    return Differences(tuple(" ".join(line.split()) for line, _ in found), -1 in signs, 1 in signs)


def read(path: Path, name: str) -> Any:
    """The JSON in a file; raises ValueError, naming the argument `name`, where there is none to be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    except OSError as error:
        raise ValueError(f"{name}: expected a file, got {str(path)!r} ({error.strerror or error})") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name}: expected JSON in {str(path)!r}, got {_said(str(error))}") from error


def _no_number(word: str) -> None:
    raise ValueError(f"{word}, which is no number of JSON")


def _documented(document: Any, name: str) -> None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    try:
        error = best_match(Draft202012Validator(schema()).iter_errors(document))
        said = f"{error.json_path}: {error.message}" if error else ""
    except RecursionError:
        said = "lists within lists without end"
    if said:
        raise ValueError(f"{name}: expected a document of `blurproof verify --json`, got {_said(said)}")


def _said(message: str) -> str:
    message = " ".join(message.split())
    return message if len(message) <= 3 * LONGEST else f"{message[:LONGEST]} … {message[-LONGEST:]}"


# --- a difference is a line and a sign: -1 worse, 1 better, 0 neither ------------------------------------------------------

Difference = tuple[str, int]


def _differences(a: Record, b: Record) -> Iterator[Difference]:
    nested = ("claims", "sentences", "environment", "budget", "tally", "protocol")
    yield from _fields("run", a, b, (*TIMES, *nested))
    for part in nested[2:]:
        old, new = a.get(part), b.get(part)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _fields(part, old, new)
        else:
            yield from _fields("run", {part: old}, {part: new})
    for name, old, new in _paired(a["sentences"], b["sentences"], "id"):
        yield from _sentence(f"sentence {name[0]}", old, new)
    for name, old, new in _paired(a["claims"], b["claims"], "claim"):
        yield from _claim(name[0], old, new)


def _sentence(where: str, a: Record | None, b: Record | None) -> Iterator[Difference]:
    """A ruling is neither better nor worse than another."""
    if a is None or b is None:
        yield _lone(f"{where}:", a, b, "ruling")
        return
    yield from _fields(where, a, b, ("id", "readings"))
    for key, old, new in _paired(a["readings"], b["readings"], "claim", "reading"):
        if old is None or new is None:
            yield _lone(f"{where}: {key[1]} of {key[0]}:", old, new, "ruling")
        else:
            yield from _fields(f"{where}: {key[1]} of {key[0]}", old, new)


def _claim(name: str, a: Record | None, b: Record | None) -> Iterator[Difference]:
    if a is None or b is None:
        yield _lone(f"{name}:", a, b, "verdict")
        return
    reason = () if a["verdict"] == b["verdict"] else ("reason",)  # else it follows the verdict, and is said with it
    because = f" ({_said(b['reason'])})" if reason and b["reason"] else ""
    yield from _judged(f"{name}:", "verdict", a, b, because)
    yield from _fields(name, a, b, (*TIMES, *reason, "claim", "verdict", "statements", "evidence"))
    for key, old, new in _paired(a["statements"], b["statements"], "id"):
        yield from _statement(f"{name}: statement {key[0]}", old, new)
    lone = {key[0] for key, old, new in _paired(a["statements"], b["statements"], "id") if old is None or new is None}
    for key, old, new in _paired(a["evidence"], b["evidence"], "name", "statement"):
        of = f"{key[1]}, " if key[1] else ""
        if (old is not None and new is not None) or key[1] not in lone:
            yield from _evidence(f"{name}: {of}{key[0]}", old, new)


def _statement(where: str, a: Record | None, b: Record | None) -> Iterator[Difference]:
    if a is None or b is None:
        yield _lone(where, a, b, "verdict")
        return
    yield from _judged(f"{where}:", "verdict", a, b)
    yield from _fields(where, a, b, ("id", "verdict"))


def _evidence(where: str, a: Record | None, b: Record | None) -> Iterator[Difference]:
    if a is None or b is None:
        yield _lone(f"{where}: {(a or b or {})['kind']}", a, b, "outcome")
        return
    told = [
        *_judged(f"{where}:", "outcome", a, b),
        *_fields(where, a, b, (*TIMES, "name", "statement", "outcome", "detail")),
    ]
    # the detail puts the other fields in words: it is worth a line of its own only where nothing else changed
    yield from told or _fields(where, {"detail": a["detail"]}, {"detail": b["detail"]})


def _lone(where: str, a: Record | None, b: Record | None, judged: str) -> Difference:
    """What is in one document alone."""
    if a is not None:
        return f"{where} gone (was {a[judged]}), worse", -1
    assert b is not None
    return f"{where} new ({b[judged]})", 1


def _judged(where: str, field: str, a: Record, b: Record, because: str = "") -> Iterator[Difference]:
    """A verdict or an outcome that is another one."""
    if a[field] != b[field]:
        sign = (RANK[b[field]] > RANK[a[field]]) - (RANK[b[field]] < RANK[a[field]])
        word = {-1: ", worse", 0: "", 1: ", better"}[sign]
        yield f"{where} {field} {a[field]} → {b[field]}{word}{because}", sign


def _fields(where: str, a: Record, b: Record, but: Sequence[str] = ()) -> Iterator[Difference]:
    """A line for each field that differs: its first difference, and how many more there are inside it."""
    for field in [*a, *(key for key in b if key not in a)]:
        leaves = [] if field in but else list(_leaves(a.get(field), b.get(field)))
        if leaves:
            (path, old, new), more = leaves[0], len(leaves) - 1
            yield f"{where}: {field}{path} {_change(old, new)}{f' and {more} more' if more else ''}", 0


def _paired(
    a: Iterable[Record], b: Iterable[Record], *names: str
) -> Iterator[tuple[Any, Record | None, Record | None]]:
    """What goes by the same name in both, in the order of `a`, then what only `b` has; a name used twice is counted."""
    old, new = (dict(_named(items, names)) for items in (a, b))
    for key in [*old, *(key for key in new if key not in old)]:
        yield key, old.get(key), new.get(key)


def _named(items: Iterable[Record], names: Sequence[str]) -> Iterator[tuple[Any, Record]]:
    seen: Counter[Any] = Counter()
    for item in items:
        name = tuple(item[n] for n in names)
        seen[name] += 1
        yield (*name, seen[name]), item


# --- values ---------------------------------------------------------------------------------------------------------------


def _leaves(a: Any, b: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two values differ: the path, what stood there, what stands there now."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        for key in [*a, *(key for key in b if key not in a)]:
            yield from _leaves(a.get(key), b.get(key), f"{path}.{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b) and not (_few(a) and _few(b)):
        for k, (old, new) in enumerate(zip(a, b, strict=True)):
            yield from _leaves(old, new, f"{path}[{k}]")
    elif not _same(a, b):
        yield path, a, b


def _few(items: list[Any]) -> bool:
    """Whether a list is shown as it is."""
    return len(items) <= 4 and not any(isinstance(item, list | Mapping) for item in items)


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    return a == b and isinstance(a, bool) == isinstance(b, bool)  # True == 1, but is another answer


def _change(a: Any, b: Any) -> str:
    """Both values, as short as they can be told apart."""
    if isinstance(a, str) and isinstance(b, str):
        same = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
        start = max(0, same - LONGEST // 3) if max(len(a), len(b)) > LONGEST else 0
        return f"{_text(a[start:], start)} → {_text(b[start:], start)}"
    forms = [
        f"{_value(a, digits)} → {_value(b, digits)}" for digits in (4, 8, 17) if _value(a, digits) != _value(b, digits)
    ]
    return forms[0] if forms else f"{a!r} → {b!r}"


def _text(text: str, start: int = 0) -> str:
    """A text on one line, cut where it is long; a single word as it is."""
    cut = ("…" if start else "") + (text if len(text) <= LONGEST else text[:LONGEST] + "…")
    return cut if re.fullmatch(r"[\w.+-]+", cut) else json.dumps(cut, ensure_ascii=False)


def _value(value: Any, digits: int) -> str:
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(_value(item, digits) for item in value)}]" if _few(value) else f"{len(value)} values"
    if isinstance(value, Mapping):
        return _text(str(value["name"])) if "name" in value else f"{len(value)} entries"
    return "none" if value is None else str(value)
