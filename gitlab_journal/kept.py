"""What runs returned, kept on this machine and signed by its user, never in history."""

from __future__ import annotations

import hashlib
import hmac
import importlib
import importlib.metadata
import io
import json
import os
import pickle
import secrets
import shutil
import sys
import tempfile
import time
import types
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitlab_journal.errors import StoreError
from gitlab_journal.identity.models.networks import is_network
from gitlab_journal.page.portable import from_json
from gitlab_journal.store.files import sync_folder, write_file
from gitlab_journal.store.key import key_path, new_user_key, user_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ABOUT = "kept.json"
FORMAT = 1
FILES = {"keras": "value.keras", "array": "value.npy", "joblib": "value.joblib"}
_CHUNK = 1 << 20
_DAY = 86400  # no value takes longer to write


@dataclass(frozen=True, slots=True)
class Kept:
    """What a run returned, and which parameters it changed; None where there was no telling."""

    value: object
    changed: tuple[str, ...] | None


def keep(state: Path, entry: str, value: object, *, changed: Sequence[str] | None) -> None:
    """Keep what the run `entry` returned below `state`, the journal's folder of this machine.

    Writes the whole of it or nothing. Raises OSError, StoreError for a key that others may read,
    and whatever the value raises that cannot be pickled or saved.
    """
    key = user_key() or new_user_key()
    above = state / "kept"
    above.mkdir(mode=0o700, exist_ok=True)
    _clear(above)
    folder = above / f".new-{entry}-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    try:
        kind, libraries = _save(value, folder)
        path = folder / FILES[kind]
        about = {
            "format": FORMAT,
            "entry": entry,
            "kind": kind,
            "file": path.name,
            "versions": _versions(libraries),
            "fitted": None if changed is None else list(changed),
        }
        signed = {**about, "hmac": _signature(key, about, _chunks(path))}
        write_file(folder / ABOUT, json.dumps(signed, indent=1).encode(), durable=True)
        _sync(path)
        sync_folder(folder)
        folder.rename(above / entry)
        sync_folder(above)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _clear(above: Path) -> None:
    """Delete what processes left that died while they kept something."""
    for folder in above.glob(".new-*"):
        with suppress(FileNotFoundError):  # another process is quicker
            if time.time() - folder.stat().st_mtime > _DAY:
                shutil.rmtree(folder, ignore_errors=True)


def is_kept(state: Path, entry: str) -> bool:
    """Tell whether what the run `entry` returned was kept on this machine. Reads no value."""
    return (state / "kept" / entry / ABOUT).is_file()


def load_kept(state: Path, entry: str) -> Kept:
    """Return what the run `entry` returned; nothing of it is executed before its signature fits.

    Raises StoreError where the signature does not fit or a library has another version, and
    whatever a value raises that cannot be loaded.
    """
    folder = state / "kept" / entry
    try:
        about = from_json((folder / ABOUT).read_bytes())
    except ValueError as error:
        raise StoreError(f"{folder / ABOUT} is not as you kept it: {error}") from error
    if not isinstance(about, dict) or about.get("file") != FILES.get(str(about.get("kind"))):
        raise StoreError(f"{folder / ABOUT} says nothing that was kept")
    content = (folder / about["file"]).read_bytes()
    signature, key = str(about.pop("hmac", "")), user_key()
    if key is None or about.get("entry") != entry:
        raise StoreError(f"{folder} was not kept by you: its key is not in {key_path()}")
    if not hmac.compare_digest(signature, _signature(key, about, [content])):
        raise StoreError(f"{folder} is not as you kept it: its signature does not fit")
    _check_versions(about["versions"])
    fitted = about["fitted"]
    return Kept(_load(about["kind"], content), None if fitted is None else tuple(fitted))


def _save(value: Any, folder: Path) -> tuple[str, Iterable[str]]:
    """Write the value into `folder`; returns its kind, the modules that loading it needs."""
    if is_network(value):
        value.save(folder / FILES["keras"])
        return "keras", ["keras"]
    numpy = sys.modules.get("numpy")
    if numpy is not None and type(value) is numpy.ndarray and not value.dtype.hasobject:
        numpy.save(folder / FILES["array"], value, allow_pickle=False)
        return "array", ["numpy"]
    modules = _modules(value)
    import joblib

    joblib.dump(value, folder / FILES["joblib"])
    return "joblib", [*modules, "joblib"]


def _load(kind: str, content: bytes) -> object:
    """Return the value in bytes whose signature fits."""
    if kind == "array":
        import numpy as np

        return np.load(io.BytesIO(content), allow_pickle=False)
    if kind == "joblib":
        import joblib

        return joblib.load(io.BytesIO(content))
    from keras.saving import load_model

    with tempfile.TemporaryDirectory() as folder:  # Keras takes no bytes
        path = Path(folder) / FILES["keras"]
        path.write_bytes(content)
        # The signature says that these are the user's own functions.
        return load_model(path, safe_mode=False)


def _modules(value: object) -> set[str]:
    """Return the outermost modules that a pickle of the value refers to; raises where it has none.

    Arrays are passed over, not copied.
    """
    found: set[str] = set()

    class Looking(pickle.Pickler):
        def reducer_override(self, obj: Any) -> Any:
            named = isinstance(obj, type | types.FunctionType | types.BuiltinFunctionType)
            found.add(str((obj if named else type(obj)).__module__).partition(".")[0])
            return NotImplemented

    Looking(_Nowhere(), protocol=5, buffer_callback=lambda _: None).dump(value)
    return found


class _Nowhere(io.RawIOBase):
    def write(self, content: Any) -> int:
        return len(content)


def _versions(modules: Iterable[str]) -> dict[str, str]:
    """Return the versions that a value may be loaded under: of Python, of libraries by module."""
    found = {"python": f"{sys.version_info.major}.{sys.version_info.minor}"}
    names = set(modules) - sys.stdlib_module_names - {""}
    if "keras" in names:
        found["backend"] = sys.modules["keras"].config.backend()
        names.add(found["backend"])
    versions = {name: _version(name) for name in sorted(names)}
    return found | {name: version for name, version in versions.items() if version is not None}


def _version(module: str) -> str | None:
    version = getattr(sys.modules.get(module), "__version__", None)
    if isinstance(version, str):
        return version
    try:
        return importlib.metadata.version(module)
    except importlib.metadata.PackageNotFoundError:  # a module of the user's own
        return None


def _check_versions(then: Mapping[str, str]) -> None:
    """Raise StoreError where the value was kept under another version of what it needs."""
    modules = set(then) - {"python", "backend"}
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise StoreError(f"it was kept with {name} {then[name]}, which is not there") from error
    now = _versions(modules)
    for name, version in then.items():
        if now.get(name) != version:
            raise StoreError(f"it was kept under {name} {version}, and this is {now.get(name)}")


def _signature(key: bytes, about: Mapping[str, object], chunks: Iterable[bytes]) -> str:
    """Return the HMAC-SHA256 of what is said of a value, then of the value's file."""
    said = json.dumps(about, sort_keys=True).encode()
    found = hmac.new(key, b"%d\n%s" % (len(said), said), hashlib.sha256)
    for chunk in chunks:
        found.update(chunk)
    return found.hexdigest()


def _chunks(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
