"use strict";
(() => {
  const table = document.getElementById("findings");
  const byId = (id) => document.getElementById(id);

  // Closed details are not printed.
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  if (!table) return;

  const body = table.tBodies[0];
  const rows = [...body.rows].map((row, place) => ({ row, place, text: row.textContent.toLowerCase(), ...row.dataset }));
  const number = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");

  // Filters
  const controls = ["search", "severity", "check", "location"].map(byId);
  const [search, severity, check, location] = controls;
  for (const name of [...new Set(rows.map((entry) => entry.location))].sort()) {
    if (name) location.add(new Option(name, name));
  }
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const entry of rows) {
      const fits =
        (!severity.value || entry.severity === severity.value) &&
        (!check.value || entry.check === check.value) &&
        (!location.value || entry.location === location.value) &&
        words.every((word) => entry.text.includes(word));
      entry.row.hidden = !fits;
      shown += fits;
    }
    byId("shown").textContent =
      shown === rows.length ? `${number(shown)} shown` : `${number(shown)} of ${number(rows.length)} shown`;
    byId("nothing").hidden = shown > 0;
  };
  controls.forEach((control) => control.addEventListener("input", filter));
  byId("reset").addEventListener("click", () => {
    controls.forEach((control) => (control.value = ""));
    filter();
  });
  byId("filters").hidden = false;

  // Sorting: by the column's text, the most severe first, or back to the order of the file
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const bySeverity = heading.dataset.sort === "severity";
      const first = bySeverity ? "descending" : "ascending";
      const second = bySeverity ? "ascending" : "descending";
      const order = heading.getAttribute("aria-sort") === first ? second : first;
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const compare = bySeverity
        ? (a, b) => a.severity - b.severity
        : (a, b) => collator.compare(a.row.cells[column].textContent, b.row.cells[column].textContent);
      rows.sort((a, b) => sign * compare(a, b) || a.place - b.place);
      body.append(...rows.map((entry) => entry.row));
    });
  });

  // Where the links lead: a file does not know the address of the Nautobot that its reader uses
  const base = byId("base");
  const links = [...document.querySelectorAll("a[data-path]")];
  const relink = () => {
    const address = base.value.replace(/\/+$/, "");
    if (!address || /^https?:\/\//.test(address)) links.forEach((link) => (link.href = address + link.dataset.path));
  };
  base.addEventListener("change", relink);
  byId("address").hidden = false;
})();
