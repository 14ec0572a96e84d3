"use strict";
(() => {
  const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const known = new Map();  // what a cell is sorted by; reading it off the page again would be slow

  const worth = (cell, numeric) => {
    if (!known.has(cell)) {
      const shown = cell.dataset.value ?? cell.textContent.trim();
      known.set(cell, numeric ? Number.parseFloat(shown) || 0 : shown);
    }
    return known.get(cell);
  };

  const sort = (table, column, down) => {
    const head = table.tHead.rows[0].cells;
    const numeric = head[column].classList.contains("number");
    const compare = numeric ? (a, b) => a - b : order.compare;
    const rows = [...table.tBodies[0].rows].map((row) => [worth(row.cells[column], numeric), row]);
    rows.sort((a, b) => (down ? compare(b[0], a[0]) : compare(a[0], b[0])));
    table.tBodies[0].append(...rows.map(([, row]) => row));
    for (const other of head) other.removeAttribute("aria-sort");
    head[column].setAttribute("aria-sort", down ? "descending" : "ascending");
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => {
        const first = head.classList.contains("number") ? "descending" : "ascending";
        const now = head.getAttribute("aria-sort");
        sort(table, column, now ? now === "ascending" : first === "descending");
      });
      head.replaceChildren(button);
    });
  }

  const find = document.querySelector(".find");
  const roll = document.getElementById("roll");
  if (find && roll) {
    const rows = [...roll.tBodies[0].rows].map((row) => [row.cells[0].textContent.normalize("NFKC").toLowerCase(), row]);
    find.querySelector("input").addEventListener("input", (event) => {
      const wanted = event.target.value.normalize("NFKC").toLowerCase().trim();
      let left = 0;
      for (const [name, row] of rows) {
        row.hidden = !name.includes(wanted);
        left += row.hidden ? 0 : 1;
      }
      find.querySelector("output").textContent = wanted ? `${left} of ${rows.length}` : "";
    });
    find.hidden = false;
  }

  const folded = [...document.querySelectorAll("details")];
  let before = [];
  addEventListener("beforeprint", () => {
    before = folded.map((one) => one.open);
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => folded.forEach((one, number) => { one.open = before[number]; }));
})();
