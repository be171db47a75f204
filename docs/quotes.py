"""A hook of mkdocs: quotes code from its source while the site is built, so that no page can lag behind it.

A paragraph that is a link with the title "quote" becomes the code that it names::

    [`AddNotes.run`](../../jobs/examples/add_notes.py "quote")

quotes the method, ``[`jobs/__init__.py`](../../jobs/__init__.py "quote")``, where the text is no name in the file, all of it. On a web page
of the repository it is a link to the file. The site is not built if there is no such file or no such name.
"""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[1]
_QUOTE = re.compile(r'^\[`([^`\n]+)`\]\(([^)\s]+) "quote"\)$', re.MULTILINE)


def on_page_markdown(markdown: str, *, page, **_) -> str:
    """Called by mkdocs for each page."""
    folder = Path(page.file.abs_src_path).parent
    return _QUOTE.sub(lambda match: fenced((folder / match[2]).resolve(), match[1]), markdown)


def fenced(path: Path, name: str) -> str:
    """The code of that name in a file as a block of Markdown, or the whole file if the name is the file's path."""
    title = str(path.relative_to(ROOT))
    language = {".py": "python", ".yml": "yaml"}[path.suffix]
    code = path.read_text(encoding="utf-8").rstrip() if name == title else quoted(path, name)
    return f'```{language} title="{title}"\n{code}\n```'


def quoted(path: Path, name: str) -> str:
    """The class, function, method or variable of that dotted name in a file, with its decorators, not indented.

    Raises:
        LookupError: there is none.
    """
    source = path.read_text(encoding="utf-8")
    node: ast.AST = ast.parse(source)
    for part in name.split("."):
        node = next((child for child in ast.iter_child_nodes(node) if part in _names(child)), None)
        if node is None:
            raise LookupError(f"{path} has no {name}")
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    lines = source.splitlines()[first - 1 : node.end_lineno]
    return textwrap.dedent("\n".join(lines))


def _names(node: ast.AST) -> set[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}
