"""Digests of PyTorch's tensors, by the arrays that they hold."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.digests import digest
from gitlab_journal.identity.tables.arrays import digest_array
from gitlab_journal.identity.tables.kind import Kind

if TYPE_CHECKING:
    from gitlab_journal.identity.place import Place


def kind_of_torch_tensor(value: Any) -> Kind | None:
    """Return the kind of a tensor or parameter, None for other values."""
    torch = sys.modules.get("torch")
    if torch is None or not hasattr(torch, "Tensor") or not isinstance(value, torch.Tensor):
        return None
    if value.ndim == 0:  # a number
        return None
    dtype = str(value.dtype).removeprefix("torch.")
    return Kind("Tensor", tuple(value.shape), dtype, _digest_tensor)


def _digest_tensor(tensor: Any, place: Place) -> str:
    """Return the digest of a tensor, wherever it lies: that of the array of its values."""
    torch = sys.modules["torch"]
    if tensor.is_meta:
        raise place.refusal("a tensor on the device meta holds no values; pass the data itself")
    plain = tensor.detach().cpu()
    if plain.is_quantized or plain.is_nested:
        raise place.refusal(
            f"a tensor of {plain.dtype} or of uneven rows has no stable description; pass it dense"
        )
    if plain.layout != torch.strided:
        plain = plain.to_dense()
    plain = plain.resolve_conj().resolve_neg()
    if plain.dtype in _of_numpy():
        return digest_array(plain.numpy().reshape(plain.shape), place)
    # numpy has no such dtype: the bits, under its name
    bits = plain.contiguous().reshape(-1).view(torch.uint8).numpy()
    outline = [str(tensor.dtype), list(tensor.shape), digest_array(bits, place)]
    return digest({"$tensor": outline})


def _of_numpy() -> frozenset[Any]:
    torch = sys.modules["torch"]
    names = (
        *("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64"),
        *("uint16", "uint32", "uint64", "complex64", "complex128"),
    )
    return frozenset(getattr(torch, name) for name in names if hasattr(torch, name))
