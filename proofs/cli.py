"""The command line: list, show, verify, plot, report, diagnose, contest, diff, new.

`--help`, `list` and `show` import neither torch nor matplotlib: what is heavy is imported where it is used.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from proofs.core.claim import TOPICS, Claim
from proofs.display import terminal
from proofs.run import destinations, discovery, guests
from proofs.run.discovery import Found
from proofs.run.surroundings import SurroundingsError
from proofs.session import RESULTS, in_topic, places, unknown
from toys.protocols import NAMES

if TYPE_CHECKING:
    from proofs.run.runner import Result, Settings, Task
    from proofs.session import Selection, Session

app = typer.Typer(
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Check what people say about why VAEs blur and GANs drop modes.",
)

# typer's copy of click has moved between versions; its public BadParameter leads to the common base
ClickException: Any = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")
USAGE, SURROUNDINGS, INTERRUPTED = 2, 4, 130
GOES_ON = "interrupted; finished evidence is in the ledger, the same command goes on from there"


class Level(StrEnum):
    quick = "quick"
    full = "full"
    long = "long"


class Template(StrEnum):
    derivation = "derivation"
    enclosure = "enclosure"
    experiment = "experiment"
    contest = "contest"


class Format(StrEnum):
    svg = "svg"
    pdf = "pdf"
    png = "png"


class Width(StrEnum):
    single = "single"
    double = "double"


def _claims_beginning(context: typer.Context, incomplete: str) -> list[str]:
    """Names of claims, those in `--claims DIR` too where it stands before; none is loaded."""
    try:
        found = discovery.find(context.params.get("claims"))
    except ValueError:
        found = discovery.find()
    return [item.id for item in found if item.id.startswith(incomplete)]


def _whatever_is_shown_beginning(context: typer.Context, incomplete: str) -> list[str]:
    from proofs.run import installed

    names = [*installed.KINDS, *(name for kind in installed.KINDS for name in installed.named(kind))]
    return [*dict.fromkeys([*_claims_beginning(context, incomplete), *(n for n in names if n.startswith(incomplete))])]


def _targets_beginning(incomplete: str) -> list[str]:
    from proofs.display.show import target_names

    return [name for name in target_names() if name.startswith(incomplete)]


def _topics_beginning(incomplete: str) -> list[str]:
    return [name for name in TOPICS if name.startswith(incomplete)]


def _protocols_beginning(incomplete: str) -> list[str]:
    return [name for name in NAMES if name.startswith(incomplete)]


Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[CLAIM]...",
        help="Claims; all when none is named.",
        show_default=False,
        autocompletion=_claims_beginning,
    ),
]
Topic = Annotated[str | None, typer.Option(help="Only this chapter.", autocompletion=_topics_beginning)]
Folder = Annotated[
    Path | None, typer.Option("--claims", metavar="DIR", help="A folder with claim modules of your own.")
]
Results = Annotated[Path, typer.Option("--results", metavar="DIR", help="Where the ledger lives.")]
Seed = Annotated[int, typer.Option(help="Every seed of the run follows from it.", min=0)]
Protocol = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help=f"A published toy protocol, its table beside ours: {', '.join(NAMES)}.",
        autocompletion=_protocols_beginning,
    ),
]
Jobs = Annotated[int | None, typer.Option(help="Worker processes; the number of cores by default.", min=1)]


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"blurproof {version('blurproof')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What is asked of the command itself."""


def main() -> None:
    """The entry point: whatever goes wrong is one clear line and its exit code."""
    # figures here are written, not shown, and nobody's settings are ours; workers inherit it
    os.environ.update(MPLBACKEND="agg", MATPLOTLIBRC=os.devnull)
    with terminal.ours():
        code = answered(sys.argv[1:] or ["--help"])
    sys.exit(code)


def answered(arguments: list[str]) -> int:
    """The exit code of a command line; what goes wrong is said in one line."""
    try:
        if not _here():
            raise ValueError("the working folder: expected one that is there, got one that was deleted")
        if terminal.is_read():
            code = app(arguments, prog_name="blurproof", standalone_mode=False)
        else:
            app.rich_markup_mode = None
            code = app(arguments, prog_name="blurproof", standalone_mode=False, terminal_width=terminal.UNBROKEN)
        print(end="", flush=True)
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except ClickException as error:
        terminal.complain(error.format_message())
        return USAGE
    except ValueError as error:
        terminal.complain(str(error))
        return USAGE
    except SurroundingsError as error:
        terminal.complain(str(error))
        return SURROUNDINGS
    if code == INTERRUPTED:
        terminal.complain("interrupted" if arguments[0] == "diagnose" else GOES_ON)
    return code or 0


def _here() -> bool:
    try:
        return bool(os.getcwd())
    except OSError:
        return False


@app.command("list", epilog="Example: blurproof list --topic mode-dropping")
def list_claims(
    topic: Topic = None,
    claims: Folder = None,
    only: Annotated[bool, typer.Option("--only", help="With --claims: the claims of that folder alone.")] = False,
) -> None:
    """List every claim with its topic, its ruling and what it says; then every sentence with its readings and their points."""
    from proofs.display import catalogue

    if only and claims is None:
        raise ValueError("--only: expected --claims DIR beside it, got none")
    found = discovery.find(claims)
    known, failed = guests.load([item for item in found if not only or item.module is None])
    table = Table(box=None, pad_edge=False)
    for heading in ("claim", "topic", "ruling", "in a sentence"):
        table.add_column(heading, no_wrap=heading in ("claim", "topic"))
    shown = in_topic(known, topic)
    for claim in shown:
        table.add_row(escape(claim.id), claim.topic, catalogue.ruling(claim), escape(claim.title))
    for broken in failed:
        table.add_row(escape(broken.id), "", "[red]broken[/red]", escape(broken.reason))
    console = terminal.console()
    console.print(table)
    catalogue.print_sentences(shown, console)


@app.command(epilog="Example: blurproof show dirac_gan")
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="A claim, target, learner, score or scene; or one of the words targets, learners, scores, scenes.",
            autocompletion=_whatever_is_shown_beginning,
        ),
    ],
    claims: Folder = None,
    results: Results = RESULTS,
) -> None:
    """Show one claim: essay, statements, evidence and the newest results; the facts of one target, learner or score; or a list of them."""
    found = discovery.find(claims)
    match = [item for item in found if item.id == name]
    if not match:
        _show_part(name, found)
        return
    known, failed = guests.load(match)
    if failed:
        raise ValueError(f"{name}: {failed[0].reason}")
    from proofs.display.show import claim_page

    claim_page(known[0], found, results, terminal.console())


def _show_part(name: str, found: list[Found]) -> None:
    from proofs.display import show as page
    from proofs.run import installed

    if name in installed.KINDS:
        page.parts(name, terminal.console())
        return
    known = {kind: installed.named(kind) for kind in installed.KINDS}
    match = [parts[name] for parts in known.values() if name in parts]
    if not match:
        names = [*(item.id for item in found), *installed.KINDS, *(n for parts in known.values() for n in parts)]
        raise ValueError("NAME: " + unknown(name, names))
    for part in match:
        page.part_page(part, terminal.console())


@app.command(epilog="Example: blurproof verify dirac_gan --level full --seed 1 --json result.json")
def verify(
    names: Names = None,
    level: Annotated[Level, typer.Option(help="How much training to spend.")] = Level.quick,
    topic: Topic = None,
    seed: Seed = 0,
    jobs: Jobs = None,
    json: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write the document; - for standard output.")
    ] = None,
    claims: Folder = None,
    results: Results = RESULTS,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 when something is inconclusive or vacuous.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Run everything again.")] = False,
    device: Annotated[str, typer.Option(help="Where networks train: cpu or cuda.")] = "cpu",
    cluster: Annotated[str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler to run on.")] = None,
    protocol: Protocol = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            help="How long a piece of evidence may take, which is else not run; "
            "without it half an hour at level quick, two hours at full, a day at long.",
        ),
    ] = None,
) -> None:
    """Verify claims: run their evidence and print a verdict each."""
    from proofs import session
    from proofs.core import verdict
    from proofs.run.runner import Settings

    _check_device(device)
    if timeout is not None and not 0 < timeout < float("inf"):
        raise ValueError(f"--timeout: expected a positive number of seconds, got {timeout:g}")
    where = places(claims, results)
    settings = Settings(seed, level.value, device, protocol, jobs or os.cpu_count() or 1, cluster, timeout, where)
    _open_document(json)
    console = terminal.console(stderr=json == "-")
    selection = session.declaring(session.select(names, topic, claims, timeout), names, protocol)
    done = _run(selection, settings, results, fresh, console)
    _write_document(json, done.document)
    raise typer.Exit(verdict.exit_code(done.verdicts.values(), strict=strict))


def _check_device(device: str) -> None:
    if device.split(":")[0] not in ("cpu", "cuda"):
        raise ValueError(f"--device: expected cpu or cuda, got {device!r}")
    if device != "cpu":
        import torch

        if not torch.cuda.is_available():
            raise ValueError(f"--device: expected a device that is there, got {device!r} and no GPU")


def _open_document(json: str | None) -> None:
    if json == "-" and not sys.stdout:
        raise ValueError("--json: expected standard output to be open, got it closed")
    if json is not None and json != "-":
        destinations.ready("--json", Path(json))


def _write_document(json: str | None, document: dict[str, Any]) -> None:
    from proofs.run.document import dump

    if json == "-":
        # what reads it may not know how this stream writes letters
        sys.stdout.write(dump(document, ascii=sys.stdout.encoding.lower() not in ("utf-8", "utf8")))
    elif json is not None:
        destinations.write(Path(json), dump(document))


def _run(selection: Selection, settings: Settings, results: Path, fresh: bool, console: Console) -> Session:
    """Run, print a line a claim as it is decided, the tally, and what is amiss."""
    from proofs import session
    from proofs.display.progress import Board, summary

    def board(tasks: list[Task]) -> Board:
        return Board(console, selection.claims, selection.failed, tasks, settings)

    done = session.run(selection, settings, results, fresh=fresh, board=board)
    summary(console, done.document, settings)
    return done


@app.command(epilog="Example: blurproof plot divergence_ladder -o figures --format pdf --width double")
def plot(
    names: Names = None,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Folder for the figures.")] = Path(
        "figures"
    ),
    format: Annotated[Format, typer.Option("--format", help="File format.")] = Format.svg,
    width: Annotated[Width, typer.Option(help="89 mm or 183 mm.")] = Width.single,
    seed: Seed = 0,
    jobs: Jobs = None,
    claims: Folder = None,
    results: Results = RESULTS,
    level: Annotated[Level, typer.Option(help="Which saved run to draw.")] = Level.quick,
    opening: Annotated[
        bool, typer.Option("--opening", help="The opening picture instead: every kind of model on the same data.")
    ] = False,
    story: Annotated[bool, typer.Option("--story", help="The story in eight pictures instead of claims.")] = False,
    animate: Annotated[
        bool,
        typer.Option(
            "--animate", help="Animations of training instead, as GIF; with --opening that of the opening picture."
        ),
    ] = False,
    apng: Annotated[bool, typer.Option("--apng", help="With --animate: as animated PNG.")] = False,
    moved: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A parameter of the figure; `show CLAIM` lists them.",
            show_default=False,
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="Another title.")] = None,
    labels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Texts by those that they replace: .json or .toml.")
    ] = None,
    write_labels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write all texts of the figures as such a file.")
    ] = None,
    palette: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="Colours: default, tol, or a JSON file of colours by role.")
    ] = "default",
) -> None:
    """Draw figures from saved results, with the plotted data as CSV; runs quick first where nothing is saved."""
    from proofs import session
    from proofs.run.runner import Settings
    from proofs.words import palettes

    console = terminal.console(stderr=True)
    _one_kind({"--opening": opening, "--story": story, "--animate": animate and not opening})
    own = {"--set": moved, "--title": title, "--labels": labels, "--write-labels": write_labels}
    if opening or story or animate:
        _only_claims(own | {"--palette": palette if palette != "default" else None})
    if opening and animate:
        _opening_film(names, output, width, level, seed, results, console, apng)
        return
    if opening:
        _opening(names, output, format, width, level, seed, results, console)
        return
    if story:
        _story(names, output, format, width, seed, results, console)
        return
    if animate:
        _animate(names, output, width, seed, claims, results, apng)
        return
    settings = Settings(seed, level.value, jobs=jobs or os.cpu_count() or 1, places=places(claims, results))
    selection = session.select(names, None, claims)
    look = format.value, width.value
    raise typer.Exit(
        _drawn(selection, settings, results, output, look, console, own, palettes.chosen(palette), bool(names))
    )


def _only_claims(own: dict[str, Any]) -> None:
    """Raise ValueError where something is said that only the figures of claims take."""
    for name, value in own.items():
        if value is not None:
            raise ValueError(f"{name}: expected the figure of a claim, got --opening, --story or --animate beside it")


def _drawn(
    selection: Selection, settings: Settings, results: Path, output: Path, look: tuple[str, str], console: Console,
    own: dict[str, Any], palette: Any, named: bool,
) -> int:  # fmt: skip
    """Draw the claims' figures as their reader wants them, and print where they lie; 1 where one could not be drawn."""
    from proofs import figure
    from proofs.display import figures, labels
    from proofs.display.wanted import Wanted

    selection, values = figure.asked(selection, own["--set"] or [], named)
    texts, template = labels.taken(own["--labels"]), own["--write-labels"]
    _open(output, [f"{c.id}.{end}" for c in selection.claims if c.drawn for end in (look[0], "csv", "txt")])
    if template is not None:
        labels.template((), template.suffix)
        destinations.ready("--write-labels", template)
    said = partial(console.print, soft_wrap=True)
    if any(values.values()):
        done = figure.drawable(selection, settings, results, values, lambda text: said(escape(text)))
    else:
        done = _saved_or_run(selection, settings, results, console).results
    run, drawn = figure.shown_run(settings), list(_with_figures(done, said))
    wanted = {claim.id: Wanted(values.get(claim.id, {}), own["--title"], texts, palette) for claim, _ in drawn}
    if texts or template:
        shown = (figures.draw(claim, r.arrays, look[1], run, wanted[claim.id]).shown_texts for claim, r in drawn)
        _labelled(texts, dict.fromkeys(text for part in shown for text in part), template)
    return _told_where(
        figures.save(claim, r.arrays, r.outcomes, output, *look, run, wanted[claim.id]) for claim, r in drawn
    )


def _with_figures(results: Iterable[Result], said: Callable[[str], Any]) -> Iterator[tuple[Claim, Result]]:
    """The claims that have one; of the others it is said that they have none."""
    from proofs.display.show import UNDRAWN

    for result in results:
        if isinstance(result.claim, Claim) and result.claim.drawn:
            yield result.claim, result
        elif isinstance(result.claim, Claim):
            said(f"{escape(result.claim.id)}: {UNDRAWN}")


def _labelled(texts: Mapping[str, str], every: Iterable[str], template: Path | None) -> None:
    """Raise ValueError for a text that no figure shows; write all that they show, where that is wanted."""
    from proofs.display import labels

    labels.foreign(texts, every)
    if template:
        destinations.write(template, labels.template(every, template.suffix))
        print(template)


def _told_where(pictures: Iterable[Iterator[Path]]) -> int:
    """Draw each and print where it lies; 1 where one could not be drawn, which is said."""
    from proofs.display.figures import NotDrawnError

    code = 0
    for paths in pictures:
        try:
            for path in paths:
                print(path)
        except NotDrawnError as error:
            terminal.complain(str(error))
            code = 1
    return code


def _one_kind(asked: dict[str, bool]) -> None:
    """Raises ValueError where more than one kind of picture is asked for."""
    first, *others = [name for name, chosen in asked.items() if chosen] or [""]
    if others:
        raise ValueError(f"{first}: expected no other kind of picture beside it, got {others[0]}")


def _opening(
    names: list[str] | None, output: Path, format: Format, width: Width, level: Level, seed: int, results: Path,
    console: Console,
) -> None:  # fmt: skip
    """The opening picture, trained first where the ledger has no data for it."""
    from proofs.display import opening

    if names:
        raise ValueError(f"--opening: expected no claim beside it, got {names[0]!r}")
    _open(output, [f"{opening.NAME}.{end}" for end in (format.value, "csv", "txt")])
    data = opening.measured(level.value, seed, results, console.print)
    for path in opening.save(data, level.value, seed, output, format.value, width.value):
        print(path)


def _opening_film(
    names: list[str] | None,
    output: Path,
    width: Width,
    level: Level,
    seed: int,
    results: Path,
    console: Console,
    apng: bool,
) -> None:
    """The film of the opening picture, trained first where the ledger has no data for it."""
    from proofs.display import animation, opening

    if names:
        raise ValueError(f"--opening: expected no claim beside it, got {names[0]!r}")
    _open(output, [path.name for path in animation.paths(opening.NAME, output, apng)])
    data = opening.filmed(level.value, seed, results, console.print)
    for path in opening.save_film(data, level.value, seed, output, width.value, apng=apng):
        print(path)


def _story(
    names: list[str] | None, output: Path, format: Format, width: Width, seed: int, results: Path, console: Console
) -> None:
    """The eight pictures, trained first where the ledger has no data for them."""
    from proofs.display import story

    if names:
        raise ValueError(f"--story: expected no claim beside it, got {names[0]!r}")
    _open(output, [f"{p.name}.{end}" for p in story.PICTURES for end in (format.value, "csv", "txt")])
    for picture, data in story.measured(seed, results, console.print):
        for path in story.save(picture, data, seed, output, format.value, width.value):
            print(path)


def _animate(
    names: list[str] | None, output: Path, width: Width, seed: int, claims: Path | None, results: Path, apng: bool
) -> None:
    """The films of the named claims, of all that have one when none is named."""
    from proofs import session
    from proofs.display import animation as animate

    selection = session.select(names, None, claims)
    chosen = animate.filmed(selection.claims, [claim.id for claim in selection.claims] if names else [])
    _open(output, [path.name for claim in chosen for path in animate.paths(claim.id, output, apng)])
    found = {item.id: item for item in selection.found}

    def film(claim: Claim) -> Iterator[Path]:
        data = animate.measured(claim, found[claim.id], seed, results)
        yield from animate.save(claim, data, output, width.value, apng=apng)

    raise typer.Exit(_told_where(map(film, chosen)))


def _open(output: Path, names: list[str]) -> None:
    """The folder, and every file that will be written to it."""
    destinations.folder("--output", output)
    for name in names:
        destinations.ready("--output", output / name)


def _saved_or_run(selection: Selection, settings: Settings, results: Path, console: Console) -> Session:
    """What the ledger holds for these settings; what is missing is run first, and said."""
    from proofs import session
    from proofs.run.ledger import Ledger

    ledger = Ledger(results)
    tasks = session.tasks(selection, settings)
    missing = sum(ledger.get(task.key) is None for task in tasks)
    ledger.close()
    if missing:
        console.print(
            f"nothing saved for {missing} of {len(tasks)} pieces of evidence: running them first ({settings.level})"
        )
    console.quiet = not missing
    done = _run(selection, settings, results, False, console)
    console.quiet = False
    return done


@app.command(epilog="Example: blurproof report -o report.html")
def report(
    names: Names = None,
    output: Annotated[
        str,
        typer.Option(
            "-o", "--output", metavar="FILE", help="The HTML file; a folder, or what ends in /, gets a page a claim."
        ),
    ] = "report.html",
    level: Annotated[Level, typer.Option(help="Which saved run to report.")] = Level.quick,
    seed: Seed = 0,
    jobs: Jobs = None,
    claims: Folder = None,
    results: Results = RESULTS,
    protocol: Protocol = None,
) -> None:
    """Write one self-contained HTML file, or a folder of pages; runs quick first where nothing is saved."""
    from proofs import session
    from proofs.display import report as page
    from proofs.run.runner import Settings

    path = Path(output)
    folder = output.endswith(("/", os.sep)) or (path.is_dir() and path.suffix != ".html")
    if not folder:
        destinations.ready("--output", path)
    settings = Settings(
        seed, level.value, protocol=protocol, jobs=jobs or os.cpu_count() or 1, places=places(claims, results)
    )
    selection = session.declaring(session.select(names, None, claims), names, protocol)
    if folder:
        _open(path, page.names([item.id for item in selection.found]))
    done = _saved_or_run(selection, settings, results, terminal.console(stderr=True))
    files = page.pages(done.results, done.document) if folder else {}
    for name, content in files.items():
        destinations.write(path / name, content)
    if not folder:
        destinations.write(path, page.render(done.results, done.document))
    print(path / page.INDEX if folder else path)


@app.command(
    epilog="Example: blurproof diagnose fakes.npy --target ring:modes=8,std=0.02 -o fakes.svg; "
    "blurproof diagnose runs/ --reference real.csv --modes 8; "
    "blurproof diagnose t.npy --given x.npy --target bishop_inverse --json -"
)
def diagnose(
    samples: Annotated[
        list[str],
        typer.Argument(
            metavar="SAMPLES",
            help="Files .npy, .npz, .csv, .parquet (FILE:NAME for an array or columns), - for standard input; "
            "several, or a folder, are one a seed.",
            show_default=False,
        ),
    ],
    target: Annotated[
        str | None,
        typer.Option(metavar="NAME:K=V,…", help="A target of toys.targets.", autocompletion=_targets_beginning),
    ] = None,
    mixture: Annotated[
        str | None, typer.Option(metavar="FILE.json", help='A mixture: "weights", "means", "stds" or "covs".')
    ] = None,
    reference: Annotated[
        str | None, typer.Option(metavar="FILE", help="Samples of the real thing, where no law is known.")
    ] = None,
    law: Annotated[
        str | None, typer.Option(metavar="package.module:function", help="A law of y at each x, of your own.")
    ] = None,
    given: Annotated[str | None, typer.Option(metavar="FILE", help="The x of every sample of y.")] = None,
    train: Annotated[
        str | None, typer.Option(metavar="FILE", help="Training points, near which copies would lie.")
    ] = None,
    modes: Annotated[int | None, typer.Option(help="How many modes to look for in a reference.", min=1)] = None,
    confidence: Annotated[float, typer.Option(help="Of all that is said, together.")] = 0.99,
    seed: Seed = 0,
    figure: Annotated[
        Path | None, typer.Option("-o", "--figure", metavar="FILE", help="The figure: .svg, .pdf or .png.")
    ] = None,
    width: Annotated[Width, typer.Option(help="89 mm or 183 mm.")] = Width.double,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="One self-contained page.")] = None,
    json: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write the document; - for standard output.")
    ] = None,
) -> None:
    """Say what is wrong with samples of your own: which faults, how large, how sure; exit 1 when one is present."""
    from proofs.diagnosis import command

    _open_document(json)
    command.ready(samples, figure, html, json)
    console = terminal.console(stderr=json == "-")
    found = command.diagnosed(
        samples, target=target, mixture=mixture, reference=reference, law=law, given=given, train=train, modes=modes,
        confidence=confidence, seed=seed,
    )  # fmt: skip
    command.written(found, console, figure, width.value, html)
    _write_document(json, found.document if json else {})
    raise typer.Exit(int(bool(found.present)))


class Executor(StrEnum):
    local = "local"
    dask = "dask"


@app.command(
    epilog="Examples: blurproof contest GAN VAE my_module:learner --target ring:modes=8 --seeds 32 -o contest.svg · "
    "blurproof contest --compare my_module:learner GAN --fewer dropped --by 0.2 --seeds 64"
)
def contest(
    learners: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LEARNER]...",
            help="Arms of toys.contest, your own as package.module:name, or of installed packages; the main arms when none is named.",
            show_default=False,
        ),
    ] = None,
    target: Annotated[
        str,
        typer.Option(
            metavar="NAME:K=V,…", help="A target, or a mixture in FILE.json.", autocompletion=_targets_beginning
        ),
    ] = "ring",
    seeds: Annotated[int, typer.Option(help="Seeds of each learner, the same for all.")] = 32,
    steps: Annotated[int, typer.Option(help="Minibatches that each seed may look at.")] = 2000,
    batch: Annotated[int, typer.Option(help="Points in one of them, a multiple of 16.")] = 128,
    samples: Annotated[int, typer.Option(help="Samples of each seed that are judged.")] = 2512,
    seed: Seed = 0,
    confidence: Annotated[float, typer.Option(help="Of the words on one seed, and of each interval.")] = 0.99,
    compare: Annotated[
        tuple[str, str] | None, typer.Option(metavar="A B", help="Two learners to compare on the same seeds.")
    ] = None,
    fewer: Annotated[
        str | None, typer.Option(metavar="FAULT", help="... whether A has it on fewer seeds: exact McNemar.")
    ] = None,
    smaller: Annotated[
        str | None,
        typer.Option(metavar="SCORE", help="... whether it is smaller for A: Hodges-Lehmann; a fault's size, or good."),
    ] = None,
    by: Annotated[float | None, typer.Option(help="The effect that counts, declared beforehand.")] = None,
    rate: Annotated[float | None, typer.Option(help="On what share of seeds B is expected to have it.")] = None,
    spread: Annotated[float | None, typer.Option(help="How the difference is expected to scatter over seeds.")] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Only say how many seeds would decide it.")] = False,
    figure: Annotated[
        Path | None, typer.Option("-o", "--figure", metavar="FILE", help="The figure: .svg, .pdf or .png.")
    ] = None,
    width: Annotated[Width, typer.Option(help="89 mm or 183 mm.")] = Width.double,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="A row a learner and seed.")] = None,
    json: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write the document; - for standard output.")
    ] = None,
    save_samples: Annotated[
        Path | None,
        typer.Option("--save-samples", metavar="FILE.npz", help="What was drawn, by learner: (seeds, n, dim)."),
    ] = None,
    protocol: Protocol = None,
    jobs: Jobs = None,
    results: Results = RESULTS,
    fresh: Annotated[bool, typer.Option("--fresh", help="Train everything again.")] = False,
    executor: Annotated[
        Executor, typer.Option(help="Where it trains: processes here, or a Dask cluster.")
    ] = Executor.local,
    cluster: Annotated[str | None, typer.Option(metavar="ADDRESS", help="The scheduler of a Dask cluster.")] = None,
    timeout: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="How long 16 seeds of a learner may take.")
    ] = None,
) -> None:
    """Hold a contest of learners, your own among them: which drop, blur or bridge, on how many of the same seeds, at what cost."""
    from proofs.contest import command

    if (executor is Executor.dask) != (cluster is not None):
        raise ValueError("--executor: expected dask and the address of its scheduler, --cluster ADDRESS, together")
    asked = {"compare": compare, "fewer": fewer, "smaller": smaller, "by": by, "rate": rate, "spread": spread}
    budget = {
        "seeds": seeds,
        "steps": steps,
        "batch": batch,
        "samples": samples,
        "seed": seed,
        "confidence": confidence,
    }
    where = {"target": target, "results": results, "jobs": jobs, "cluster": cluster, "timeout": timeout}
    if plan:
        print(command.planned(learners or [], **asked, **budget, **where))
        return
    _open_document(json)
    command.ready(figure, csv, save_samples, json)
    console = terminal.console(stderr=json == "-")
    watching = terminal.console(stderr=True)
    found = command.held(learners or [], watching, fresh=fresh, protocol=protocol, **asked, **budget, **where)
    command.written(found, console, figure, width.value, csv, save_samples)
    _write_document(json, found.document if json else {})
    raise typer.Exit(command.code(found))


@app.command(epilog="Example: blurproof diff monday.json tuesday.json")
def diff(
    a: Annotated[Path, typer.Argument(metavar="A.json", help="A document of `verify --json`.")],
    b: Annotated[Path, typer.Argument(metavar="B.json", help="Another one.")],
) -> None:
    """Say in words what changed from one document of `verify --json` to another; exit 1 when something got worse."""
    from proofs.archive import diff as comparison

    names = ("A.json", "B.json")
    found = comparison.compare(comparison.read(a, names[0]), comparison.read(b, names[1]), names=names)
    print(found)
    raise typer.Exit(int(found.worse))


LONGEST_NAME = 255
"""Bytes of a file's name, on the file systems that there are."""


@app.command(epilog="Example: blurproof new my_claim --claims my_claims --kind experiment")
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The id of the claim: a Python identifier.")],
    claims: Annotated[Path, typer.Option("--claims", metavar="DIR", help="The folder to write it to.")] = Path(),
    kind: Annotated[Template, typer.Option(help="What bears the claim out.")] = Template.derivation,
) -> None:
    """Write a commented template of a claim that runs as it is."""
    if not name.isidentifier() or name != name.lower() or name.startswith("_"):
        raise ValueError(f"NAME: expected a lower-case Python identifier, got {name!r}")
    path = claims / f"{name}.py"
    if len(os.fsencode(path.name)) > LONGEST_NAME:
        raise ValueError(
            f"NAME: expected one that a file can have, of {LONGEST_NAME - 3} bytes at most, got {len(os.fsencode(name))}"
        )
    if os.path.exists(path):
        raise ValueError(f"NAME: expected a name that is not taken, got {str(path)!r}, which exists")
    from importlib.resources import files

    destinations.folder("--claims", claims)
    destinations.ready("--claims", path)
    template = files("proofs.display").joinpath(f"templates/{kind.value}.py.txt")
    destinations.write(path, template.read_text(encoding="utf-8"))
    print(path)
    print(f"next: {shlex.join(['blurproof', 'verify', name, '--claims', str(claims)])}")
