"""How a claim is written: the whole surface. A claim is a module; its file name is its id, its docstring its essay.

    claim = Claim(topic="mode-dropping", references=("borell1975", "salmona2022 theorem 3"))       keys of references.bib
    claim = Claim(topic="mode-dropping", after="optimal_discriminator")             told behind that claim of its chapter

A statement is a function. Its name is its id; its docstring the formula and, after an empty line, what is assumed; its
annotated letters the domain; what it yields the derivation, from the definition to what is stated (proofs.core.chain):

    @claim.states(isoperimetry.least_equal_outside, at="r", relation=">=")      what is claimed, called at letters
    def equal_masses_bridge(r: Positive, s: Slack):
        '''β_A = β_B: the mass outside is ≥ 1 - 2Φ(-d/2L)'''
        yield gaussian_mass(-r / 2 - s, r / 2 + s)                      the definition: something to be worked out
        yield "φ is even", 2 * gaussian_mass(0, r / 2 + s)              a link: equal, or `relation`; equality is tried first
        yield given("positive_integrand"), sp.erf(r / sp.sqrt(8))       a registered lemma as the reason

    letters      Real, Positive, NonNegative, Unit, Count, or Annotated[Letter, between(0, "20*s")] (above, integers);
                 Slack: ≥ 0, what a link throws away; it is no letter of the statement
    at           None: all letters in order; "b r": these; lambda b, r: ([b, 1 - b], r): any arguments
    Root         t = yield Root(sp.tanh(y)): stated is what solves an equation; the chain is its residual, which vanishes
    enclosed     over(t=carried(lambda w: 1 - w, 0, 1, contact=1), factor=lambda t: 1 - t): the last link is proved by balls
                 over the whole domain, infinity and contact included
    part, infinite, name, formula                                        see `Claim.states`

A check looks for counterexamples. `seen` is a function of proofs.textbook (or of the claim), in the words of an arithmetic;
it knows nothing of what is claimed, which is called at the letters that it tells after what it has observed:

    equal_masses_bridge.check(textbook.shells, on=textbook.shell_sizes, error=1e-15)        seen(m, *instance) -> value, r

The words of m stand in `help(proofs.words.arithmetic.DOUBLE)`, the instances that s draws in `help(proofs.strategies)`.

A near miss is false, and every piece of evidence of the statement must refute it:

    equal_masses_bridge.wrong("d for d/2", r=lambda r: 2 * r)                               the statement at a wrong letter
    equal_masses_bridge.wrong("one set", symbolic=lambda r: ..., claimed=lambda r: ...)     another formula, another function

An experiment trains through its run, which knows seeds, steps, batch, device and processes, and records what diverged:

    @gap_mass_is_at_least.experiment(rule=Each(Agreement(0.03, "of the bound")), seeds=(32, 64), steps=(300, 3000),
                                     reason="...", looks_at={"network": ("gan", "vae"), "control": "coin"})
    def generators(run: Run):
        return {"gan": one_latent.anatomy(run.fit(GAN(...), Adam(0.01), arm="gan"), -EDGE, EDGE), ...}   arrays, or records

    @generators.measure
    def over_the_bound(claimed, data):                         one number a seed and arm; a list of them makes columns
        return {"network": [...], "control": [...]}

Two arms on the same seeds are compared by the rules `Fewer` (flags, McNemar's exact test) and `Smaller` (numbers, the shift
of Hodges and Lehmann), each with the effect that counts; they are told both columns: {"network": [of A, of B], ...}.

    @other_statement.measured_on(generators, rule=Share(0.2), reason="...")      another statement about the same networks

Pairs are (quick, full), triples (quick, full, long); an int stands for all levels; of seeds a tuple gives interim analyses.
A declaration that changes keeps what it replaced in `history={1: "why, and what had been seen"}` and gets fresh seeds.

A figure draws from what was saved, closed forms beside it, under a title that says what it shows; what it returns is the
caption. A role chooses colour and marker (proofs.words.drawing):

    @claim.curves                       only for what takes longer than a closed form: arrays, saved as saved["curves"]
    @claim.figure("Who serves both modes leaves mass between them")
    def draw(saved, panels):
        left, right = panels(2)
        left.exact(ratio, isoperimetry.least_equal_outside(ratio), "bound")
        left.seeds(x, saved["generators"]["gan"].between, "network", "GAN")
        left.axes("gap over Lipschitz constant, $w/L$", "mass in the gap", log="x", legend="above")
        return f"(a) At a gap of one the least is {isoperimetry.least_equal_outside(1.0):.2f}."

Keyword-only parameters of curves, figure and experiments are what a reader may move, `--set a=2` (proofs.core.parameters):
`def draw(saved, panels, *, a=3.0, w: Annotated[float, between(0, 1)] = 0.5)`.

Nothing here runs evidence, and declaring a claim imports nothing heavy: listing claims stays fast.
"""

from proofs.core.chain import Root, carried, over
from proofs.core.claim import Claim
from proofs.core.letters import (
    Count,
    Letter,
    NonNegative,
    Positive,
    Real,
    Slack,
    Unit,
    above,
    between,
    integers,
)  # fmt: skip
from proofs.core.readings import one_of, sentence
from proofs.core.rules import Agreement, Each, Fewer, Mean, Share, Smaller, Trend
from proofs.core.training import Run
from proofs.words.lemmas import given

__all__ = [
    "Agreement", "Claim", "Count", "Each", "Fewer", "Letter", "Mean", "NonNegative",
    "Positive", "Real", "Root", "Run", "Share", "Slack", "Smaller", "Trend", "Unit", "above", "between", "carried", "given",
    "integers", "one_of", "over", "sentence",
]  # fmt: skip
