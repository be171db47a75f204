"""A file that is uploaded, files that ship with the Job, and files that the Job hands back."""

import csv
import gzip
import io
import json
import re

import netaddr
from nautobot.apps.jobs import FileVar, Job
from nautobot.ipam.models import IPAddress

name = "Examples"

MOST_PROBLEMS_LOGGED = 20

# RFC 1123, section 2.1: labels of letters, digits and hyphens, a hyphen neither first nor last; at most 255 characters.
LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOSTNAME = re.compile(rf"(?=.{{1,255}}\Z){LABEL}(\.{LABEL})*\Z")


class FilesInAndOut(Job):
    """Reads a CSV of host names and addresses, and says of each address whether Nautobot has it.

    The file has the columns `hostname` and `ip_address`, is encoded in UTF-8 and separated by commas. It is checked
    completely before anything else happens; each problem is reported with its row and its field, and with any problem
    the Job fails. Rows are counted as a spreadsheet counts them: the header is row 1.

    Two files beside this Job are read as well: `address_list_limits.yml`, what is accepted, and
    `special_purpose_prefixes.json`, networks whose addresses belong to nobody.

    **Changes:** nothing.
    **Produces:** `addresses.csv`, the list with the columns `in_nautobot` and `special_purpose`, and
    `addresses.json.gz`, the same compressed. The result counts `rows`, and `findings`: addresses that Nautobot does not
    have.
    **Needs:** the permission `ipam.view_ipaddress`; an address that the user may not view counts as absent.

    Nautobot guide: *Job Structure*, "FileVar" and "The create_file() Method"; *Job Patterns*, "Working with Files".
    """

    address_list = FileVar(description="A CSV file with the columns hostname,ip_address; at most 10,000 rows and 1 MB.")

    class Meta:
        name = "Example: Files In and Out"
        description = "Compare a CSV of host names and addresses with Nautobot."
        hidden = True
        has_sensitive_variables = False
        read_only = True
        soft_time_limit = 120
        time_limit = 180

    def run(self, *, address_list):
        """Return ``{"rows": int, "findings": int}``, or None if the file could not be used."""
        if not self.user.has_perm("ipam.view_ipaddress"):
            self.fail("You need the permission ipam.view_ipaddress.")
            return None

        # Both are found beside this file.
        limits = self.load_yaml("address_list_limits.yml")
        special_purpose = self.load_json("special_purpose_prefixes.json")

        rows, problems = read_address_list(address_list, **limits)
        for problem in problems[:MOST_PROBLEMS_LOGGED]:
            self.logger.failure("%s", problem)
        if problems:
            self.fail("Field `address_list`: %s problem(s) in the file; correct them and run again.", len(problems))
            return None

        self._compare(rows, [(netaddr.IPNetwork(entry["prefix"]), entry["purpose"]) for entry in special_purpose])
        text = io.StringIO()
        writer = csv.DictWriter(text, ["hostname", "ip_address", "in_nautobot", "special_purpose"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        self.create_file("addresses.csv", text.getvalue())
        self.create_file("addresses.json.gz", gzip.compress(json.dumps(rows).encode(), mtime=0))

        absent = sum(row["in_nautobot"] == "no" for row in rows)
        self.logger.info("%s of %s addresses are not in Nautobot.", absent, len(rows))
        return {"rows": len(rows), "findings": absent}

    def _compare(self, rows, special_purpose):
        """Add `in_nautobot` and `special_purpose` to each of `rows`, with one query for all of them."""
        known = set(
            IPAddress.objects.restrict(self.user, "view")
            .filter(host__in=[row["ip_address"] for row in rows])
            .values_list("host", flat=True)
        )
        for row in rows:
            address = netaddr.IPAddress(row["ip_address"])
            row["in_nautobot"] = "yes" if row["ip_address"] in known else "no"
            row["special_purpose"] = next((purpose for network, purpose in special_purpose if address in network), "")


def read_address_list(file, columns, max_bytes, max_rows):
    """Read an uploaded CSV, trusting nothing about it.

    Args:
        file (django.core.files.File): what a FileVar gives, to be read as bytes.
        columns (list[str]): the header, in this order.
        max_bytes (int): the largest size accepted.
        max_rows (int): the largest number of rows accepted, the header not counted.

    Returns:
        (tuple[list[dict], list[str]]): the rows, ``{"hostname": str, "ip_address": str}``, addresses in canonical form;
            and the problems. If there are problems, use no row.
    """
    # Not file.size: the database, where Nautobot keeps uploads by default, does not tell it.
    content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        return [], [f"The file has more than {max_bytes} bytes; split it."]
    try:
        # With "-sig", since spreadsheets put a byte order mark in front.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [], [f"The file is not encoded in UTF-8 (byte {error.start}); save it as “CSV UTF-8”."]

    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[dict] = []
    problems: list[str] = []
    first_seen: dict = {}
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if header != columns:
            return [], [
                f"Row 1: the header must be “{','.join(columns)}”, separated by commas, not “{','.join(header)}”."
            ]
        for number, cells in enumerate(reader, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) == max_rows:
                return [], [f"Row {number}: at most {max_rows} rows are accepted; split the file."]
            if len(cells) != len(columns):
                problems.append(f"Row {number}: {len(cells)} fields instead of {len(columns)}.")
                continue
            row = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
            problems += [f"Row {number}, field {field}: {problem}" for field, problem in row_problems(row, first_seen)]
            first_seen.setdefault(row["ip_address"], number)
            rows.append(row)
    except csv.Error as error:
        return [], [f"Line {reader.line_num}: not readable as CSV ({error})."]
    if not rows and not problems:
        return [], ["The file has a header and no rows."]
    return rows, problems


def row_problems(row, first_seen):
    """Return ``(field, problem)`` for `row`, and bring its address into canonical form.

    `first_seen` gives, for an address in canonical form, the row that had it first.
    """
    problems = []
    if not HOSTNAME.match(row["hostname"]):
        problems.append(("hostname", f"“{row['hostname']}” is not a host name."))
    try:
        row["ip_address"] = str(netaddr.IPAddress(row["ip_address"]))
    except (netaddr.AddrFormatError, ValueError):
        problems.append(("ip_address", f"“{row['ip_address']}” is not an IPv4 or IPv6 address without a mask."))
    else:
        if row["ip_address"] in first_seen:
            problems.append(("ip_address", f"{row['ip_address']} is in row {first_seen[row['ip_address']]} already."))
    return problems
