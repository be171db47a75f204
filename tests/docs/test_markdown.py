"""Links of README, guides and pages lead somewhere, and blocks of data and code are what they say."""

import ast
import json
import re
import sys

import pytest
import yaml
from documents import FILES, ROOT, anchors, blocks, prose

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
READERS = {
    "python": ast.parse,
    "json": json.loads,
    "toml": tomllib.loads,
    "yaml": lambda text: list(yaml.safe_load_all(text)),
}
# Blocks that nothing checks: what programs print, and configuration of programs that are not installed here.
SHOWN = {"text", "diff", "ini", "html", "nginx"}


def broken(path, root=ROOT):
    """The relative links of a file that lead nowhere."""
    for target in LINK.findall(prose(path)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        if (
            not there.is_relative_to(root)
            or not there.exists()
            or (anchor and there.suffix == ".md" and anchor not in anchors(there))
        ):
            yield target


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links(path):
    assert list(broken(path)) == []


def test_a_broken_link_is_found(tmp_path):
    (tmp_path / "other.md").write_text("# A heading, here\n")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](other.md) [b](other.md#a-heading-here) [c](#own) [d](https://example.com)\n\n# Own\n"
        '[e](missing.md) [f](other.md#other) [g](#none "title") `[h](code.md)`\n'
    )
    assert list(broken(page, tmp_path)) == ["missing.md", "other.md#other", "#none"]


@pytest.mark.parametrize(
    "block", [block for path in FILES for block in blocks(path) if block.language != "shell"], ids=str
)
def test_block_is_what_it_says(block):
    assert block.language in {*READERS, *SHOWN}, f"call it shell, to have it executed, or one of {sorted(READERS)}"
    if block.language in READERS:
        READERS[block.language](block.text)
