"""The revision that code has: commit, branch, changes, remote without credentials; nothing of it slow or dangerous."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from headwater_ingestors.emit.git import revision, without_credentials

AUTHOR = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull} | {
    f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **AUTHOR}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--initial-branch", "main")
    (tmp_path / "load.py").write_text("pass\n")
    (tmp_path / "below").mkdir()
    git(tmp_path, "add", "load.py")
    git(tmp_path, "commit", "-m", "first")
    return tmp_path


def test_commit_branch_and_top_are_those_of_the_work_tree(tree: Path) -> None:
    found = revision(tree / "below")
    assert found is not None
    assert (found.commit, found.branch, found.dirty) == (git(tree, "rev-parse", "HEAD"), "main", False)
    assert (found.remote, found.top) == (None, tree.resolve())


def test_a_changed_file_makes_it_dirty_and_a_new_one_does_not(tree: Path) -> None:
    (tree / "out.csv").write_text("1\n")
    assert (found := revision(tree)) is not None
    assert found.dirty is False
    (tree / "load.py").write_text("import os\n")
    assert (found := revision(tree)) is not None
    assert found.dirty is True


def test_a_detached_head_has_no_branch(tree: Path) -> None:
    git(tree, "checkout", "--detach")
    found = revision(tree)
    assert found is not None
    assert found.branch is None


def test_there_is_no_revision_outside_of_a_work_tree_or_before_the_first_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert revision(tmp_path) is None
    git(tmp_path, "init")
    assert revision(tmp_path) is None
    assert revision(tmp_path / "gone") is None


def test_without_git_there_is_no_revision(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert revision(tree) is None


def test_no_program_that_the_work_tree_names_is_run(tree: Path) -> None:
    hook = tree / "hook"
    hook.write_text(f"#!/bin/sh\ntouch {tree}/was-run\n")
    hook.chmod(0o755)
    git(tree, "config", "core.fsmonitor", str(hook))
    (tree / "was-run").unlink(missing_ok=True)
    assert revision(tree) is not None
    assert not (tree / "was-run").exists()


@pytest.mark.parametrize("key", ["clean", "process"])
@pytest.mark.parametrize("required", ["true", "false"])
def test_no_filter_that_the_work_tree_names_is_run(tree: Path, key: str, required: str) -> None:
    (tree / ".gitattributes").write_text("a filter=evil\n")
    (tree / "a").write_text("1\n")
    git(tree, "add", ".")
    git(tree, "commit", "-m", "second")
    git(tree, "config", f"filter.evil.{key}", f"touch {tree}/was-run; cat")
    git(tree, "config", "filter.evil.required", required)
    os.utime(tree / "a", (1, 1))
    assert (found := revision(tree)) is not None
    assert found.dirty is False
    (tree / "a").write_text("2\n")
    assert (found := revision(tree)) is not None
    assert found.dirty is None, "only the filter could tell"
    (tree / "load.py").write_text("import os\n")
    assert (found := revision(tree / "below")) is not None
    assert found.dirty is True
    assert not (tree / "was-run").exists()


def test_no_filter_is_run_whatever_its_name(tree: Path) -> None:
    (tree / ".gitattributes").write_text("load.py filter=e=vil\n")
    git(tree, "config", "filter.e=vil.clean", f"touch {tree}/was-run; cat")
    (tree / "load.py").write_text("2\n")
    assert (found := revision(tree)) is not None
    assert found.dirty is None
    assert not (tree / "was-run").exists()


def test_nothing_is_fetched(tree: Path) -> None:
    git(tree, "config", "remote.origin.url", f"ext::touch {tree}/was-run")
    git(tree, "config", "remote.origin.promisor", "true")
    git(tree, "config", "protocol.ext.allow", "always")
    git(tree, "config", "core.repositoryformatversion", "1")
    git(tree, "config", "extensions.partialClone", "origin")
    missing = git(tree, "rev-parse", "HEAD^{tree}")
    (tree / ".git" / "objects" / missing[:2] / missing[2:]).unlink()
    assert (found := revision(tree)) is not None
    assert found.dirty is None
    assert not (tree / "was-run").exists()


def test_a_slow_git_is_not_waited_for(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "bin"
    slow.mkdir()
    (slow / "git").write_text(
        f'#!/bin/sh\ncase "$*" in *status*) exec sleep 20;; esac\nPATH={os.environ["PATH"]}\nexec git "$@"\n'
    )
    (slow / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow}{os.pathsep}{os.environ['PATH']}")
    found = revision(tree)
    assert found is not None
    assert found.dirty is None


@pytest.mark.parametrize(
    ("remote", "told"),
    [
        ("https://maria:Zq8hidden1@git.example.org/a/b.git", "https://git.example.org/a/b.git"),
        ("https://Zq8hidden1@git.example.org/a/b.git", "https://git.example.org/a/b.git"),
        ("https://git.example.org:8443/a/b.git?private_token=Zq8hidden1", "https://git.example.org:8443/a/b.git"),
        ("ssh://git:Zq8hidden1@git.example.org:22/a/b.git", "ssh://git@git.example.org:22/a/b.git"),
        ("git@git.example.org:a/b.git", "git@git.example.org:a/b.git"),
        ("/srv/git/b.git", "/srv/git/b.git"),
        ("https://[git.example.org/Zq8hidden1", None),
    ],
)
def test_a_remote_is_told_without_credentials(tree: Path, remote: str, told: str | None) -> None:
    git(tree, "config", "remote.origin.url", remote)
    found = revision(tree)
    assert found is not None
    assert found.remote == told == without_credentials(remote)
