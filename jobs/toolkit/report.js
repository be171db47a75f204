(() => {
  const PAGE = 50;
  const PRINTED = 300;
  const NONE = "(none)";

  document.querySelector('[href="#made"]')?.addEventListener("click", () => (byId("made").open = true));

  const table = byId("findings");
  if (!table) return;

  // The findings: `rows.py` says what is where in a row
  const data = JSON.parse(byId("data").textContent);
  byId("data").remove();
  const SEVERITY = 0, CHECK = 1, NAME = 2, PATH = 3, KEY = 4, LOCATION = 5, ROLE = 6, TEXT = 7, DETAILS = 8, SEEN = 9, STATE = 10, WAIVER = 11;
  const NEW = 1, KNOWN = 2;
  const severities = ["info", "low", "medium", "high", "critical"];
  const rows = data.rows;
  const text = (value) => (typeof value === "number" ? data.texts[value] : value);
  const waiver = (row) => data.waivers[row[WAIVER]];
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  // A row of the table, as the first ones are written in the file
  const make = (tag, className, ...content) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...content);
    return element;
  };
  const link = (row) => {
    const [before, after] = data.pages[row[PATH]];
    const path = before + row[KEY] + after;
    if (!path) return row[NAME];
    const anchor = make("a", "", row[NAME]);
    anchor.href = address + path;
    anchor.dataset.path = path;
    return anchor;
  };
  const muted = (content) => (content ? [make("span", "muted", content)] : []);
  const details = (row) => {
    const list = make("dl", "");
    for (let place = 0; place < row[DETAILS].length; place += 2) {
      const [label, value] = row[DETAILS].slice(place, place + 2);
      list.append(make("div", "", make("dt", "", data.labels[label]), make("dd", "", text(value))));
    }
    return list.firstChild ? [list] : [];
  };
  const waived = (row) => {
    if (!waiver(row)) return [];
    const [owner, reason, expires] = waiver(row);
    return [make("p", "waiver", make("b", "", `Waived until ${expires}`), " by ", make("bdi", "", owner), ": ", make("bdi", "", reason))];
  };
  const state = (row) => {
    if (waiver(row)) return [make("span", "badge waived", "waived")];
    return row[STATE] === NEW ? [make("span", "badge new", "new")] : [];
  };
  const tableRow = (row) => {
    const severity = severities[row[SEVERITY]];
    const [id, title, remedy] = data.checks[row[CHECK]];
    return make(
      "tr",
      "",
      make("td", "", make("span", `badge ${severity}`, severity)),
      make("td", "", link(row), ...muted(data.roles[row[ROLE]])),
      make("td", "", data.locations[row[LOCATION]]),
      make("td", "", text(row[TEXT]), ...details(row), ...waived(row)),
      make("td", "", data.seen[row[SEEN]].slice(0, 10), ...state(row)),
      make("td", "", make("b", "", id), ` ${title}`, ...muted(remedy)),
    );
  };

  // What is shown: one page of the rows that fit the filters, in the order chosen
  let order = rows.map((_, place) => place);
  let fitting = [];
  let page = 0;
  const body = table.tBodies[0];
  const pages = byId("pages");
  const label = make("span", "");
  const turn = (caption, target) => {
    const button = make("button", "", caption);
    button.type = "button";
    button.addEventListener("click", () => {
      page = Math.min(Math.max(target(), 0), last());
      show();
      byId("list").scrollIntoView();
      byId("findings-title").focus({ preventScroll: true });
    });
    return button;
  };
  const last = () => Math.max(Math.ceil(fitting.length / PAGE) - 1, 0);
  const back = [turn("First", () => 0), turn("Previous", () => page - 1)];
  const forth = [turn("Next", () => page + 1), turn("Last", last)];
  pages.append(...back, label, ...forth);
  const show = (from = page * PAGE, most = PAGE) => {
    const shown = fitting.slice(from, from + most);
    body.replaceChildren(...shown.map((place) => tableRow(rows[place])));
    const all = fitting.length === rows.length ? number(rows.length) : `${number(fitting.length)} of ${number(rows.length)}`;
    const range = `${number(from + 1)}–${number(from + shown.length)}`;
    byId("shown").textContent = shown.length < fitting.length ? `${all}, ${range} shown` : `${all} shown`;
    label.textContent = `${range} of ${number(fitting.length)}`;
    byId("nothing").hidden = fitting.length > 0;
    pages.hidden = fitting.length <= PAGE;
    back.forEach((button) => (button.disabled = page === 0));
    forth.forEach((button) => (button.disabled = page === last()));
  };
  showAgain = () => show();

  // Filters
  const controls = ["search", "severity", "check", "location", "role", "state"].map(byId);
  const [search, severity, check, place, role, standing] = controls;
  const start = standing.value;
  const options = (control, entries) => {
    for (const [value, caption] of entries) control.add(new Option(caption, value));
  };
  const named = (names) => [...new Set(names)].sort(collator.compare).map((name) => [name || NONE, name || NONE]);
  options(check, data.checks.map(([id, title]) => [id, `${id} ${title}`]).sort((a, b) => collator.compare(a[0], b[0])));
  options(role, named(data.roles));
  const above = new Map();
  for (const name of data.locations) {
    const parts = name.split(" / ");
    parts.forEach((_, depth) => above.set(parts.slice(0, depth + 1).join(" / "), parts.slice(0, depth + 1)));
  }
  const byPart = (a, b) => {
    for (let depth = 0; depth < Math.min(a.length, b.length); depth++) {
      const order = collator.compare(a[depth], b[depth]);
      if (order) return order;
    }
    return a.length - b.length;
  };
  const tree = [...above].sort((a, b) => byPart(a[1], b[1]));
  options(place, tree.map(([name, parts]) => [name || NONE, "\u00a0\u00a0\u00a0".repeat(parts.length - 1) + (parts.at(-1) || NONE)]));

  // Texts to search in: of each row its own, and of what repeats once each
  const lower = (texts) => texts.map((each) => each.toLowerCase());
  let own = null;
  const shared = { checks: lower(data.checks.map((each) => each.join("\n"))), locations: lower(data.locations), roles: lower(data.roles) };
  const prepare = () => {
    own ??= rows.map((row) =>
      [row[NAME], text(row[TEXT]), ...row[DETAILS].map((each, at) => (at % 2 ? text(each) : data.labels[each])), ...(waiver(row) ?? [])]
        .join("\n")
        .toLowerCase(),
    );
  };
  setTimeout(prepare, 200);
  const finder = (word) => {
    const [checks, locations, roles] = [shared.checks, shared.locations, shared.roles].map((texts) => texts.map((each) => each.includes(word)));
    return (row, at) => checks[row[CHECK]] || locations[row[LOCATION]] || roles[row[ROLE]] || own[at].includes(word);
  };
  const states = {
    "": (row) => row[WAIVER] === undefined,
    new: (row) => row[WAIVER] === undefined && row[STATE] === NEW,
    known: (row) => row[WAIVER] === undefined && row[STATE] === KNOWN,
    waived: (row) => row[WAIVER] !== undefined,
    all: () => true,
  };
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length) prepare();
    const finders = words.map(finder);
    const within = data.locations.map((name) => (name || NONE) === place.value || name.startsWith(`${place.value} / `));
    const least = severity.value === "" ? null : Number(severity.value);
    const fits = (at) => {
      const row = rows[at];
      return (
        (least === null || row[SEVERITY] === least) &&
        (!check.value || data.checks[row[CHECK]][0] === check.value) &&
        (!place.value || within[row[LOCATION]]) &&
        (!role.value || (data.roles[row[ROLE]] || NONE) === role.value) &&
        states[standing.value](row) &&
        finders.every((find) => find(row, at))
      );
    };
    fitting = order.filter(fits);
    page = 0;
    show();
    const note = byId("hidden-waived");
    if (note) note.hidden = ["waived", "all"].includes(standing.value);
  };
  const reset = () => {
    controls.forEach((control) => (control.value = ""));
    standing.value = start;
  };
  controls.forEach((control) => control.addEventListener("input", filter));
  byId("reset").addEventListener("click", () => {
    reset();
    filter();
  });
  reset();
  filter();
  byId("filters").hidden = false;
  if (byId("plain")) byId("plain").hidden = true;

  // A row of a chart leads to its findings
  document.querySelectorAll("[data-pick]").forEach((heading) => {
    const button = make("button", "pick", heading.textContent);
    button.type = "button";
    button.addEventListener("click", () => {
      reset();
      const [control, value] = [byId(heading.dataset.pick), heading.dataset.value];
      control.value = value;
      if (control.value !== value) {
        options(control, [[value, value]]); // the table has none of it
        control.value = value;
      }
      filter();
      byId("list").scrollIntoView();
      byId("findings-title").focus({ preventScroll: true });
    });
    heading.replaceChildren(button);
  });

  // Sorting: by the column's text, the most severe first, or back to the order of the file
  const texts = {
    object: (row) => row[NAME],
    location: (row) => data.locations[row[LOCATION]],
    finding: (row) => text(row[TEXT]),
    seen: (row) => data.seen[row[SEEN]],
    check: (row) => data.checks[row[CHECK]][0],
  };
  const ranks = { severity: rows.map((row) => row[SEVERITY]) };
  const ranked = (column) => {
    if (!ranks[column]) {
      const values = rows.map(texts[column]);
      const places = new Map([...new Set(values)].sort(collator.compare).map((value, at) => [value, at]));
      ranks[column] = values.map((value) => places.get(value));
    }
    return ranks[column];
  };
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading) => {
    const button = make("button", "", heading.textContent);
    button.type = "button";
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const column = heading.dataset.sort;
      const [first, second] = column === "severity" ? ["descending", "ascending"] : ["ascending", "descending"];
      const direction = heading.getAttribute("aria-sort") === first ? second : first;
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", direction);
      const sign = direction === "ascending" ? 1 : -1;
      const rank = ranked(column);
      order = rows.map((_, at) => at).sort((a, b) => sign * (rank[a] - rank[b]) || a - b);
      filter();
    });
  });

  // On paper: what fits the filters, as far as that is a reasonable pile
  addEventListener("beforeprint", () => {
    show(0, PRINTED);
    const chosen = controls.filter((control) => control.value).map((control) => {
      const caption = control.parentElement.firstChild.textContent;
      return `${caption}: ${(control.selectedOptions?.[0].textContent ?? control.value).trim()}`;
    });
    const printed = byId("printed");
    const cut = fitting.length > PRINTED ? `Printed are the first ${number(PRINTED)} of ${number(fitting.length)} findings; the filters choose others.` : "";
    printed.textContent = [cut, ...chosen].filter(Boolean).join(" ");
    printed.hidden = !printed.textContent;
  });
  addEventListener("afterprint", () => {
    byId("printed").hidden = true;
    show();
  });
})();
