"use strict";
const byId = (id) => document.getElementById(id);
const number = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");

// Closed details are not printed.
addEventListener("beforeprint", () =>
  document.querySelectorAll("details:not([data-print])").forEach((details) => (details.open = true)),
);

// Where the links lead: a file does not know the address of the Nautobot that its reader uses
let address = byId("base").value;
let showAgain = () => {};
byId("base").addEventListener("change", (event) => {
  const entered = event.target.value.replace(/\/+$/, "");
  if (entered && !/^https?:\/\//.test(entered)) return;
  address = entered;
  document.querySelectorAll("a[data-path]").forEach((link) => (link.href = address + link.dataset.path));
  showAgain();
});
byId("address").hidden = false;

