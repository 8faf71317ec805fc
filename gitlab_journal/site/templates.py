"""The site's templates: a journal's own where it is trusted, then the shipped ones."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from gitlab_journal.guard import warn_beside
from gitlab_journal.store.git import git
from gitlab_journal.store.trust import how_to_trust, is_trusted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment
    from markupsafe import Markup

    from gitlab_journal.store.repository import Repository

ASSETS = "assets"
TRUST = "gitlab-journal.trustTemplates"
_PACKAGE = Path(__file__).parents[1]


def shipped_templates() -> Path:
    """Return the folder of the templates: within the package in a wheel, else beside it."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


def template_folders(repository: Repository) -> list[Path]:
    """Return the folders to look in, in order; a journal's own only where its owner trusts it.

    Templates are code, and a journal may come from a stranger, as a whole folder with its
    configuration. So `git config --local gitlab-journal.trustTemplates true` holds where this
    user made the journal on this machine, or trusts it by their own configuration; elsewhere a
    JournalWarning says how to.
    """
    root = repository.root
    own = root / "templates"
    if not own.is_dir():
        return [shipped_templates()]
    said = git("config", "--local", "--type=bool", "--get", TRUST, cwd=root, check=False)
    if said.strip() != b"true":
        return [shipped_templates()]
    if is_trusted(root):
        return [own, shipped_templates()]
    warn_beside(
        f"{root} asks for templates of its own, which are code and may be a stranger's; they are "
        f"not used. If they are yours: {how_to_trust(root)}"
    )
    return [shipped_templates()]


def template_files(folders: list[Path]) -> dict[str, bytes]:
    """Return every template and asset by name, the first folder's before the next one's."""
    found: dict[str, bytes] = {}
    for folder in folders:
        for pattern in ("*.html", f"{ASSETS}/*"):
            for path in sorted(folder.glob(pattern)):
                name = path.relative_to(folder).as_posix()
                if name not in found and path.is_file():
                    found[name] = path.read_bytes()
    return found


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return one digest of all templates."""
    whole = blake2b(digest_size=16)
    for name, content in sorted(files.items()):
        whole.update(f"{name}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def environment(files: Mapping[str, bytes]) -> Environment:
    """Return the environment that renders these templates, every value escaped."""
    from jinja2 import DictLoader, Environment, StrictUndefined

    texts = {name: text.decode() for name, text in files.items() if name.endswith(".html")}
    made = Environment(
        loader=DictLoader(texts),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["breakable"] = _breakable
    return made


def _breakable(name: str) -> Markup:
    """Return a dotted name that may break behind its dots."""
    from markupsafe import Markup

    return Markup(".<wbr>").join(name.split("."))  # a constant
