"""Tables that users upload: every form, and everything that can be wrong with them."""

import io
import zipfile

import pytest
from django.core.files.base import ContentFile

from jobs.toolkit.access import RefusalError
from jobs.toolkit.uploads import Column, Lookup, UploadError, read_table

COLUMNS = (
    Column("device", "name", required=True, example="sw-01"),
    Column("port", "name", required=True),
    Column("kind", "of cable", choices=("cat6", "smf")),
)


def read(content, name="list.csv"):
    content = content.encode() if isinstance(content, str) else content
    return [
        (row.number, row["device"], row["port"], row["kind"]) for row in read_table(ContentFile(content, name), COLUMNS)
    ]


def problems(content, name="list.csv"):
    with pytest.raises(UploadError) as error:
        read(content, name)
    return str(error.value)


EXPECTED = [(2, "sw-01", "Eth 1", "cat6"), (4, "Zürich", "2", "")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv(encoding, separator):
    text = "Port,device,Kind\r\n Eth 1 ,sw-01,cat6\r\n,,\r\n2,Zürich,\r\n".replace(",", separator)
    assert read(text.encode(encoding)) == EXPECTED


def test_values_with_line_breaks_and_separators():
    assert read('device,port\n"sw-01, left","a\nb"\n') == [(3, "sw-01, left", "a\nb", "")]


def test_what_reports_put_before_a_formula_is_no_part_of_the_value():
    assert read("device,port\n'=x,'y\n") == [(2, "=x", "'y", "")]


def test_xlsx():
    from openpyxl import Workbook

    book = Workbook()
    for line in (["device", "port", "kind"], ["sw-01", "Eth 1", "cat6"], [None, None, None], ["Zürich", 2.0, None]):
        book.active.append(line)
    file = io.BytesIO()
    book.save(file)
    assert read(file.getvalue(), "list.xlsx") == EXPECTED


def test_yaml():
    text = "- {device: sw-01, port: Eth 1, kind: cat6}\n- device: Zürich\n  port: 2\n"
    assert read(text, "list.yml") == [(1, "sw-01", "Eth 1", "cat6"), (2, "Zürich", "2", "")]


def test_all_problems_at_once_with_row_column_and_value():
    text = problems("device,port,kind\n,1,cat6\nsw-01,,wood\nsw-02,1,cat6\n")
    assert "Row 2: column device: a value is missing" in text
    assert "Row 3: column port: a value is missing" in text
    assert 'Row 3: column kind, "wood": enter one of cat6, smf' in text
    assert "Row 4" not in text


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        ("device,port,colour\n", "list.csv", "no row"),
        ("device,port,colour\na,b,c\n", "list.csv", "there is no column colour"),
        ("device\na\n", "list.csv", "the column port is missing"),
        ("device,device\na,b\n", "list.csv", "twice"),
        ("device,port\na,b,c\n", "list.csv", "row 2 has 3 values"),
        ('device,port\na,"b\n', "list.csv", "not readable as CSV"),
        ("device,port\na,b\x00\n", "list.csv", "control characters"),
        ("", "list.csv", "no row"),
        ("device,port\n", "list.csv", "no row"),
        ("x", "list.exe", "no CSV, XLSX or YAML"),
        ("x", "list.xlsx", "not readable as XLSX"),
        ("- [", "list.yml", "line"),
        ("device: a", "list.yml", "list of mappings"),
        ("- {device: [a], port: b}", "list.yml", "device has to be a single value"),
        ("- &a {device: a, port: b}\n- *a\n", "list.yml", "aliases"),
        ("- {device: a, port: b, colour: c}", "list.yml", "there is no column colour"),
        ("- !!python/object/apply:os.system [true]", "list.yml", "not YAML"),
    ],
)
def test_refuses(content, name, told):
    assert told in problems(content, name)


def test_refuses_what_is_too_large(monkeypatch):
    from jobs.toolkit import uploads

    monkeypatch.setattr(uploads, "MOST_ROWS", 2)
    assert "more than 2 rows" in problems("device,port\n" + "a,b\n" * 3)
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)
    assert "more than 10 bytes" in problems("device,port\na,b\n")


def test_refuses_an_archive_that_unpacks_to_too_much(monkeypatch):
    from jobs.toolkit import uploads

    monkeypatch.setattr(uploads, "_MOST_UNPACKED", 1000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 100_000)
    assert "unpacks to more" in problems(file.getvalue(), "list.xlsx")


def test_numbers():
    (row,) = read_table(ContentFile(b"device,port\n7,x\n", "list.csv"), COLUMNS)
    assert row.number_in("device", least=1, most=10) == 7
    assert row.number_in("kind", least=1, most=10, default=3) == 3
    for column, least in (("port", 1), ("device", 8)):
        with pytest.raises(RefusalError, match=f"column {column}"):
            row.number_in(column, least=least, most=10)


def test_lookup(lab, make_user, superuser, django_assert_num_queries):
    device_type = lab.device_type("Switch")
    other = lab.location("LON01")
    first = lab.device("sw-01", device_type)
    lab.device("twice", device_type)
    second = lab.device("twice", device_type, location=other)
    lookup = Lookup(superuser)
    with django_assert_num_queries(1):
        lookup.load("dcim.device", ["sw-01", "twice", "nobody", "", str(second.pk)], related=["location"])
    assert lookup.get("dcim.device", "sw-01") == first
    assert lookup.get("dcim.device", str(second.pk)) == second
    lookup.load("dcim.device", ["sw-01"])
    assert lookup.get("dcim.device", "sw-01") == first
    with pytest.raises(RefusalError, match="2 devices are called"):
        lookup.get("dcim.device", "twice")
    (row,) = read_table(ContentFile(b"device,port\nnobody,x\n", "list.csv"), COLUMNS)
    with pytest.raises(RefusalError, match='column device, "nobody": there is no device'):
        lookup.of(row, "device", "dcim.device")
    assert lookup.of(row, "kind", "dcim.device") is None

    blind = Lookup(make_user(permissions={"dcim.view_device": {"location__name": "LON01"}}))
    blind.load("dcim.device", ["sw-01", "twice"])
    assert blind.get("dcim.device", "twice") == second
    with pytest.raises(RefusalError):
        blind.get("dcim.device", "sw-01")
