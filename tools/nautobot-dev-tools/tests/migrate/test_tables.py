"""The tables are those of the documentation that Nautobot ships."""

import re

import pytest
import yaml
from migrating import NEEDS_3_2
from nautobot_dev_tools.migrate.extract import FOLDER, MODELS, SOURCES, documentation, extracted, models
from nautobot_dev_tools.migrate.tables import table

DOCS = documentation()
UPGRADING = DOCS / "user-guide" / "administration" / "upgrading"
# What the documentation ships as data, too, and the table that is written from it.
SHIPPED = {path.stem: path for path in sorted(UPGRADING.glob("from-v*/tables/*.yaml"))}


@NEEDS_3_2
@pytest.mark.parametrize("name", SOURCES)
def test_extracting_again_gives_the_same_file(name):
    assert (FOLDER / f"{name}.yaml").read_text(encoding="utf-8") == extracted(name, DOCS)


@NEEDS_3_2
def test_extracting_the_models_again_gives_the_same_file():
    assert MODELS.read_text(encoding="utf-8") == models()


def test_there_is_a_file_for_each_source_and_no_other():
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == sorted([*SOURCES, MODELS.stem])


@pytest.mark.parametrize("name", SHIPPED)
def test_rows_are_those_of_the_data_that_nautobot_ships(name):
    shipped = yaml.safe_load(SHIPPED[name].read_text(encoding="utf-8"))
    assert len(table(name).rows) == len(shipped)
    for row, theirs in zip(table(name).rows, shipped, strict=True):
        assert row == [plain(cell) for cell in theirs.values()]


@NEEDS_3_2
def test_everything_that_nautobot_ships_as_data_is_a_table():
    assert len(SHIPPED) == 16
    assert set(SHIPPED) <= set(SOURCES)


@NEEDS_3_2
@pytest.mark.parametrize("name", SOURCES)
def test_rows_are_as_many_as_in_the_page(name):
    page, anchor = table(name).page.split("#")
    html = (DOCS / page).read_text(encoding="utf-8")
    below = html[html.index(f'id="{anchor}"') :]
    body = re.findall(r"<tbody>(.*?)</tbody>", below, re.DOTALL)[SOURCES[name].number]
    assert len(table(name).rows) == body.count("<tr>") > 0


@pytest.mark.parametrize("name", SOURCES)
def test_every_row_has_every_column(name):
    read = table(name)
    assert all(len(row) == len(read.columns) and row[0] for row in read.rows)


def test_a_page_without_the_table_is_an_error(tmp_path):
    page = tmp_path / SOURCES["v2-git-jobs"].page
    page.parent.mkdir(parents=True)
    page.write_text("<h2 id='git-data-source-changes'>Git</h2><p>Nothing.")
    with pytest.raises(LookupError, match="has no table below 'git-data-source-changes'"):
        extracted("v2-git-jobs", tmp_path)


def plain(cell):
    """A cell of Markdown as the page shows it."""
    text = re.sub(r"\[(.*?)\]\(.*?\)", r"\1", cell or "")
    return " ".join(text.replace("`", "").split())
