"""Try every public function with arguments that may come in, in a process that may take 3 GB, and 30 s of a core for each.

    python -m tests.fuzz [--inputs 20000] [--seed 0] [--only PART]

Input k of a seed is always the same: what was tried stands in results/fuzz/SEED.jsonl, and a run that was cut off goes on
from there. Right values, documented infinities and refusals that name the argument are counted, faults are listed.
"""

import argparse
import json
import os
import resource
import select
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from tests.fuzz.doors import Door, doors
from tests.fuzz.hostile import drawn
from tests.fuzz.judge import NOTHING, judged

ROOT = Path(__file__).parents[2]
GIGABYTES, SECONDS, PATIENCE = 3, 30, 300
"""Of a core each input has so many seconds; of the clock more, for the machine may be busy with something else."""


def tried(seed: int, number: int, among: list[Door]) -> dict[str, Any]:
    """What became of input `number`: each door in turn, first as it is meant, then at one argument, every fifth time at two."""
    draw = Random(f"{seed}/{number}")
    door = among[number % len(among)]
    if not door.arguments or number < len(among):
        return {"door": door.name, "with": "", **judged(door, {})._asdict()}
    asked = draw.sample(sorted(door.arguments), 2 if len(door.arguments) > 1 and draw.random() < 0.2 else 1)
    changes = {name: drawn(door.arguments[name], draw) for name in asked}
    same = all(words.startswith("= ") for words, _ in changes.values())
    plain = door(door.right()) if same else NOTHING
    outcome = judged(door, {name: value for name, (_, value) in changes.items()}, plain)
    words = ", ".join(f"{name}: {words}" for name, (words, _) in changes.items())
    return {"door": door.name, "with": words, **outcome._asdict()}


def work(seed: int, start: int, stop: int, only: str) -> None:
    """Try inputs and print what became of each, a line of JSON an input."""
    resource.setrlimit(resource.RLIMIT_AS, (int(GIGABYTES * 2**30),) * 2)
    out, sys.stdout = sys.stdout, sys.stderr
    among = chosen(only)
    for number in range(start, stop):
        print(json.dumps({"number": number, **tried(seed, number, among)}), file=out, flush=True)


def chosen(only: str) -> list[Door]:
    return [door for door in doors() if only in door.name]


def results(seed: int, start: int, stop: int, only: str = "") -> Iterator[dict[str, Any]]:
    """What became of inputs `start` to `stop`, tried by a process of their own, and by another one where that ends."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    while start < stop:
        command = [sys.executable, "-m", "tests.fuzz", "--work", *map(str, (seed, start, stop)), only]
        with tempfile.TemporaryDirectory() as room, (Path(room) / "complaint").open("w+") as complaint:
            child = subprocess.Popen(command, cwd=room, env=env, text=True, stdout=subprocess.PIPE, stderr=complaint)
            assert child.stdout is not None
            first, ready = True, False
            while start < stop:
                ready = answered(child, SECONDS + 60 * first)
                line = child.stdout.readline() if ready else ""
                if not line:
                    break
                yield json.loads(line)
                start, first = start + 1, False
            child.kill()
            child.wait()
            child.stdout.close()
            if start < stop:
                complaint.seek(0)
                told = (
                    f"its process ended: {complaint.read().strip()[-200:]}" if ready else f"nothing after {SECONDS} s"
                )
                among = chosen(only)
                name = among[start % len(among)].name
                yield {"number": start, "door": name, "with": "?", "kind": "fault", "detail": told}
                start += 1


def answered(child: subprocess.Popen[str], seconds: float) -> bool:
    """Wait for a line of the child, or its end, for so many seconds of a core that it spends, and not for ever."""
    begun, stops = spent(child.pid), time.monotonic() + PATIENCE
    while time.monotonic() < stops and spent(child.pid) - begun < seconds:
        if select.select([child.stdout], [], [], 1.0)[0]:
            return True
    return False


def spent(process: int) -> float:
    """Seconds of a core that a process, and those of its children that have ended, have had."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--inputs", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--only", default="")
    options.add_argument("--work", nargs=4)
    asked = options.parse_args()
    if asked.work:
        seed, start, stop = map(int, asked.work[:3])
        work(seed, start, stop, asked.work[3])
        return 0
    record = ROOT / "results" / "fuzz" / f"{asked.seed}{asked.only}.jsonl"
    record.parent.mkdir(parents=True, exist_ok=True)
    known = [json.loads(line) for line in record.read_text("utf-8").splitlines()] if record.exists() else []
    with record.open("a", encoding="utf-8") as file:
        for found in results(asked.seed, len(known), asked.inputs, asked.only):
            known.append(found)
            print(json.dumps(found), file=file, flush=True)
    counts = Counter(found["kind"] for found in islice(known, asked.inputs))
    for found in known:
        if found["kind"] == "fault":
            print(f"{found['number']:6} {found['door']}({found['with']}): {found['detail']}")
    print(
        f"{len(known)} inputs of {len(chosen(asked.only))} functions: {counts['right']} right values,"
        f" {counts['infinite']} documented infinities, {counts['refused']} refusals, {counts['fault']} faults"
    )
    return int(counts["fault"] > 0)


if __name__ == "__main__":
    raise SystemExit(main())
