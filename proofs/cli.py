"""The command line: list, show, verify, plot, report, diff, new.

`--help`, `list` and `show` import neither torch nor matplotlib: what is heavy is imported where it is used.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from proofs.core.claim import TOPICS, Claim
from proofs.run import discovery, guests
from proofs.run.discovery import Found
from proofs.run.surroundings import SurroundingsError
from proofs.session import in_topic, unknown
from toys.protocols import NAMES

if TYPE_CHECKING:
    from proofs.run.runner import Settings, Task
    from proofs.session import Selection, Session

app = typer.Typer(
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Check what people say about why VAEs blur and GANs drop modes.",
)

# typer's copy of click has moved between versions; its public BadParameter leads to the common base
ClickException: Any = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")
USAGE, SURROUNDINGS = 2, 4
INTERRUPTED = "blurproof: interrupted; finished evidence is in the ledger, the same command goes on from there"


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


def _claims_and_targets_beginning(context: typer.Context, incomplete: str) -> list[str]:
    from proofs.display.show import target_names

    targets = [name for name in target_names() if name.startswith(incomplete)]
    return [*_claims_beginning(context, incomplete), *targets]


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

        typer.echo(f"blurproof {version('blurproof')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What is asked of the command itself."""


def main() -> None:
    """The entry point: wrong usage and bad input become one clear line and exit code 2."""
    try:
        sys.exit(app(sys.argv[1:] or ["--help"], prog_name="blurproof", standalone_mode=False))
    except (typer.Abort, KeyboardInterrupt):
        typer.echo(INTERRUPTED, err=True)
        sys.exit(130)
    except ClickException as error:
        typer.echo(f"blurproof: {' '.join(error.format_message().split())}", err=True)
        sys.exit(USAGE)
    except ValueError as error:
        typer.echo(f"blurproof: {error}", err=True)
        sys.exit(USAGE)
    except SurroundingsError as error:
        typer.echo(
            f"blurproof: {error}; finished evidence is in the ledger, the same command goes on from there", err=True
        )
        sys.exit(SURROUNDINGS)


def _wide(stderr: bool = False) -> Console:
    """A console that wraps for people and does not for pipes."""
    console = Console(stderr=stderr, highlight=False)
    return console if console.is_terminal else Console(stderr=stderr, highlight=False, width=160, no_color=True)


@app.command("list", epilog="Example: blurproof list --topic mode-dropping")
def list_claims(
    topic: Topic = None,
    claims: Folder = None,
) -> None:
    """List every claim with its topic, its ruling and what it says; then every sentence with its readings and their points."""
    from proofs.display import catalogue

    known, failed = guests.load(discovery.find(claims))
    table = Table(box=None, pad_edge=False)
    for heading in ("claim", "topic", "ruling", "in a sentence"):
        table.add_column(heading, no_wrap=heading in ("claim", "topic"))
    shown = in_topic(known, topic)
    for claim in shown:
        table.add_row(claim.id, claim.topic, catalogue.ruling(claim), escape(claim.title))
    for broken in failed:
        table.add_row(broken.id, "", "[red]broken[/red]", escape(broken.reason))
    console = _wide()
    console.print(table)
    catalogue.print_sentences(shown, console)


@app.command(epilog="Example: blurproof show dirac_gan")
def show(
    name: Annotated[
        str, typer.Argument(help="A claim, or a target of toys.targets.", autocompletion=_claims_and_targets_beginning)
    ],
    claims: Folder = None,
    results: Results = Path("results"),
) -> None:
    """Show one claim: essay, statements, evidence and the newest results, or the facts of one target."""
    found = discovery.find(claims)
    match = [item for item in found if item.id == name]
    if not match:
        _show_target(name, found)
        return
    known, failed = guests.load(match)
    if failed:
        raise ValueError(f"{name}: {failed[0].reason}")
    from proofs.display.show import claim_page

    claim_page(known[0], found, results, _wide())


def _show_target(name: str, found: list[Found]) -> None:
    from proofs.display.show import target_names, target_page

    if name not in target_names():
        raise ValueError(unknown(name, [*(item.id for item in found), *target_names()]))
    target_page(name, _wide())


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
    results: Results = Path("results"),
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
    settings = Settings(seed, level.value, device, protocol, jobs or os.cpu_count() or 1, cluster, timeout)
    if json is not None and json != "-":
        _writable(Path(json), "--json")
    console = _wide(stderr=json == "-")
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


def _writable(path: Path, option: str) -> None:
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise ValueError(f"{option}: expected a file in an existing folder, got {str(path)!r}")


def _write_document(json: str | None, document: dict[str, Any]) -> None:
    from proofs.run.document import dump

    if json == "-":
        sys.stdout.write(dump(document))
    elif json is not None:
        Path(json).write_text(dump(document), encoding="utf-8")


def _run(selection: Selection, settings: Settings, results: Path, fresh: bool, console: Console) -> Session:
    """Run, print a line a claim as it is decided, the tally, and what is amiss."""
    from proofs import session
    from proofs.display.progress import Board, summary

    def board(tasks: list[Task]) -> Board:
        return Board(console, selection.claims, selection.failed, tasks, settings)

    done = session.run(selection, settings, results, fresh=fresh, board=board)
    summary(console, done.document)
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
    results: Results = Path("results"),
    level: Annotated[Level, typer.Option(help="Which saved run to draw.")] = Level.quick,
    story: Annotated[bool, typer.Option("--story", help="The story in seven pictures instead of claims.")] = False,
    animate: Annotated[bool, typer.Option("--animate", help="Animations of training instead, as GIF.")] = False,
    apng: Annotated[bool, typer.Option("--apng", help="With --animate: as animated PNG.")] = False,
) -> None:
    """Draw figures from saved results, with the plotted data as CSV; runs quick first where nothing is saved."""
    from proofs.display import figures
    from proofs.run.runner import Settings

    console = _wide(stderr=True)
    if story:
        _story(names, output, format, width, seed, results, console)
        return
    if animate:
        _animate(names, output, width, seed, claims, results, apng)
        return
    settings = Settings(seed, level.value, jobs=jobs or os.cpu_count() or 1)
    done = _saved_or_run(names, settings, claims, results, console)
    _folder(output)
    for result in done.results:
        if isinstance(result.claim, Claim) and result.claim.drawn:
            for path in figures.save(result.claim, result.arrays, result.outcomes, output, format.value, width.value):
                typer.echo(path)


def _story(
    names: list[str] | None, output: Path, format: Format, width: Width, seed: int, results: Path, console: Console
) -> None:
    """The seven pictures, trained first where the ledger has no data for them."""
    from proofs.display import story

    if names:
        raise ValueError(f"--story: expected no claim beside it, got {names[0]!r}")
    _folder(output)
    for picture, data in story.measured(seed, results, console.print):
        for path in story.save(picture, data, seed, output, format.value, width.value):
            typer.echo(path)


def _animate(
    names: list[str] | None, output: Path, width: Width, seed: int, claims: Path | None, results: Path, apng: bool
) -> None:
    """The films of the named claims, of all that have one when none is named."""
    from proofs import session
    from proofs.display import animation as animate

    selection = session.select(names, None, claims)
    chosen = animate.filmed(selection.claims, [claim.id for claim in selection.claims] if names else [])
    _folder(output)
    for claim in chosen:
        (found,) = (item for item in selection.found if item.id == claim.id)
        data = animate.measured(claim, found, seed, results)
        for written in animate.save(claim, data, output, width.value, apng=apng):
            typer.echo(written)


def _folder(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"--output: expected a folder, got {str(output)!r} ({error})") from error


def _saved_or_run(
    names: list[str] | None, settings: Settings, folder: Path | None, results: Path, console: Console
) -> Session:
    """What the ledger holds for these settings; what is missing is run first, and said."""
    from proofs import session
    from proofs.run.ledger import Ledger

    selection = session.declaring(session.select(names, None, folder), names, settings.protocol)
    tasks = session.tasks(selection, settings)
    ledger = Ledger(results)
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
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The HTML file.")] = Path(
        "report.html"
    ),
    level: Annotated[Level, typer.Option(help="Which saved run to report.")] = Level.quick,
    seed: Seed = 0,
    jobs: Jobs = None,
    claims: Folder = None,
    results: Results = Path("results"),
    protocol: Protocol = None,
) -> None:
    """Write one self-contained HTML file; runs quick first where nothing is saved."""
    from proofs.display import report as page
    from proofs.run.runner import Settings

    _writable(output, "--output")
    settings = Settings(seed, level.value, protocol=protocol, jobs=jobs or os.cpu_count() or 1)
    done = _saved_or_run(names, settings, claims, results, _wide(stderr=True))
    output.write_text(page.render(done.results, done.document), encoding="utf-8")
    typer.echo(output)


@app.command(epilog="Example: blurproof diff monday.json tuesday.json")
def diff(
    a: Annotated[Path, typer.Argument(metavar="A.json", help="A document of `verify --json`.")],
    b: Annotated[Path, typer.Argument(metavar="B.json", help="Another one.")],
) -> None:
    """Say in words what changed from one document of `verify --json` to another; exit 1 when something got worse."""
    from proofs.archive import diff as comparison

    names = ("A.json", "B.json")
    found = comparison.compare(comparison.read(a, names[0]), comparison.read(b, names[1]), names=names)
    typer.echo(str(found))
    raise typer.Exit(int(found.worse))


@app.command(epilog="Example: blurproof new my_claim --claims my_claims --kind experiment")
def new(
    name: Annotated[str, typer.Argument(help="The id of the claim: a Python identifier.")],
    claims: Annotated[Path, typer.Option("--claims", metavar="DIR", help="The folder to write it to.")] = Path(),
    kind: Annotated[Template, typer.Option(help="What bears the claim out.")] = Template.derivation,
) -> None:
    """Write a commented template of a claim that runs as it is."""
    if not name.isidentifier() or name != name.lower() or name.startswith("_"):
        raise ValueError(f"NAME: expected a lower-case Python identifier, got {name!r}")
    path = claims / f"{name}.py"
    if path.exists():
        raise ValueError(f"NAME: expected a name that is not taken, got {str(path)!r}, which exists")
    from importlib.resources import files

    claims.mkdir(parents=True, exist_ok=True)
    path.write_text(
        files("proofs.display").joinpath(f"templates/{kind.value}.py.txt").read_text(encoding="utf-8"), encoding="utf-8"
    )
    typer.echo(path)
    typer.echo(f"next: blurproof verify {name} --claims {claims}")
