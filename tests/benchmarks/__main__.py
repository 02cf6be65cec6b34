"""`python -m tests.benchmarks [name …]`: ratios against peers, measured side by side in one run.

Every module of this folder with a function `measure()` is a benchmark; it asserts equal results first, then times the
two sides in turns and keeps the fastest of each, and returns rows for the table.
"""

import importlib
import pkgutil
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table


def main() -> None:
    wanted = sys.argv[1:]
    table = Table("work", "ours", "peer", "ratio", "required", "stretch")
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name.startswith("_") or (wanted and module.name not in wanted):
            continue
        for row in importlib.import_module(f"tests.benchmarks.{module.name}").measure():
            table.add_row(*row)
    Console(width=140 if not sys.stdout.isatty() else None).print(table)


if __name__ == "__main__":
    main()
