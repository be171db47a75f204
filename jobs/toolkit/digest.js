(() => {
  const list = byId("list");
  if (!list) return;
  const items = [...list.querySelectorAll(".request")].map((element) => ({ element, text: element.textContent.toLowerCase() }));
  byId("search").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const fits = words.every((word) => item.text.includes(word));
      item.element.hidden = !fits;
      shown += fits;
    }
    byId("shown").textContent = `${number(shown)} request${shown === 1 ? "" : "s"}`;
  });
  byId("filters").hidden = false;
})();
