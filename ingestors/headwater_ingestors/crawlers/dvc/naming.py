"""How the data of a DVC project is called, and what it is: file, folder, model, code."""

from __future__ import annotations

import configparser
import fnmatch
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from headwater_catalog.errors import HeadwaterError, InvalidRequest
from headwater_catalog.names import dataset_name
from headwater_catalog.references import dataset
from headwater_catalog.secret_patterns import redact_string
from headwater_ingestors.crawlers.crawler import Name
from headwater_ingestors.crawlers.dvc.values import Data
from headwater_ingestors.crawlers.reading import RefusedError, content, shown
from headwater_ingestors.emit.git import without_credentials

MAX_CONFIG: Final = 2**20
CODE: Final = frozenset(
    {".py", ".pyx", ".ipynb", ".r", ".rmd", ".qmd", ".jl", ".sh", ".bash", ".ps1", ".scala", ".java", ".kt", ".rs"}
    | {".go", ".c", ".cc", ".cpp", ".h", ".hpp", ".m", ".pl", ".rb", ".js", ".ts", ".sql", ".do", ".sas", ".dockerfile"}
)
"""Files that a stage depends on and that are no data: what it runs, in any language."""
_MODELS: Final = frozenset(
    {".h5", ".hdf5", ".keras", ".onnx", ".pt", ".pth", ".ckpt", ".safetensors", ".pb", ".tflite", ".pmml", ".cbm"}
    | {".bst", ".ubj", ".mlmodel", ".gguf", ".mlem"}
)
_PICKLED: Final = frozenset({"", ".pkl", ".pickle", ".joblib", ".rds", ".rdata", ".bin", ".json", ".txt", ".zip"})
_MODEL_WORD: Final = re.compile(r"(?<![a-z])(?:model|models|clf|classifier|regressor)(?![a-z])")
_REMOTE: Final = re.compile(r"""\A'?remote\s+"(?P<name>[^"]+)"'?\Z""")


@dataclass(frozen=True, slots=True)
class Naming:
    """Names of data. root: the project's folder; remote: the address to name data by, where that is asked for."""

    root: Path
    remotes: Mapping[str, str] = field(default_factory=dict)
    remote: str | None = None
    models: tuple[str, ...] = ()

    def dataset(self, folder: str, one: Data) -> Name | None:
        """The dataset that a path means. folder: of the file that names it, from the root; None for no name."""
        path = one.path
        scheme, separator, rest = path.partition("://")
        if separator and scheme == "remote":
            name, _, rest = rest.partition("/")
            path = f"{self.remotes.get(name, f'remote://{name}').rstrip('/')}/{rest}"
        try:
            if "://" in path:
                return dataset(without_credentials(path) or path)
            inside = posixpath.normpath(posixpath.join(folder, path))
            if self.remote and one.cached and not inside.startswith(("../", "/")):
                return dataset(f"{self.remote.rstrip('/')}/{inside}")
            return dataset_name("file", shown(posixpath.normpath(posixpath.join(self.root.as_posix(), inside))))
        except HeadwaterError:
            return None

    def is_model(self, one: Data) -> bool:
        """By its own word, by option, else by how models are called."""
        stem, suffix = posixpath.splitext(posixpath.basename(one.path.rstrip("/")).lower())
        if one.model or any(fnmatch.fnmatchcase(one.path, pattern) for pattern in self.models):
            return True
        if one.metric or one.plot:
            return False
        inside = _MODEL_WORD.search(stem.replace("_", " ")) or _MODEL_WORD.search(_folder(one.path))
        return suffix in _MODELS or bool(suffix in _PICKLED and inside)

    def kind(self, one: Data) -> str:
        """MODEL, FOLDER or FILE."""
        return "MODEL" if self.is_model(one) else "FOLDER" if one.folder else "FILE"


def is_code(one: Data) -> bool:
    """Whether it is a program and no data."""
    name = posixpath.basename(one.path).lower()
    return posixpath.splitext(name)[1] in CODE or name in ("makefile", "dockerfile")


def naming(root: Path, remote: str | None, models: str | None) -> Naming:
    """Names as .dvc/config has them, where `remote` names one of its remotes; raises InvalidRequest.

    Of the config only addresses are read, without users and passwords; config.local, where secrets belong, is not.
    """
    remotes = _remotes(root)
    if remote is not None and remote not in remotes:
        known = ", ".join(sorted(remotes)) or "none"
        raise InvalidRequest(
            "unknown_remote", f".dvc/config has no remote {remote[:80]!r}.", f"It has: {known}; or leave --remote out."
        )
    patterns = tuple(one.strip() for one in (models or "").split(",") if one.strip())
    return Naming(root, remotes, remotes[remote] if remote else None, patterns)


def _folder(path: str) -> str:
    return posixpath.basename(posixpath.dirname(path.rstrip("/"))).lower().replace("_", " ")


def _remotes(root: Path) -> dict[str, str]:
    path = root / ".dvc" / "config"
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        if (root / ".dvc").is_symlink():
            return {}
        parser.read_string(content(path, MAX_CONFIG).raw.decode(errors="replace"))
    except (RefusedError, configparser.Error):
        return {}
    found: dict[str, str] = {}
    for section in parser.sections():
        name = _REMOTE.fullmatch(section.strip())
        url = parser.get(section, "url", fallback=None)
        if name and url:
            found[name["name"]] = _address(root, url.strip())
    return found


def _address(root: Path, url: str) -> str:
    """The address without credentials; a path is one from the folder of the config."""
    if "://" not in url:
        return shown(posixpath.normpath(posixpath.join(root.as_posix(), ".dvc", url)))
    return without_credentials(url) or redact_string(url)
