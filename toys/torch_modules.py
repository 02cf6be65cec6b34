"""Ordinary `torch.nn` modules with a loss as a learner: one per seed, stacked over seeds by `torch.func`.

    networks(target) -> module, or {name: module}
    loss(nets, x, noise) -> number                       descended by all parameters; x (batch, dim), noise (batch, k)
    {name: loss, …}                                      several players, each module descending its own, in this order
    sample(nets, n, rng) -> (n, dim)                     rng a torch.Generator; for y given x, sample(nets, n, rng, given)

`nets` is what `networks` gave, of one member; `noise` comes in as a number k of standard normal numbers a sample, or as a
function (rng, n) -> (n, k), or a dictionary of these. A loss is written for one member and one minibatch: `vmap` makes it
that of all, `functional_call` puts each member's parameters in, their losses are summed and differentiated once. It has to be a
function of its arguments, without random numbers of its own: after some steps the operations that it came to are
recorded and run again without Python in between.

All of `toys.train.fit` holds for them: seed k alone decides member k, chunks, processes, checkpoints, what has diverged is
frozen. A chain of `Linear` layers and rectifiers or the like in an `nn.Sequential` runs as one batched node, samples in
columns; the rest as PyTorch does it. Any `torch.optim` class may move them: one that works number by number moves all
members at once, any other has one for each. Buffers (running means and the like) belong to a player "buffers" that no
loss moves; while training, modules are in training mode, and while drawing in the other.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn
from torch.func import functional_call, vmap
from torch.fx import GraphModule
from torch.fx.experimental.proxy_tensor import make_fx
from torch.fx.graph import CodeGen

from theory.validation.inputs import integer, reject
from theory.validation.told import told
from toys.layout import Layout
from toys.learner import Batch, Descent, Learner, Move, Players, Source, Values, columns, hyper_table
from toys.optimisers import Adam, Constants, Optimiser, State
from toys.sampled import DIVERGED, Sampled, completed, places
from toys.stacked_modules import stacked
from toys.targets.target import Target
from toys.train import Fitted, fit, stream
from toys.validation import door, hold, require

Networks = Callable[[Target], nn.Module | Mapping[str, nn.Module]]
Loss = Callable[[Any, Tensor, Any], Tensor]
Rule = Callable[..., torch.optim.Optimizer]
ALL, BUFFERS = "network", "buffers"
"""The player of all parameters under one loss; that of what no loss moves."""
ADAM = partial(torch.optim.Adam, lr=1e-3)
MANY = 64  # calls after which the operations of a loss are recorded
ELEMENTWISE = {
    getattr(torch.optim, name)
    for name in ("ASGD", "Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "NAdam", "RAdam", "RMSprop", "Rprop", "SGD")
}
"""Optimisers that move every number by itself, so that one may move those of all members."""
FUSED = {torch.optim.Adam, torch.optim.AdamW, torch.optim.Adagrad, torch.optim.SGD}


@told
@dataclass(frozen=True)
@hold
class Modules:
    """Networks, what they minimise and how samples come out of them, whatever the target.

    optimiser: a `torch.optim` class or a `functools.partial` of one, of parameters; or one by player. noise: numbers a sample,
    or a function (rng, n). steps: of each player to a step, 1 where it is not said. initialise(nets, rng) may set the
    weights of a member from its own NumPy generator. schedule(optimiser, steps) may make a `torch.optim.lr_scheduler`, which
    is stepped once an update, of `steps` in all.
    Raises ValueError unless what is to be a function is one.
    """

    networks: Networks
    loss: Loss | Mapping[str, Loss]
    sample: Callable[..., Tensor]
    optimiser: Rule | Mapping[str, Rule] = ADAM
    noise: int | Callable[..., Any] = 0
    steps: Mapping[str, int] | None = None
    initialise: Callable[[Any, np.random.Generator], None] | None = None
    schedule: Callable[[torch.optim.Optimizer, int], Any] | None = None


def is_modules(learner: object) -> bool:
    """Whether it comes in by this way."""
    return isinstance(learner, Modules)


@door
def train(modules: Modules, target: Target, *, seeds: Sequence[int] | np.ndarray, steps: int, **options: Any) -> Fitted:
    """One member per seed, trained on the target: `toys.train.fit`, with `options` of its own.

    Raises ValueError for what `StackedModules` and `fit` refuse.
    """
    learner = StackedModules(target, modules)
    return fit(learner, seeds=seeds, steps=steps, optimiser=learner.rules(steps), **options)


@door
def sampled(
    learner: Modules,
    target: Target,
    *,
    seeds: Sequence[int] | np.ndarray,
    steps: int,
    n: int,
    batch: int = 128,
    given: ArrayLike | None = None,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Sampled:
    """Train once per seed and draw n samples of each, at inputs `given` (n, inputs).

    Raises ValueError for what `train` refuses, and for `given` that are not n rows of inputs.
    """
    where, begin = places(target, n, given), time.perf_counter()
    fitted = train(learner, target, seeds=seeds, steps=steps, batch=batch, executor=executor, progress=progress)
    rows, failed = drawn(fitted, where)
    spent = (time.perf_counter() - begin) / len(rows)
    made = cast(StackedModules, fitted.learner)
    seen = np.full(len(rows), steps * batch * made.turns)
    return Sampled(fitted.seeds, rows, failed, np.full(len(rows), spent), seen, made.parameters)


@door
def drawn(fitted: Fitted, given: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Samples (seeds, n, dim) at `given` (n, inputs), NaN where there are none, and why there are none.

    Raises ValueError unless the members are of a `StackedModules`, and `given` rows of the target's inputs.
    """
    learner = fitted.learner
    if not isinstance(learner, StackedModules):
        raise ValueError(f"fitted: expected members of StackedModules, got {type(learner).__name__}")
    require(given.ndim == 2 and given.shape[1] == learner.target.inputs, "given", "rows of inputs", given.shape)
    pairs: list[tuple[np.ndarray, str]] = []
    for index, (seed, step) in enumerate(zip(fitted.seeds, fitted.diverged, strict=True)):
        nothing = np.full((len(given), learner.target.dim), np.nan)
        if step >= 0:
            pairs.append((nothing, DIVERGED.format(step)))
            continue
        try:
            pairs.append(completed(learner.target, _draw(learner, fitted, index, int(seed), given), given))
        except Exception as error:  # whatever a stranger's sampler raises
            pairs.append((nothing, f"{type(error).__name__}: {error}".strip(": ")))
    return np.stack([rows for rows, _ in pairs]), tuple(why for _, why in pairs)


def _draw(learner: StackedModules, fitted: Fitted, index: int, seed: int, given: np.ndarray) -> np.ndarray:
    """What the user's `sample` gives, from a generator made of the seed."""
    nets = learner.member(fitted, index)
    rng = torch.Generator().manual_seed(int(stream(seed, 3).integers(2**63)))
    dtype = next(iter(torch.from_numpy(row[-1].copy()).dtype for row in fitted.players.values()))
    inputs = (torch.as_tensor(given, dtype=dtype, device=fitted.device),) if learner.target.inputs else ()
    with torch.no_grad():
        out = learner.modules.sample(nets, len(given), rng, *inputs)
    return out.detach().cpu().numpy() if isinstance(out, Tensor) else out


class _Losses(nn.Module):
    """The modules of a member, and the loss of a player as what it computes, so that parameters can be put into all at once."""

    def __init__(self, made: nn.Module | Mapping[str, nn.Module], losses: Mapping[str, Loss]) -> None:
        super().__init__()
        try:
            self.nets = made if isinstance(made, nn.Module) else nn.ModuleDict(made)
        except KeyError as error:
            raise ValueError(f"networks: expected names that modules may have, got {error}") from error
        self.losses = dict(losses)
        self.seen = (
            made if isinstance(made, nn.Module) else dict(made),
        )  # in a tuple, lest it counts as another module

    def forward(self, player: str, x: Tensor, noise: Any) -> Tensor:
        return self.losses[player](self.seen[0], x, noise)


@told
@dataclass(frozen=True)
class StackedModules(Learner):
    """`Modules` on a target, as a learner of `toys.train.fit` whose optimisers are `rules(steps)`.

    Players are the modules by name where there are several losses, "network" where there is one; and "buffers" where
    there are some. Raises ValueError unless `networks` makes modules with parameters to move, one for each of several
    losses, and counts are integers ≥ 1.
    """

    target: Target
    modules: Modules

    def __post_init__(self) -> None:
        several = isinstance(self.modules.loss, Mapping)
        made = self._made
        if several:
            known = sorted(made) if isinstance(made, Mapping) else type(made).__name__
            fits = isinstance(made, Mapping) and sorted(made) == sorted(cast(Mapping[str, Loss], self.modules.loss))
            require(
                fits,
                "loss",
                f"one for each of the modules {known}",
                sorted(cast(Mapping[str, Loss], self.modules.loss)),
            )
        for name, count in (self.modules.steps or {}).items():
            require(name in self.losses, "steps", f"players among {sorted(self.losses)}", name)
            integer("steps", count, 1)
        for name, layout in self.layouts.items():
            require(name == BUFFERS or bool(layout.shapes), "networks", "parameters to move", f"none in {name}")
        if isinstance(self.modules.noise, int):
            integer("noise", self.modules.noise, 0)

    @cached_property
    def losses(self) -> dict[str, Loss]:
        """The loss of each player."""
        loss = self.modules.loss
        return dict(loss) if isinstance(loss, Mapping) else {ALL: loss}

    @cached_property
    def _made(self) -> nn.Module | dict[str, nn.Module]:
        with torch.random.fork_rng(devices=[]):
            made = self._networks()
        if isinstance(made, Mapping) and made and all(isinstance(net, nn.Module) for net in made.values()):
            return {str(name): net for name, net in made.items()}
        return (
            made if isinstance(made, nn.Module) else reject("networks", "a torch.nn.Module, or several by name", made)
        )

    def _networks(self) -> Any:
        try:
            return self.modules.networks(self.target)
        except Exception as error:  # whatever a stranger's function raises
            raise ValueError(
                f"networks: expected a function of the target that makes modules, got {error!r}"
            ) from error

    @cached_property
    def base(self) -> nn.Module:
        """One member's modules, whose parameters are put in from outside.

        Raises ValueError for what `networks` may not make.
        """
        return stacked(_Losses(copy.deepcopy(self._made), self.losses)).train()

    @cached_property
    def names(self) -> dict[str, list[str]]:
        """The parameters of each player by their names in `base`; of "buffers" all that stays or is no parameter.

        Raises ValueError for what `networks` may not make.
        """
        movable = {name for name, p in self.base.named_parameters() if p.requires_grad}
        fixed = [name for name, _ in [*self.base.named_parameters(), *self.base.named_buffers()] if name not in movable]
        groups = {player: [n for n in movable_in(self.base, player) if n in movable] for player in self.losses}
        return {**groups, **({BUFFERS: fixed} if fixed else {})}

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every parameter and buffer of one member.

        Raises ValueError where one is complex.
        """
        tensors = [*self.base.named_parameters(), *self.base.named_buffers()]
        for name, tensor in tensors:
            require(not tensor.is_complex(), "networks", "real parameters", f"{name} of {tensor.dtype}")
        return {name: tuple(tensor.shape) for name, tensor in tensors}

    @cached_property
    def layouts(self) -> dict[str, Layout]:
        """Each player's row.

        Raises ValueError for what `networks` may not make.
        """
        return {p: Layout(tuple(self.shapes[name] for name in names)) for p, names in self.names.items()}

    @property
    def chunk(self) -> int:
        """Members to a stack: 4 where a layer is wider than 64. Raises ValueError for what `networks` may not make."""
        widest = max((size for shape in self.shapes.values() for size in shape), default=1)
        return 4 if widest > 64 else 16

    @property
    def turns(self) -> int:
        return max(self.modules.steps.values(), default=1) if self.modules.steps else 1

    @property
    def players(self) -> dict[str, int]:
        """Length of each player's row. Raises ValueError for what `networks` may not make."""
        return {name: layout.length for name, layout in self.layouts.items()}

    @property
    def parameters(self) -> int:
        """Numbers that one member moves.

        Raises ValueError for what `networks` may not make.
        """
        return sum(math.prod(self.shapes[name]) for p, names in self.names.items() if p != BUFFERS for name in names)

    def rules(self, steps: int) -> dict[str, Optimiser]:
        """The optimiser of each player, for training of so many steps.

        Raises ValueError unless there is one for each player, which makes an optimiser that needs no closure.
        """
        given, counts = self.modules.optimiser, self.modules.steps or {}
        named: dict[str, Rule] = dict(given) if isinstance(given, Mapping) else dict.fromkeys(self.losses, given)
        require(
            sorted(named) == sorted(self.losses), "optimiser", f"one for each of {sorted(self.losses)}", sorted(named)
        )
        rules: dict[str, Optimiser] = {
            name: TorchOptimiser(rule, self.layouts[name], self.modules.schedule, steps * counts.get(name, 1))
            for name, rule in named.items()
        }
        return {**rules, **({BUFFERS: Still()} if BUFFERS in self.layouts else {})}

    @cached_property
    def recordings(self) -> dict[Any, Callable[..., list[Tensor]] | None]:
        """The operations of each player's step, by player, shape and kind of minibatch, once they are known."""
        return {}

    def __reduce__(self) -> tuple[Any, ...]:
        return StackedModules, (self.target, self.modules)  # what it has made on the way stays here

    def initialise(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """One member's rows, by PyTorch's generator started from this one, then by `initialise` of the modules.

        Raises ValueError unless `networks` makes the same shapes every time.
        """
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(copy.deepcopy(rng).integers(2**63)))
            made = self._networks()
            if self.modules.initialise is not None:
                self.modules.initialise(made, rng)
        found = _Losses(made, self.losses)
        state = {n: t.detach().double().numpy() for n, t in [*found.named_parameters(), *found.named_buffers()]}
        shapes = {name: tensor.shape for name, tensor in state.items()}
        require(shapes == self.shapes, "networks", "the same shapes every time", shapes)
        return {player: self.layouts[player].row(*(state[n] for n in names)) for player, names in self.names.items()}

    def draw(self, steps: int, batch: int, data: Source, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Minibatches "x" and "noise", or "noise NAME" of each that has a name.

        Raises ValueError unless the function of noise gives arrays (n, k).
        """
        draws = {"x": columns(data(steps * batch), steps)}
        wanted = self.modules.noise
        if isinstance(wanted, int):
            shape = (steps, wanted, batch)
            return {**draws, "noise": rng.standard_normal(shape, dtype=np.float32)} if wanted else draws
        noise = wanted(rng, steps * batch)
        named = {f"noise {k}": v for k, v in noise.items()} if isinstance(noise, Mapping) else {"noise": noise}
        for name, rows in named.items():
            fits = isinstance(rows, np.ndarray) and rows.ndim == 2 and len(rows) == steps * batch
            require(fits, "noise", f"an array ({steps * batch}, k)", f"{name} of shape {np.shape(rows)}")
        return draws | {name: columns(rows, steps) for name, rows in named.items()}

    def moves(self, hyper: Values) -> list[Move]:
        counts = self.modules.steps or {}
        return [Move((name,), turn) for name in self.losses for turn in range(counts.get(name, 1))]

    def loss(self, player: str, players: Players, batch: Batch, hyper: Values) -> Tensor:
        """What `player` minimises, (members,). Raises ValueError unless it is a number, and draws none of its own."""
        views = {
            n: v
            for p, names in self.names.items()
            for n, v in zip(names, self.layouts[p].unpack(players[p]), strict=True)
        }
        return self.losses_of(player, views, *_given(batch))

    def losses_of(self, player: str, views: dict[str, Tensor], x: Tensor, noise: Any) -> Tensor:
        """(members,), from parameters (members, …) by name and minibatches (members, batch, …).

        Raises ValueError unless a loss is a number, and draws none of its own.
        """

        def one(state: dict[str, Tensor], x: Tensor, noise: Any) -> Tensor:
            value = functional_call(self.base, state, (player, x, noise))
            fits = isinstance(value, Tensor) and value.ndim == 0
            require(fits, "loss", "a number", tuple(value.shape) if isinstance(value, Tensor) else value)
            return value

        kept = {name: views[name] for name in self.names.get(BUFFERS, [])}
        views = {**views, **{name: view.clone() for name, view in kept.items()}}
        try:
            losses: Any = vmap(one, in_dims=(0, 0, None if noise is None else 0))(views, x, noise)
        except RuntimeError as error:
            if "randomness" in str(error):
                raise ValueError(
                    f"loss: expected no random numbers but those of noise, got {player}'s, which draws some (dropout?)"
                ) from error
            raise
        with torch.no_grad():
            for name, view in kept.items():  # changed in place, if at all: layers do this only to what is contiguous
                view.copy_(views[name])
        return losses

    def descent(self, players: Players, states: Mapping[str, Values] | None = None) -> Descent:
        return _Stack(self, players)

    def member(self, fitted: Fitted, index: int) -> Any:
        """The modules of one trained member, as `networks` made them, ready to be used (`eval`).

        Raises ValueError for what `networks` may not make.
        """
        nets = copy.deepcopy(self._made)
        holder = _Losses(nets, self.losses).to(fitted.device).eval()
        targets = dict([*holder.named_parameters(), *holder.named_buffers()])
        with torch.no_grad():
            for player, names in self.names.items():
                rows = self.layouts[player].unpack(fitted.players[player][-1, index : index + 1])
                for name, row in zip(names, rows, strict=True):
                    value = torch.tensor(row[0])
                    targets[name].data = value.to(
                        fitted.device, None if targets[name].is_floating_point() else targets[name].dtype
                    )
        return nets


def movable_in(base: nn.Module, player: str) -> list[str]:
    """Names of a player's parameters in `base`."""
    mine = [name for name, _ in base.named_parameters()]
    return mine if player == ALL else [name for name in mine if name.startswith(f"nets.{player}.")]


def _given(batch: Batch) -> tuple[Tensor, Any]:
    """x (members, batch, dim) and the noise as a loss is given them."""
    named = {name.removeprefix("noise "): v.mT for name, v in batch.items() if name.startswith("noise ")}
    return batch["x"].mT, named or (batch["noise"].mT if "noise" in batch else None)


class _Stack:
    """The gradients of a stack of members at work: views of the buffers, made once, and the operations of each player."""

    def __init__(self, learner: StackedModules, players: Players) -> None:
        self.learner, self.players, self.calls = learner, players, 0
        self.views = {name: learner.layouts[name].unpack(theta) for name, theta in players.items()}
        self.slopes = {name: torch.zeros_like(theta) for name, theta in players.items() if name != BUFFERS}
        self.slots = {name: learner.layouts[name].unpack(slope) for name, slope in self.slopes.items()}
        self.recorded: dict[str, Callable[..., list[Tensor]] | None] = {}

    def __call__(self, move: Move, batch: Batch, hyper: Values) -> tuple[Values, Values]:
        (player,) = move.players
        x, noise = _given(batch)
        self.calls += 1
        if player not in self.recorded and self.calls > MANY:
            self.recorded[player] = self._known(player, x, noise)
        step = self.recorded.get(player)
        if step is None:
            loss, *slopes = self._step(player, self.views, x, noise)
        else:
            with torch.no_grad():
                loss, *slopes = step(*_flat(self.views, x, noise))
        for slot, slope in zip(self.slots[player], slopes, strict=True):
            slot.copy_(slope)
        return {player: loss}, {player: self.slopes[player]}

    def _known(self, player: str, x: Tensor, noise: Any) -> Callable[..., list[Tensor]] | None:
        """What was recorded for minibatches like this one, or is now."""
        key, known = (player, x.shape, x.dtype, x.device), self.learner.recordings
        if key not in known:
            known[key] = self._record(player, x, noise)
        return known[key]

    def _step(self, player: str, views: dict[str, list[Tensor]], x: Tensor, noise: Any) -> list[Tensor]:
        """Losses (members,) and the slope in each of the player's own parameters."""
        own = [view.detach().requires_grad_() for view in views[player]]
        names = self.learner.names
        state = {n: v for p in names for n, v in zip(names[p], own if p == player else views[p], strict=True)}
        loss = self.learner.losses_of(player, state, x, noise)
        return [loss.detach(), *torch.autograd.grad(loss.sum(), own, materialize_grads=True)]

    def _record(self, player: str, x: Tensor, noise: Any) -> Callable[..., list[Tensor]] | None:
        """The operations that a step comes to; None where they depend on the numbers, or cannot be recorded."""
        turned = noise if noise is None else _each(noise, lambda v: v.flip(1))
        try:
            recorded = _pruned(
                make_fx(partial(self._step, player))(self._copies(), _each(x, lambda v: v.flip(1)), turned)
            )
            with torch.no_grad():
                again = recorded(*_flat(self._copies(), x, noise))
        except Exception:  # what cannot be recorded is run as it is
            return None
        once = self._step(player, self._copies(), x, noise)
        same = all(torch.equal(a.nan_to_num(), b.nan_to_num()) for a, b in zip(once, again, strict=True))
        return recorded if same else None

    def _copies(self) -> dict[str, list[Tensor]]:
        """The views on buffers of their own: a step may leave something in "buffers"."""
        return {name: self.learner.layouts[name].unpack(theta.clone()) for name, theta in self.players.items()}


def _flat(views: dict[str, list[Tensor]], x: Tensor, noise: Any) -> list[Any]:
    """The tensors of a step in the order in which they are recorded."""
    drawn = list(noise.values()) if isinstance(noise, Mapping) else [noise]
    return [*(view for many in views.values() for view in many), x, *drawn]


def _pruned(recorded: GraphModule) -> Callable[..., list[Tensor]]:
    """Recorded operations as a function of a flat list of tensors, without those that change nothing."""
    aten, graph = torch.ops.aten, recorded.graph
    graph.set_codegen(CodeGen())
    for node in list(graph.nodes):
        if node.op == "call_function" and node.target is aten.detach.default:
            node.replace_all_uses_with(node.args[0])
            graph.erase_node(node)
    recorded.recompile()
    return recorded.forward


def _each(noise: Any, of: Callable[[Tensor], Tensor]) -> Any:
    """`of` of the noise, or of each of a dictionary, in columns of samples as it comes in."""
    if isinstance(noise, Mapping):
        return {name: of(v).mT.contiguous().mT for name, v in noise.items()}
    return of(noise).mT.contiguous().mT


class Still(Optimiser):
    """Moves nothing: for what losses leave behind in passing."""

    decay = "constant"

    def __repr__(self) -> str:
        return "Still()"

    def start(self, theta: Tensor) -> State:
        return {}

    def step(self, theta: Tensor, g: Tensor, state: State, hyper: Constants, factor: float, alike: bool) -> None:
        """Nothing at all."""


class _Held(dict[str, Tensor]):
    """The state of `torch.optim` optimisers, those tensors among it that have a row per member by name."""

    def __init__(
        self,
        optimisers: list[torch.optim.Optimizer],
        schedules: list[Any],
        parameters: list[list[Tensor]],
        kernel: tuple[Adam, Constants] | None = None,
        rows: State | None = None,
    ) -> None:
        super().__init__(rows or {})
        self.optimisers, self.schedules, self.parameters, self.kernel = optimisers, schedules, parameters, kernel


@told
@dataclass(frozen=True)
class TorchOptimiser(Optimiser):
    """A `torch.optim` class at work on a buffer (members, P): one for all where it works number by number, or one a member.

    Raises ValueError, where it is made, unless `rule` makes an optimiser of parameters that needs no closure.
    """

    rule: Rule
    layout: Layout
    schedule: Callable[[torch.optim.Optimizer, int], Any] | None = None
    steps: int = 1
    decay = "constant"

    def __post_init__(self) -> None:
        trial = self._made([torch.zeros(shape) for shape in self.layout.shapes])
        require(
            not isinstance(trial, torch.optim.LBFGS | torch.optim.SparseAdam), "optimiser",
            "one that takes dense gradients and no closure", type(trial).__name__,
        )  # fmt: skip

    def _made(self, parameters: list[Tensor]) -> torch.optim.Optimizer:
        try:
            made = self.rule(parameters)
        except Exception as error:  # whatever a stranger's factory raises
            raise ValueError(f"optimiser: expected a torch.optim class, or a partial of one, got {error}") from error
        return made if isinstance(made, torch.optim.Optimizer) else reject("optimiser", "a torch.optim class", made)

    def start(self, theta: Tensor) -> State:
        """Its state, in which the optimisers are. Raises ValueError unless `rule` makes one."""
        trial = self._made([torch.zeros(shape) for shape in self.layout.shapes])
        if (kernel := _kernel(trial)) is not None and self.schedule is None:
            return _Held([], [], [], kernel, kernel[0].start(theta))
        if type(trial) in ELEMENTWISE:
            parameters = [[theta]]
            optimisers = [_fused(self.rule)([theta])]
        else:
            views = self.layout.unpack(theta)
            parameters = [[view[row] for view in views] for row in range(len(theta))]
            optimisers = [self._made(row) for row in parameters]
        schedules = [self.schedule(made, self.steps) for made in optimisers] if self.schedule else []
        return _Held(optimisers, schedules, parameters)

    def step(self, theta: Tensor, g: Tensor, state: State, hyper: Constants, factor: float, alike: bool) -> None:
        held = cast(_Held, state)
        if held.kernel is not None:
            rule, constants = held.kernel
            return rule.step(theta, g, state, constants, 1.0, alike=True)
        lone = len(held.parameters) == 1 and held.parameters[0][0] is theta
        views = [] if lone else self.layout.unpack(g)
        for row, (optimiser, parameters) in enumerate(zip(held.optimisers, held.parameters, strict=True)):
            for parameter, slope in zip(parameters, [g] if lone else [view[row] for view in views], strict=True):
                parameter.grad = slope
            optimiser.step()
        for schedule in held.schedules:
            schedule.step()
        if lone and not held:  # what is made at the first step; rows of it are put to rest where members are
            held.update({k: v for k, v in held.optimisers[0].state[theta].items() if np.shape(v) == theta.shape})
        return None


def _kernel(trial: torch.optim.Optimizer) -> tuple[Adam, Constants] | None:
    """Plain `torch.optim.Adam` as the rule of `toys.optimisers` that calls its kernel without the ceremony, bitwise."""
    group = trial.param_groups[0]
    odd = ("weight_decay", "amsgrad", "maximize", "foreach", "capturable", "differentiable")
    if type(trial) is not torch.optim.Adam or len(trial.param_groups) > 1 or any(group[name] for name in odd):
        return None
    if group["fused"] is False or isinstance(group["lr"], Tensor):
        return None
    beta1, beta2 = group["betas"]
    rule = Adam(group["lr"], beta1, beta2, group["eps"])
    return rule, {name: table[0] for name, table in hyper_table(rule, 1, 1).items()}


def _fused(rule: Rule) -> Rule:
    """The same rule in one pass over memory, where PyTorch has such a form and nobody has asked for another."""
    kind, said = (rule.func, rule.keywords) if isinstance(rule, partial) else (rule, {})
    plain = not {"fused", "foreach", "capturable", "differentiable"} & set(said)
    return partial(rule, fused=True) if kind in FUSED and plain else rule
