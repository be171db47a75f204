(() => {
  // The fingerprint, to be pasted into the form that applies the plan
  const fingerprint = byId("fingerprint");
  const copy = document.createElement("button");
  copy.type = "button";
  copy.textContent = "Copy";
  copy.setAttribute("aria-label", "Copy the fingerprint");
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(fingerprint.textContent);
    } catch {
      getSelection().selectAllChildren(fingerprint);
      document.execCommand("copy");
    }
    copy.textContent = "Copied";
    setTimeout(() => (copy.textContent = "Copy"), 2000);
  });
  if (fingerprint) fingerprint.after(copy);

  const list = byId("list");
  if (!list) return;

  const groups = [...list.querySelectorAll(".group")].map((element) => ({
    element,
    action: element.dataset.action,
    model: element.dataset.model,
    title: element.querySelector("summary").textContent.toLowerCase(),
    count: element.querySelector("em"),
    items: [...element.querySelectorAll(".change")].map((item) => ({ element: item, row: item.dataset.row ?? "", shown: true })),
  }));
  const all = groups.reduce((sum, group) => sum + group.items.length, 0);

  // Texts to search in, once somebody searches
  let prepared = false;
  const prepare = () => {
    if (prepared) return;
    for (const group of groups) for (const item of group.items) item.text = item.element.textContent.toLowerCase();
    prepared = true;
  };
  setTimeout(prepare, 500);

  // Filters
  const [search, action, model, row] = ["search", "action", "model", "row"].map(byId);
  const controls = [search, action, model, row].filter(Boolean);
  const rows = new Set(groups.flatMap((group) => group.items.map((item) => item.row)));
  if (row) for (const name of rows) if (name) row.add(new Option(name, name));
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length) prepare();
    let sum = 0;
    for (const group of groups) {
      const left = words.filter((word) => !group.title.includes(word));
      const out = (action.value && group.action !== action.value) || (model.value && group.model !== model.value);
      let count = 0;
      for (const item of group.items) {
        const shown = !out && (!row?.value || item.row === row.value) && left.every((word) => item.text.includes(word));
        if (shown !== item.shown) item.element.hidden = !(item.shown = shown);
        count += shown;
      }
      group.element.hidden = count === 0;
      if (count && count < group.items.length) group.element.open = true;
      group.count.textContent = count === group.items.length ? number(count) : `${number(count)} of ${number(group.items.length)}`;
      sum += count;
    }
    byId("shown").textContent = sum === all ? `${number(all)} shown` : `${number(sum)} of ${number(all)} shown`;
    byId("nothing").hidden = sum > 0;
  };
  const reset = () => controls.forEach((control) => (control.value = ""));
  controls.forEach((control) => control.addEventListener("input", filter));
  byId("reset").addEventListener("click", () => {
    reset();
    filter();
  });
  const fold = byId("fold");
  fold.addEventListener("click", () => {
    const open = fold.getAttribute("aria-expanded") !== "true";
    groups.forEach((group) => (group.element.open = open));
    fold.setAttribute("aria-expanded", String(open));
    fold.textContent = open ? "Collapse all" : "Expand all";
  });
  reset();
  filter();
  byId("filters").hidden = false;

  // A model in the chart, and the row of a problem, lead to their changes
  const lead = (element, control, value) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "pick";
    button.textContent = element.textContent;
    button.addEventListener("click", () => {
      reset();
      control.value = value;
      filter();
      list.scrollIntoView();
      byId("changes-title").focus({ preventScroll: true });
    });
    element.replaceChildren(button);
  };
  document.querySelectorAll("[data-pick]").forEach((element) => lead(element, model, element.dataset.pick));
  document.querySelectorAll(".problems .row").forEach((element) => {
    if (row && rows.has(element.dataset.row)) lead(element, row, element.dataset.row);
  });

  // On paper: which filters were set
  addEventListener("beforeprint", () => {
    const chosen = controls.filter((control) => control.value);
    byId("printed").textContent = chosen.map((control) => `${control.parentElement.firstChild.textContent}: ${control.value}`).join(", ");
    byId("printed").hidden = !chosen.length;
  });
  addEventListener("afterprint", () => (byId("printed").hidden = true));
})();
