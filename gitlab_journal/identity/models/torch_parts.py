"""Modules, optimizers and other parts of PyTorch, where a program uses it."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.values.callables import describe_class

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

# Views of the weights that recurrent layers keep; how a module runs, not what it is.
_NO_CONFIG = (
    *("_flat_weight", "_all_weights", "_compiled_call_impl", "training"),
    *("_load_hook", "_initialize_hook"),
)
_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
_WORDS = ("dtype", "device", "layout", "memory_format")


def is_module(value: object) -> bool:
    """Tell whether a value is a module of torch's. Imports nothing."""
    kind = _kind("nn", "Module")
    return kind is not None and isinstance(value, kind)


def describe_torch(value: Any, place: Place) -> Tree:
    """Return the tree of a module, optimizer, schedule, dtype, device or number, else None."""
    torch = sys.modules.get("torch")
    if torch is None or not hasattr(torch, "nn"):
        return None
    if is_module(value):
        return _module(value, place)
    if isinstance(value, torch.Tensor) and value.ndim == 0 and not value.is_meta:
        return place.describe(value.item())
    if any(isinstance(value, getattr(torch, word)) for word in _WORDS):
        return {"$torch": str(value), "#shown": str(value)}
    if isinstance(value, torch.optim.Optimizer):
        return _optimizer(value, place)
    if isinstance(value, torch.optim.lr_scheduler.LRScheduler):
        held = {name: item for name, item in vars(value).items() if _is_told(name, item)}
        held["optimizer"] = value.optimizer
        return {**describe_class(type(value), place), "$config": place.describe_entries(held)}
    return None


def module_state(module: Any, place: Place) -> Tree:
    """Return the weights and buffers of a module by name, None where it has none."""
    whole = replace(place, left_out=frozenset())
    weights = module.state_dict()
    return {"$weights": whole.describe(dict(weights))} if weights else None


def _module(module: Any, place: Place) -> Tree:
    """Return class, settings, shapes of the weights, modules inside in order."""
    weights = {**module._parameters, **module._buffers}  # noqa: SLF001 - named_parameters goes deeper
    hooks = [hook for name in _HOOKS for hook in getattr(module, name, {}).values()]
    tree: dict[str, Tree] = {
        **describe_class(type(module), place),
        "$config": place.describe_entries(
            {name: item for name, item in vars(module).items() if _is_setting(name)}
        ),
        "$weights": {name: _outline(weight) for name, weight in weights.items()},
        "$modules": [
            [name, None if child is None else place.describe_entry(name, child)]
            for name, child in module._modules.items()  # noqa: SLF001 - named_children skips repeats
        ],
    }
    if hooks:
        tree["$hooks"] = [place.describe(hook, ".hook") for hook in hooks]
    if place.with_state:
        tree["$state"] = module_state(module, place)
    return tree


def _is_setting(name: str) -> bool:
    return name not in _of_every_module() and not name.startswith(_NO_CONFIG)


@cache
def _of_every_module() -> frozenset[str]:
    kind = _kind("nn", "Module")
    return frozenset(vars(kind())) if kind is not None else frozenset()


def _outline(weight: Any) -> Tree:
    if weight is None:
        return None
    trainable = {"frozen": True} if not weight.requires_grad else {}
    return {"shape": list(weight.shape), "dtype": str(weight.dtype), **trainable}


def _optimizer(optimizer: Any, place: Place) -> Tree:
    """Return class and groups: settings, and the shapes of what is optimized."""
    groups = [
        {**group, "params": [_outline(weight) for weight in group["params"]]}
        for group in optimizer.param_groups
    ]
    tree: dict[str, Tree] = {**describe_class(type(optimizer), place)}
    tree["$config"] = place.describe(groups)
    if optimizer.state:
        state = optimizer.state_dict()["state"]
        tree["$moments"] = place.describe(state, ".state")
    return tree


def _is_told(name: str, item: object) -> bool:
    return name != "optimizer" and not name.startswith("_") and not callable(item)


def _kind(module: str, name: str) -> Any:
    return getattr(getattr(sys.modules.get("torch"), module, None), name, None)
