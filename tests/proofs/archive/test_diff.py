"""What two documents of `verify --json` differ in: every planted change is said, and nothing else."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs.archive.diff import EQUAL, TIMES, compare, read
from proofs.core.outcome import OUTCOMES
from proofs.core.verdict import WORST_FIRST
from proofs.run.document import schema

QUIET = settings(deadline=None, database=None, derandomize=True, max_examples=150)


def evidence(
    name: str, statement: str | None, kind: str = "check", outcome: str = "holds", **fields: Any
) -> dict[str, Any]:
    return {
        "name": name, "statement": statement, "kind": kind, "outcome": outcome, "observed": [0.25, "inf", 3.0],
        "claimed": 0.25, "relation": "==", "error": 1e-12, "threshold": 0.8, "n": 110, "seeds": [0, 1, 2, 3, 4],
        "interval": [0.1, 0.9], "counterexample": "a = 1", "detects": 1e-6, "detail": "110 instances", "seconds": 1.0,
        "covered": {"a": {"from": 1e-8, "to": 1e8, "left_out": []}}, "rerun": "blurproof verify square --level quick --seed 0 --fresh", **fields,
    }  # fmt: skip


def claim(name: str, *statements: str) -> dict[str, Any]:
    pieces = [
        piece for s in statements
        for piece in (evidence("by_hand", s), evidence("by_hand: wrong", s, "control", "rejected", n=None, interval=None))
    ]  # fmt: skip
    return {
        "claim": name, "topic": "trade-offs", "ruling": "holds", "verdict": "supported", "reason": "", "seconds": 1.0,
        "statements": [{"id": s, "verdict": "supported", "given": ["Borell 1975"]} for s in statements],
        "evidence": [*pieces, evidence("curves", None, "curves", observed=True)],
    }  # fmt: skip


def sentence(name: str, *claims: str) -> dict[str, Any]:
    readings = [
        {
            "claim": of, "reading": "everywhere", "words": "w", "ruling": "holds", "reason": "", "true": [{"a": 1.0}], "false": [],
            "boundary": None, "rests_on": ["area"], "shipped": True,
        }
        for of in claims
    ]  # fmt: skip
    return {
        "id": name, "words": "w", "source": "s", "meaning": "m", "range": "a > 0", "ruling": "holds", "reason": "",
        "readings": readings,
    }  # fmt: skip


def document() -> dict[str, Any]:
    """A small document of two claims and a sentence that both read, with a protocol."""
    row = {
        "target": "ring", "arm": "GAN", "score": "captured", "n": 16, "mean": 2.1, "spread": 2.7, "interval": [0.0, 7.0],
        "published": 1.0, "published_spread": None, "note": "",
    }  # fmt: skip
    return {
        "blurproof": "0.1.0", "seed": 0, "level": "quick",
        "environment": {
            "python": "3.11.7", "machine": "x86_64", "numpy": "2.4.6", "scipy": "1.17.1", "torch": "2.13.0", "cores": 2,
            "threads": 1, "device": "cpu", "protocol": "veegan",
        },
        "budget": {"agree": 0.01, "refuted_whole_run": 1e-3, "refuted_each_experiment": 1e-5, "seed_steps": 100},
        "tally": {**dict.fromkeys(WORST_FIRST, 0), "supported": 2, "evidence not run": 0},
        "seconds": 10.0,
        "sentences": [sentence("round", "square", "circle")],
        "claims": [claim("square", "area", "side"), claim("circle", "area")],
        "protocol": {
            "name": "veegan", "source": "s", "published": "p", "counting": "c", "scaling": "s", "notes": ["a"], "interval": "i",
            "runs": [{"claim": "square", "evidence": "by_hand", "rows": [row, {**row, "arm": "VAE"}]}],
        },
    }  # fmt: skip


def edited(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    changed = copy.deepcopy(document())
    change(changed)
    return changed


def check(d: dict[str, Any]) -> dict[str, Any]:
    return d["claims"][0]["evidence"][0]


PLANTED: list[tuple[str, Callable[[dict[str, Any]], object], str, bool]] = [
    ("version", lambda d: d.update(blurproof="0.2.0"), "run: blurproof 0.1.0 → 0.2.0", False),
    ("seed", lambda d: d.update(seed=1), "run: seed 0 → 1", False),
    ("level", lambda d: d.update(level="full"), "run: level quick → full", False),
    ("torch", lambda d: d["environment"].update(torch="2.14.0"), "environment: torch 2.13.0 → 2.14.0", False),
    ("new variable", lambda d: d["environment"].update(jax="0.10"), "environment: jax none → 0.10", False),
    ("budget", lambda d: d["budget"].update(seed_steps=200), "budget: seed_steps 100 → 200", False),
    ("tally", lambda d: d["tally"].update(supported=1), "tally: supported 2 → 1", False),
    ("protocol", lambda d: d.pop("protocol"), "run: protocol veegan → none", False),
    ("protocol's row", lambda d: d["protocol"]["runs"][0]["rows"][1].update(mean=2.2, n=17), "protocol: runs[0].rows[1].n 16 → 17 and 1 more", False),
    ("sentence gone", lambda d: d["sentences"].clear(), "sentence round: gone (was holds), worse", True),
    ("sentence's ruling", lambda d: d["sentences"][0].update(ruling="fails"), "sentence round: ruling holds → fails", False),
    ("reading new", lambda d: d["sentences"][0]["readings"].append({**d["sentences"][0]["readings"][0], "reading": "nowhere"}), "sentence round: nowhere of square: new (holds)", False),
    ("reading's point", lambda d: d["sentences"][0]["readings"][1]["true"][0].update(a=2.0), "sentence round: everywhere of circle: true[0].a 1 → 2", False),
    ("claim gone", lambda d: d["claims"].pop(1), "circle: gone (was supported), worse", True),
    ("claim new", lambda d: d["claims"].append(claim("cube", "side")), "cube: new (supported)", False),
    ("verdict worse", lambda d: d["claims"][0].update(verdict="refuted", reason="at\na = 1"), "square: verdict supported → refuted, worse (at a = 1)", True),
    ("verdict better", lambda d: d["claims"][0].update(verdict="derived"), "square: verdict supported → derived, better", False),
    ("reason", lambda d: d["claims"][0].update(reason="why"), 'square: reason "" → why', False),
    ("ruling", lambda d: d["claims"][0].update(ruling=None), "square: ruling holds → none", False),
    ("topic", lambda d: d["claims"][0].update(topic="ways-out"), "square: topic trade-offs → ways-out", False),
    ("statement gone", lambda d: d["claims"][0]["statements"].pop(0), "square: statement area gone (was supported), worse", True),
    ("statement new", lambda d: d["claims"][1]["statements"].append({"id": "rim", "verdict": "derived", "given": []}), "circle: statement rim new (derived)", False),
    ("statement worse", lambda d: d["claims"][0]["statements"][1].update(verdict="vacuous"), "square: statement side: verdict supported → vacuous, worse", True),
    ("lemma", lambda d: d["claims"][0]["statements"][1].update(given=[]), 'square: statement side: given ["Borell 1975"] → []', False),
    ("evidence gone", lambda d: d["claims"][0]["evidence"].pop(0), "square: area, by_hand: check gone (was holds), worse", True),
    ("control gone", lambda d: d["claims"][0]["evidence"].pop(1), "square: area, by_hand: wrong: control gone (was rejected), worse", True),
    ("figure data gone", lambda d: d["claims"][0]["evidence"].pop(), "square: curves: curves gone (was holds), worse", True),
    ("evidence new", lambda d: d["claims"][0]["evidence"].append(evidence("by_foot", "side")), "square: side, by_foot: check new (holds)", False),
    ("outcome worse", lambda d: check(d).update(outcome="not run"), "square: area, by_hand: outcome holds → not run, worse", True),
    ("kind", lambda d: check(d).update(kind="enclosure"), "square: area, by_hand: kind check → enclosure", False),
    ("n", lambda d: check(d).update(n=64), "square: area, by_hand: n 110 → 64", False),
    ("threshold", lambda d: check(d).update(threshold=None), "square: area, by_hand: threshold 0.8 → none", False),
    ("a digit", lambda d: check(d).update(threshold=0.80000001), "square: area, by_hand: threshold 0.8 → 0.80000001", False),
    ("relation", lambda d: check(d).update(relation="<="), 'square: area, by_hand: relation "==" → "<="', False),
    ("detects", lambda d: check(d).update(detects=1e-3), "square: area, by_hand: detects 1e-06 → 0.001", False),
    ("covered", lambda d: check(d)["covered"]["a"].update(to=10.0), "square: area, by_hand: covered.a.to 1e+08 → 10", False),
    ("observed", lambda d: check(d).update(observed=[0.5, "inf", 3.0]), "square: area, by_hand: observed [0.25, inf, 3] → [0.5, inf, 3]", False),
    ("a truth", lambda d: d["claims"][0]["evidence"][-1].update(observed=1), "square: curves: observed True → 1", False),
    ("claimed", lambda d: check(d).update(claimed="inf"), "square: area, by_hand: claimed 0.25 → inf", False),
    ("interval", lambda d: check(d).update(interval=[0.1, 0.95]), "square: area, by_hand: interval [0.1, 0.9] → [0.1, 0.95]", False),
    ("seeds", lambda d: check(d).update(seeds=[0, 1, 2, 3]), "square: area, by_hand: seeds 5 values → [0, 1, 2, 3]", False),
    ("one seed", lambda d: check(d).update(seeds=[0, 1, 2, 9, 8]), "square: area, by_hand: seeds[3] 3 → 9 and 1 more", False),
    ("error", lambda d: check(d).update(error="nan"), "square: area, by_hand: error 1e-12 → nan", False),
    ("counterexample", lambda d: check(d).update(counterexample=None), 'square: area, by_hand: counterexample "a = 1" → none', False),
    ("detail alone", lambda d: check(d).update(detail="x" * 99 + "y"), 'square: area, by_hand: detail "110 instances" → "' + "x" * 60 + '…"', False),
]  # fmt: skip


@pytest.mark.parametrize(("change", "line", "worse"), [case[1:] for case in PLANTED], ids=[case[0] for case in PLANTED])
def test_a_planted_change_is_one_line(change: Callable[..., object], line: str, worse: bool) -> None:
    """Each kind of change is said in words, alone; worse is a worse verdict or outcome, or what vanished; back is better."""
    a, b = document(), edited(change)
    found, back = compare(a, b), compare(b, a)
    assert found.lines == (line,)
    assert found.worse == worse
    assert (back.worse, back.better) == (found.better, found.worse)
    assert len(back.lines) == 1


def test_every_verdict_and_outcome_has_its_place() -> None:
    """From any word to any other: worse one way is better the other way, and holding is as good as being rejected."""
    for field, words in (("verdict", WORST_FIRST), ("outcome", OUTCOMES)):
        for old in words:
            for new in words:
                a, b = document(), document()
                for d, word in ((a, old), (b, new)):
                    (d["claims"][0] if field == "verdict" else check(d))[field] = word
                found, back = compare(a, b), compare(b, a)
                assert (found.worse, found.better) == (back.better, back.worse)
                assert bool(found.lines) == (old != new)
                if field == "verdict":
                    assert found.worse == (words.index(new) < words.index(old))
                else:
                    assert found.worse <= (new not in ("holds", "rejected"))


def test_a_claim_that_went_is_one_line_and_its_statements_go_with_it() -> None:
    """What vanished as a whole is said once: a claim, and a statement with its evidence."""
    b = edited(lambda d: d["claims"].pop(0))
    assert compare(document(), b).lines == ("square: gone (was supported), worse",)
    c = document()
    c["claims"][0]["statements"].pop(0)
    del c["claims"][0]["evidence"][:2]
    assert compare(document(), c).lines == ("square: statement area gone (was supported), worse",)


def test_times_paths_and_the_order_of_telling_are_no_differences() -> None:
    """Seconds, rerun commands and shuffled lists leave documents equal, and the answer says so."""
    b = document()
    b["seconds"] = 99.0
    for c in b["claims"]:
        c["seconds"] = 99.0
        for e in c["evidence"]:
            e.update(seconds=99.0, rerun="blurproof verify circle --seed 9")
        c["statements"].reverse()
        c["evidence"].reverse()
    b["claims"].reverse()
    for a in (document(), b):
        found = compare(a, b)
        assert (found.lines, found.worse, found.better, str(found)) == ((), False, False, EQUAL)


def test_lines_stand_together_claim_by_claim() -> None:
    """All lines of one claim follow each other."""
    b = document()
    for c in b["claims"]:
        c["verdict"] = "derived"
        for e in c["evidence"]:
            e.update(n=7, interval=None)
    heads = [line.split(":")[0] for line in compare(document(), b).lines]
    assert heads == sorted(heads, key=["square", "circle"].index)
    assert len(heads) > 10


# --- no change goes unnoticed ------------------------------------------------------------------------------------------------

NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False), st.integers(-3, 3), st.sampled_from(["inf", "nan"])
)
VALUES = {
    "verdict": st.sampled_from(WORST_FIRST), "outcome": st.sampled_from(OUTCOMES), "level": st.sampled_from(["quick", "full", "long"]),
    "topic": st.sampled_from(["trade-offs", "bottleneck", None]), "ruling": st.sampled_from(["holds", "fails", None]),
    "kind": st.sampled_from(["check", "control", "experiment"]), "relation": st.sampled_from(["==", "<=", None]),
    "seeds": st.lists(st.integers(0, 5), max_size=6), "given": st.lists(st.text(max_size=3), max_size=3),
    "interval": st.none() | st.lists(NUMBERS, min_size=2, max_size=2), "n": st.none() | st.integers(0, 200),
    "observed": st.recursive(NUMBERS | st.booleans(), lambda inner: st.lists(inner, max_size=5)), "claimed": NUMBERS | st.booleans(),
    "error": NUMBERS, "threshold": NUMBERS | st.none(), "detects": NUMBERS | st.none(), "counterexample": st.none() | st.text(),
    "covered": st.dictionaries(st.sampled_from("ab"), st.fixed_dictionaries({"from": NUMBERS, "to": NUMBERS, "left_out": st.lists(st.text(max_size=3), max_size=2)}), max_size=2),
    "detail": st.text(), "reason": st.text(), "missing": st.text(), "statement": st.sampled_from(["area", "side", None]), "name": st.text(max_size=9),
    "claim": st.text(max_size=9), "id": st.text(max_size=9), "seed": st.integers(), "blurproof": st.text(),
}  # fmt: skip


def declared(part: str) -> set[str]:
    """The fields of a part of the document that may differ, as the Schema has them."""
    return set((schema()["$defs"][part] if part else schema())["properties"]) - set(TIMES)


def places(d: dict[str, Any]) -> list[tuple[Any, str]]:
    """Every field of every record of a document that `VALUES` can fill anew."""
    records = [(d, "")]
    for c in d["claims"]:
        records += [
            (c, "claim"),
            *((s, "statement") for s in c["statements"]),
            *((e, "evidence") for e in c["evidence"]),
        ]
    return [(record, f) for record, part in records for f in sorted(declared(part)) if f in VALUES]


def normal(d: dict[str, Any]) -> Any:
    """The document without times and without an order among what goes by name; True and 1 told apart."""

    def told(value: Any) -> Any:
        if isinstance(value, dict):
            return sorted((k, told(v)) for k, v in value.items() if k not in TIMES)
        if isinstance(value, list):
            items = [told(v) for v in value]
            return sorted(items, key=repr) if value and isinstance(value[0], dict) else items
        return repr(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else repr(value)

    return repr(told(d)).replace("'-0.0'", "'0.0'")


def test_the_schema_holds_no_judged_field_that_is_not_tried() -> None:
    """Every field of claims, statements and evidence is among those that the property below edits."""
    for part in ("claim", "statement", "evidence"):
        assert declared(part) - {"statements", "evidence"} <= set(VALUES)


@QUIET
@given(st.data())
def test_no_change_goes_unnoticed(data: st.DataObject) -> None:
    """Whatever fields are edited and whatever records dropped or doubled: lines if and only if the documents differ."""
    a, b = document(), document()
    for _ in range(data.draw(st.integers(1, 3))):
        record, field = data.draw(st.sampled_from(places(b)))
        record[field] = data.draw(VALUES[field])
    if data.draw(st.booleans()):
        lists = [b["claims"], *(c[part] for c in b["claims"] for part in ("statements", "evidence"))]
        items = data.draw(st.sampled_from([items for items in lists if items]))
        k = data.draw(st.integers(0, len(items) - 1))
        items[k : k + 1] = data.draw(st.sampled_from([[], [items[k], copy.deepcopy(items[k])]]))
    found, back = compare(a, b), compare(b, a)
    assert bool(found.lines) == (normal(a) != normal(b))
    assert (found.worse, found.better) == (back.better, back.worse)
    assert len(found.lines) == len(back.lines)
    assert compare(b, b).lines == ()
    assert not any("\n" in line for line in found.lines)


# --- files and wrong input ----------------------------------------------------------------------------------------------------


def test_the_command_says_it_and_exits_by_it(blurproof, tmp_path: Path) -> None:
    """0 and the words where nothing differs or something got better, 1 where something got worse."""
    for name, d in (("a", document()), ("b", edited(lambda d: d["claims"][0].update(verdict="refuted")))):
        (tmp_path / f"{name}.json").write_text(json.dumps(d), encoding="utf-8")
    same, worse, better = (blurproof("diff", f"{x}.json", f"{y}.json") for x, y in ("aa", "ab", "ba"))
    assert (same.returncode, same.stdout) == (0, f"{EQUAL}\n")
    assert (worse.returncode, worse.stdout) == (1, "square: verdict supported → refuted, worse\n")
    assert (better.returncode, better.stdout) == (0, "square: verdict refuted → supported, better\n")


BAD = {
    "empty": b"", "text": b"hello", "not UTF-8": b"\xff\xfe", "cut off": b'{"blurproof": "0.1.0"', "NaN": b'{"seed": NaN}',
    "a list": b"[]", "an empty object": b"{}", "a number": b"3", "claims of numbers": b'{"claims": [1, 2]}',
    "nested": b"[" * 100_000, "a long number": b"1" * 10_000,
}  # fmt: skip
SPOILT = {
    "verdict": lambda d: d["claims"][0].update(verdict="fine"), "no verdict": lambda d: d["claims"][0].pop("verdict"),
    "null": lambda d: d.update(claims=None), "n": lambda d: check(d).update(n=-1), "name": lambda d: check(d).update(name=["a"]),
    "outcome": lambda d: check(d).update(outcome="maybe"), "unknown": lambda d: d.update(colour="blue"),
    "deep": lambda d: check(d).update(observed=json.loads("[" * 300 + "]" * 300)),
}  # fmt: skip


def spoil(name: str, folder: Path) -> Path:
    """A good document in `good.json`, and one that is none in `bad.json`."""
    (folder / "good.json").write_text(json.dumps(document()), encoding="utf-8")
    bad = folder / "bad.json"
    if name == "folder":
        bad.mkdir()
    elif name in BAD:
        bad.write_bytes(BAD[name])
    elif name in SPOILT:
        bad.write_text(json.dumps(edited(SPOILT[name])), encoding="utf-8")
    return bad


def compare_files(bad: Path, good_first: bool, names: tuple[str, str]) -> None:
    found = read(bad, "bad")
    compare(*((document(), found) if good_first else (found, document())), names=names)


@pytest.mark.parametrize("name", [*BAD, *SPOILT, "missing", "folder"])
def test_what_is_no_document_is_named(name: str, tmp_path: Path) -> None:
    """Missing, unreadable, not JSON or another document: a short ValueError that names the argument and says what came."""
    bad = spoil(name, tmp_path)
    for good in (True, False):
        names = ("A.json", "bad") if good else ("bad", "B.json")
        with pytest.raises(ValueError, match=r"^bad: expected .* got .") as error:
            compare_files(bad, good, names)
        assert len(str(error.value)) < 400 + len(str(bad))


@pytest.mark.parametrize("name", ["missing", "text", "verdict"])
def test_the_command_names_the_argument_in_one_line(name: str, blurproof, tmp_path: Path) -> None:
    """Exit code 2, nothing on standard output, and one line on standard error."""
    spoil(name, tmp_path)
    for files, argument in ((("bad.json", "good.json"), "A.json"), (("good.json", "bad.json"), "B.json")):
        done = blurproof("diff", *files)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        (line,) = done.stderr.strip().splitlines()
        assert f"{argument}: expected" in line


def test_from_python_the_argument_is_named_as_well() -> None:
    """`compare` and `read` raise ValueError for what is no document or no file."""
    with pytest.raises(ValueError, match="b: expected a document"):
        compare(document(), {"claims": []})
    with pytest.raises(ValueError, match="mine: expected a file"):
        read(Path("nowhere.json"), "mine")


def test_a_real_document_is_equal_to_itself_run_again(verified) -> None:
    """Two runs of one seed differ in times only; another seed is said."""
    first, second, third = verified(), verified("square", "--fresh"), verified("square", "--seed", "1")
    assert compare(first, second).lines == ()
    assert "run: seed 0 → 1" in compare(first, third).lines
