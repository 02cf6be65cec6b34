"""Formulas in plain Unicode, read into MathML elements: scripts, roots, fractions, norms, sums, and the words in between.

What is read: `E|Y-c|²/2σ²` (a fraction as far as no space interrupts it), `Σ_{i>k} λ_i`, `√(1+h²)`, `E[X | X+σN=x]`, `KL(p‖q)`,
`Φ⁻¹(β)`, `d²JS/dμ²`, `2^{1-D}`. A run of Latin letters is the name of a function, a word, or a product of letters: a product
where it is short and has no vowel, or touches a sign. A gap in the source before a sign is where a line may break.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from xml.etree.ElementTree import Element

HIGH = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜⁿᵗʳᵐᵏᵀ", "0123456789+-()abcntrmkT", strict=True))
LOW = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₙₘₚₓₜ", "0123456789+-ijknmpxt", strict=True))
BREAK, GLUE, WORDS = "0em", "0.17em", "0.3em"
"""Widths of spaces: where a line may break, between factors, and beside words."""
_NAMED = """
ln log exp sin cos tan cot sinh cosh tanh coth sech arcsin arccos arctan artanh erf erfc min max inf sup lim med supp
softmax arg-min arg-max Var Cov TV JS KL kl js MMD MMSE ELBO TC det Bern Bin
"""
_NAMES = frozenset(_NAMED.split())
_UNDER = frozenset({"min", "max", "inf", "sup", "lim", "arg-min", "arg-max"})
_SHORT = """
a al am an as at be by do eg et ex go he hi ie if in is it me my nd no of oh ok on or rd so st th to up us we add all and any are bit
but can cf cut did far few for get got had has how iff its law let lie low map may nat nats new nor not now odd odds off old one out
own per put say see set six sum ten the too top try two use vs was way who yet end
"""
_SHORT_WORDS = frozenset(_SHORT.split())
_BESIDE = "and or is on at if as with where when has are to in by from for of than else so"
_NO_NOUNS = frozenset(_BESIDE.split())
"""What an article does not stand before."""
_RELATIONS = frozenset("=≤≥<>~→↦∈≈∝⊥≠∪∩←≪≫↔⇒∘:")
_OPERATORS = frozenset("+-−±∓·×*/") | _RELATIONS
_PUNCTUATION = frozenset(",;.:?")
_OPEN, _CLOSE = "([{⌊⌈", ")]}⌋⌉"
_MARKS = "\u0300-\u036f"
_ACCENTS = {"\u0302": "^", "\u0303": "~", "\u0304": "¯", "\u0307": "˙", "\u0308": "¨"}
_LETTER = rf"[^\W\d_{''.join(HIGH)}{''.join(LOW)}]"
_SCRIPT = rf"[_^](?:\{{(?:[^{{}}]|\{{[^{{}}]*\}})*\}}|⌊[^⌊⌋]*⌋|[-−]?(?:\d+|[A-Za-z]+|{_LETTER}[A-Za-z]*|[∞*½]))"
_TOKEN = re.compile(
    rf"(?P<gap>\s+)|(?P<code>`[^`]*`)|(?P<name>arg-(?:min|max))"
    rf"|(?P<word>[a-z]+\d*(?:_[a-z0-9]+){{2,}}|[a-z]{{3,}}_[a-z]{{2,}}|\d+-\d+(?= ?%)|\d+(?:-\d+){{2,}}|\.\.\.|['’]s\b)"
    rf"|(?P<high>[{''.join(HIGH)}]+)|(?P<low>[{''.join(LOW)}]+)|(?P<script>{_SCRIPT})|(?P<root>√)"
    rf"|(?P<number>\d+(?:,\d{{3}})+(?!\d)|\d+(?:\.\d+)*(?:e-?\d+)?|[½⅓⅔¼¾])"
    rf"|(?P<latin>[A-Za-z][A-Za-zÀ-ÖØ-öø-ɏ]*[{_MARKS}]?)|(?P<letter>{_LETTER}[{_MARKS}]?|[∞∇∂∅ℝ])|(?P<prime>['’]+)|(?P<sign>.)"
)

_EXPECTED = re.compile(rf"[\[|(_]|\s*(?:[½√\d]|(?!(?:{'|'.join(sorted(_SHORT_WORDS))})\b){_LETTER})")
"""What an expectation is followed by."""


@dataclass
class Piece:
    """An element, what part it plays (atom, name, word, operator, punctuation), and whether a space stands before it."""

    element: Element
    kind: str
    gap: bool


def element(tag: str, *inside: Element | str, **attributes: str) -> Element:
    """One element around text or others."""
    made = Element(tag, attributes)
    made.text = "".join(part for part in inside if isinstance(part, str))
    made.extend(part for part in inside if not isinstance(part, str))
    return made


def content(e: Element) -> str:
    """Everything that is shown of an element."""
    return "".join(e.itertext())


def read(formula: str, *, display: bool = False) -> list[Element]:
    """The elements of a formula; `display` draws fractions upright, outside of brackets and roots, which not every font stretches."""
    return _Reader(formula, display).elements()


class _Reader:
    """Reads from left to right, a level of brackets at a time."""

    def __init__(self, text: str, display: bool) -> None:
        self.text, self.display, self.at, self.gap = text, display, 0, False

    def elements(self) -> list[Element]:
        return spaced(self.row(""))

    def row(self, opened: str) -> list[Piece]:
        """Pieces up to the bracket that closes `opened`, or the end."""
        pieces: list[Piece] = []
        self.gap = False
        while self.at < len(self.text):
            if opened and self.text[self.at] in _CLOSE:
                break
            match = _TOKEN.match(self.text, self.at)
            if match is None:  # a line's end
                self.at += 1
                continue
            self.at = match.end()
            if match.lastgroup == "gap":
                self.gap = True
                continue
            self.take(str(match.lastgroup), match.group(), match.start(), pieces)
            self.gap = False
        return fractions(pieces) if self.display and not opened else pieces

    def take(self, kind: str, token: str, start: int, pieces: list[Piece]) -> None:
        """Put one token behind what was read, or on it."""
        previous = pieces[-1] if pieces else None
        if kind in ("high", "low", "script"):
            self.attach(pieces, kind, token)
        elif kind == "latin":
            pieces.extend(self.latin(token, start, previous))
        elif kind == "root":
            pieces.append(Piece(self.under_root(), "atom", self.gap))
        elif kind == "prime":
            self.prime(pieces, token)
        elif kind == "sign":
            self.sign(token, pieces)
        elif kind == "letter" and token in "ΣΠ" and self.is_sum(previous):
            pieces.append(Piece(element("mo", {"Σ": "∑", "Π": "∏"}[token]), "name", self.gap))
        else:
            pieces.append(Piece(*_leaf(kind, token), self.gap))

    def latin(self, run: str, start: int, previous: Piece | None) -> Iterator[Piece]:
        """A run of Latin letters: a name, a word, letters in a row, W1 for W₁."""
        compound = len(run) > 1 and re.match(r"-[a-z]{3,}", self.text[self.at :])
        if run in _NAMES and not compound:
            yield Piece(element("mi", run), "name", self.gap)
        elif compound or self.is_word(run, start, previous):
            yield Piece(element("mtext", run), "word", self.gap)
        elif run.isupper() and (number := re.compile(r"\d(?!\d|\.\d)").match(self.text, self.at)) and len(run) == 1:
            self.at = number.end()
            yield Piece(element("msub", element("mi", run), element("mn", number.group())), "atom", self.gap)
        else:
            yield from self.letters(run)

    def letters(self, run: str) -> Iterator[Piece]:
        """Factors side by side; dJS is d and JS, EX is E and X; E and P before what they are taken of stand upright."""
        parts = ["d", run[1:]] if run[0] == "d" and run[1:] in _NAMES else re.findall(rf".[{_MARKS}]?", run)
        for number, part in enumerate(parts):
            follows = self.text[self.at :] if number == len(parts) - 1 else parts[number + 1]
            taken = (part == "E" and _EXPECTED.match(follows)) or (part == "P" and follows.startswith("("))
            kind = "name" if part in _NAMES or (part == "E" and taken) else "atom"
            yield Piece(_letter(part, bool(taken)), kind, self.gap and not number)

    def is_word(self, run: str, start: int, previous: Piece | None) -> bool:
        """Whether letters in a row are a word of a sentence."""
        after, before = self.text[self.at : self.at + 1], self.text[start - 1 : start]
        if len(run) == 1:
            return run in "aA" and self.is_article(run, previous)
        scripted = after in tuple("/_^") or after in HIGH or after in LOW
        joined = before.isdigit() or before in tuple("½)/") or before in HIGH
        if run.isupper():
            return not (scripted or joined or run in _NAMES or _is_of(run))
        if run.lower() in _SHORT_WORDS:
            return not (scripted or (before == "/" and len(run) == 2))
        argument = previous is not None and previous.kind == "name" and self.gap and len(run) <= 3
        return (before == "." and len(run) > 2) or (not argument and len(run) > 2 and _reads_as_word(run, False))

    def is_article(self, run: str, previous: Piece | None) -> bool:
        """Whether a, or A where a sentence begins, is a word."""
        follows = re.compile(r"\s+(\w-(?=[A-Za-z]{2}))?(\w+)([-'’][a-z]{2,})?").match(self.text, self.at)
        if (
            follows is None
            or follows[2] in _NO_NOUNS
            or (run == "A" and previous is not None and content(previous.element) != ".")
        ):
            return False
        if previous is not None and previous.kind == "word":
            return follows[2] not in _NAMES
        noun = (follows[2].isupper() and len(follows[2]) > 1) or _reads_as_word(follows[2], bool(follows[3]))
        return bool(noun or follows[1]) and (previous is None or previous.kind in ("atom", "number", "punctuation"))

    def is_sum(self, previous: Piece | None) -> bool:
        """Whether Σ or Π, with its subscript, stands before what is added up; a covariance stands alone."""
        if previous is not None and not self.gap and previous.kind in ("atom", "number"):
            return False
        script = re.compile(rf"{_SCRIPT}|[{''.join(LOW)}]+").match(self.text, self.at)
        rest = self.text[script.end() if script else self.at :]
        return bool(
            re.match(r"\[|‖|\(\d" if script else rf"\[|‖|{_LETTER}", rest) or re.match(r"\s+(?![-+=<>≤≥]\s)", rest)
        )

    def sign(self, token: str, pieces: list[Piece]) -> None:
        previous = pieces[-1] if pieces else None
        if token in _OPEN:
            self.group(token, pieces)
        elif token in "|‖" and (end := self.closing_bar(token)):
            pieces.append(Piece(self.between_bars(token, end), "atom", self.gap))
        elif token == "*" and previous is not None and previous.kind == "atom" and not self.gap:
            self.raise_on(pieces, element("mo", "*"))
        elif token == "-" and self.is_hyphen(previous):
            pieces.append(Piece(element("mtext", "-"), "word", False))
        elif token == "!" and previous is not None and previous.kind in ("atom", "number") and not self.gap:
            pieces.append(Piece(element("mo", "!", form="postfix"), "atom", False))
        elif token in _PUNCTUATION:
            spaced_before = {} if token == "," else {"form": "infix", "lspace": "0em"}  # a comma has none by itself
            pieces.append(Piece(element("mo", token, **spaced_before, rspace="0em"), "punctuation", self.gap))
        else:
            self.operator(token, pieces)

    def operator(self, token: str, pieces: list[Piece]) -> None:
        previous = pieces[-1] if pieces else None
        shown = {"-": "−", "*": "∗"}.get(token, token)
        if token == "/" or token in "|‖":
            width = "0.2em" if self.gap else "0em"
            pieces.append(
                Piece(
                    element("mo", shown, form="infix", stretchy="false", lspace=width, rspace=width),
                    "operator",
                    self.gap,
                )
            )
        elif token in "-−+±∓" and self.is_prefix(previous):
            pieces.append(Piece(element("mo", shown, form="prefix"), "operator", self.gap))
        elif token in _OPERATORS:
            pieces.append(Piece(element("mo", shown, form="infix"), "operator", self.gap))
        else:
            kind = "word" if token in '“”"&%…' else "atom"
            pieces.append(Piece(element("mtext" if kind == "word" else "mo", shown), kind, self.gap))

    def is_prefix(self, previous: Piece | None) -> bool:
        """Whether a sign belongs to what follows it alone."""
        between = self.gap and self.text[self.at : self.at + 1] == " "
        after = ("operator", "punctuation") if between else ("operator", "punctuation", "name", "word")
        return previous is None or previous.kind in after

    def is_hyphen(self, previous: Piece | None) -> bool:
        """Whether - joins a word to what stands before it, as in K-ary and β-VAE."""
        after = re.compile(r"[A-Za-z]+").match(self.text, self.at)
        if previous is None or self.gap or after is None or previous.kind in ("operator", "punctuation"):
            return False
        subtracted = previous.kind == "atom" and self.text[after.end() : after.end() + 1] == ")"
        kind = after[0].rstrip("s")
        return not subtracted and (
            _reads_as_word(after[0], False) or (len(kind) > 1 and kind.isupper() and not _is_of(kind))
        )

    def group(self, token: str, pieces: list[Piece]) -> None:
        """( ... ), of whatever brackets, as one element."""
        gap = self.gap
        inside = spaced(self.row(token))
        closed = self.text[self.at : self.at + 1]
        self.at += 1
        made = element("mrow", element("mo", token), *inside)
        if closed:
            made.append(element("mo", closed))
        pieces.append(Piece(made, "atom", gap))

    def closing_bar(self, bar: str) -> int:
        """Where the norm that begins here ends; 0 where the bar is one of "given" or of a divergence."""
        if self.gap and self.text[self.at : self.at + 1] == " ":
            return 0
        level = 0
        for at in range(self.at, len(self.text)):
            here = self.text[at]
            level += (here in _OPEN) - (here in _CLOSE)
            if level < 0 or (level == 0 and here in ",;"):
                return 0
            ended = self.text[at - 1] not in " -+|" and not re.match(_LETTER, self.text[at + 1 : at + 2])
            if level == 0 and here == bar and at > self.at and ended:
                return at
        return 0

    def between_bars(self, bar: str, end: int) -> Element:
        inside = _Reader(self.text[self.at : end], display=False).elements()
        self.at = end + 1
        return element("mrow", element("mo", bar, form="prefix"), *inside, element("mo", bar, form="postfix"))

    def under_root(self) -> Element:
        if self.text[self.at : self.at + 1] == "(":
            self.at += 1
            gap, inside = self.gap, spaced(self.row("("))
            self.at, self.gap = self.at + 1, gap
            return element("msqrt", *inside)
        named = re.compile(r"[A-Za-z]{2,} [A-Z]").match(self.text, self.at)
        match = named or re.compile(r"\d+|\w").match(self.text, self.at)
        self.at = match.end() if match else self.at
        return element("msqrt", *(_Reader(match[0], display=False).elements() if match else []))

    def prime(self, pieces: list[Piece], token: str) -> None:
        """f', and Bayes' of a word."""
        if pieces and not self.gap and pieces[-1].kind != "word":
            base = pieces.pop()
            mark = element("mo", "′" * len(token), form="postfix", lspace="0em", rspace="0em")
            pieces.append(Piece(element("mrow", base.element, mark), base.kind, base.gap))
        else:
            pieces.append(Piece(element("mtext", "’"), "word", self.gap))

    def attach(self, pieces: list[Piece], kind: str, token: str) -> None:
        """Put a script on the element before it."""
        raised = kind == "high" or token.startswith("^")
        text = "".join((HIGH if raised else LOW).get(c, c) for c in token) if kind != "script" else _unbraced(token[1:])
        if not raised and pieces and content(pieces[-1].element) in _UNDER:  # min_σ²
            power = re.compile(f"[{''.join(HIGH)}]*").match(self.text, self.at)
            text, self.at = (text + power[0], power.end()) if power else (text, self.at)
        script = element("mrow", *_Reader(text, display=False).elements())
        if raised:
            self.raise_on(pieces, script)
        else:
            self.lower_on(pieces, script)

    def lower_on(self, pieces: list[Piece], script: Element) -> None:
        """A subscript; under a sum or a minimum it stands below, before a superscript it shares the base: σ²_ML."""
        base = pieces.pop() if pieces else Piece(element("mrow"), "atom", self.gap)
        e, kind = base.element, base.kind if base.kind != "word" else "atom"
        below = self.display and (content(e) in _UNDER or content(e) in "∑∏")
        made = (
            element("msubsup", e[0], script, e[1])
            if e.tag == "msup"
            else element("munder" if below else "msub", e, script)
        )
        pieces.append(Piece(made, kind, base.gap))

    def raise_on(self, pieces: list[Piece], script: Element) -> None:
        """A superscript; after a subscript it shares the base, after another it joins it."""
        base = pieces.pop() if pieces else Piece(element("mrow"), "atom", self.gap)
        e, kind = base.element, base.kind if base.kind != "word" else "atom"
        if e.tag == "msub":
            e = element("msubsup", *e, script)
        elif e.tag in ("msup", "msubsup"):
            e = element(e.tag, *list(e)[:-1], element("mrow", e[-1], script))
        else:
            e = element("msup", e, script)
        pieces.append(Piece(e, kind, base.gap))


def _letter(letter: str, upright: bool = False) -> Element:
    """A letter, with the mark above it as an accent."""
    base, *marks = unicodedata.normalize("NFD", letter)
    base, marks = (letter, []) if letter in _NAMES else (base, marks)
    made = element("mi", base, **({"mathvariant": "normal"} if upright else {}))
    if not marks:
        return made
    return element("mover", made, element("mo", _ACCENTS.get(marks[0], marks[0]), stretchy="false"), accent="true")


def _is_of(run: str) -> bool:
    """EX is E and X, WW twice the same."""
    return len(run) == 2 and ((run[0] == "E" and run[1] in "FQTUVWXYZ") or run[0] == run[1])


def _unbraced(script: str) -> str:
    return script[1:-1] if script.startswith("{") else script


def _has_vowel(run: str) -> bool:
    return any(c in "aeiouyAEIOUY" for c in run)


@cache
def _reads_as_word(run: str, joined: bool) -> bool:
    """Whether a run of letters, seen without what is around it, is a word."""
    if run in _NAMES and not joined:
        return False
    if run.lower() in _SHORT_WORDS or joined:
        return len(run) > 1
    mixed = any(c.isupper() for c in run[1:]) and len(run) <= 3
    return len(run) > 1 and _has_vowel(run) and not mixed and not run.isupper()


def _leaf(kind: str, token: str) -> tuple[Element, str]:
    match kind:
        case "number" if "e" in token:
            factor, power = token.split("e")
            ten = element("msup", element("mn", "10"), element("mn", power.replace("-", "−")))
            return (ten if factor == "1" else element("mrow", element("mn", factor), element("mo", "·"), ten)), "number"
        case "number":
            return element("mn", token), "number"
        case "name":
            return element("mi", token), "name"
        case "code" | "word":
            return element("mtext", {"...": "…", "'s": "’s"}.get(token, token)), "word"
        case "letter":
            return _letter(token, token in "∇∞∂"), "atom"
        case _:
            return element("mi", token), "atom"


def spaced(pieces: list[Piece]) -> list[Element]:
    """The elements with spaces between them: a break before signs, a little between factors, a word's beside words."""
    row: list[Element] = []
    for before, piece in zip([None, *pieces], pieces, strict=False):
        if before is not None:
            width = _space(before, piece)
            row += [element("mspace", width=width)] if width else []
        row.append(piece.element)
    return row


def _space(before: Piece, piece: Piece) -> str:
    if not piece.gap:
        return GLUE if before.kind == "name" and content(before.element) in "∑∏" and piece.kind != "operator" else ""
    if content(piece.element) == "%":
        return GLUE
    if "word" in (before.kind, piece.kind) or any(part.tag == "mtext" for part in piece.element):
        return WORDS
    if piece.kind == "operator" and before.kind != "punctuation":
        return BREAK
    if before.kind == "punctuation":
        return WORDS
    return "" if before.kind == "operator" else GLUE


def fractions(pieces: list[Piece]) -> list[Piece]:
    """a/b drawn upright, wherever it is plain what stands above and below."""
    at = 0
    while at < len(pieces):
        if content(pieces[at].element) == "/" and (found := _around(pieces, at)):
            low, high = found
            above, below = _bare(pieces[low:at]), _bare(pieces[at + 1 : high])
            drawn = Piece(element("mfrac", above, below), "atom", pieces[low].gap)
            pieces = [*pieces[:low], drawn, *pieces[high:]]
            at = low
        at += 1
    return pieces


def _around(pieces: list[Piece], at: int) -> tuple[int, int] | None:
    """From where to where a fraction reaches; None where only a space would tell."""
    factors = ("atom", "number", "name")
    low = at
    while low > 0 and pieces[low - 1].kind in factors and (low == at or not pieces[low].gap):
        low -= 1
    high = at + 1
    while high < len(pieces) and pieces[high].kind in factors and not pieces[high].gap:
        high += 1
    while (
        low > 0
        and pieces[low].gap
        and re.fullmatch("[d∂][²³⁴]?", content(pieces[low - 1].element))
        and content(pieces[at + 1].element) in ("d", "∂")
    ):
        low -= 1
    alone = low == at or high == at + 1 or pieces[at].gap
    of_a_name = low > 0 and pieces[low].gap and _applied(pieces[low - 1])
    unfinished = high > at + 1 and pieces[high - 1].kind == "name" and high < len(pieces) and pieces[high].gap
    differential = high < len(pieces) and content(pieces[high - 1].element) in ("d", "∂")
    return None if alone or of_a_name or unfinished or differential else (low, high)


def _applied(piece: Piece) -> bool:
    """Whether a name takes what follows as its argument: ln does, a sum or an expectation takes the whole term."""
    base = content(piece.element[0] if piece.element.tag.startswith("m") and len(piece.element) else piece.element)
    return piece.kind == "name" and base not in ("∑", "∏", "E", *_UNDER)


def _bare(pieces: list[Piece]) -> Element:
    """One element, without the brackets that a fraction's bar makes needless."""
    if len(pieces) == 1 and pieces[0].element.tag == "mrow" and content(pieces[0].element)[:1] in "([":
        return element("mrow", *list(pieces[0].element)[1:-1])
    return element("mrow", *spaced(pieces))
