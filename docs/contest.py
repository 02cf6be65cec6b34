"""The README's first two pictures and its table, from full runs: `make answer`, or `make answer ARGS=SEED`.

What the ledger in `results` has is not run again.
"""

import sys
from pathlib import Path

from proofs.display import answer, opening
from proofs.session import verify

if __name__ == "__main__":
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    (result,) = verify(answer.CLAIM, level=answer.LEVEL, seed=seed).results
    answer.write(Path(__file__).parents[1] / "README.md", result, seed)
    opening.ship(answer.LEVEL, seed, Path("results"), Path(__file__).parent)
