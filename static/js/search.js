/* Find a community, compound, grid, building or household by a part of its name or id. */
"use strict";

(function () {
  const { el, word } = gridmap;
  const MOST = 12;

  function entries() {
    const areas = gridmap.read("areas");
    const buildings = gridmap.read("buildings");
    const households = gridmap.read("households");
    const list = [];
    const add = (kind, name, id, index) => list.push({ kind, name, id, index, text: `${name} ${id}`.toLowerCase() });
    for (const [kind, record] of [["community", areas?.communities], ["compound", areas?.compounds], ["grid", areas?.grids]]) {
      record?.id.forEach((id, index) => add(kind, record.name[index], id, index));
    }
    buildings?.id.forEach((id, index) => add("building", gridmap.cards.place(index), id, index));
    households?.id.forEach((id, index) => add("household", households.name[index], id, index));
    return list;
  }

  function find(list, text) {
    const wanted = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
    if (!wanted.length) return [];
    const found = [];
    for (const entry of list) {
      if (!wanted.every((part) => entry.text.includes(part))) continue;
      found.push(entry);
      if (found.length >= 200) break;
    }
    const exact = (entry) => (entry.name.toLowerCase() === text.trim().toLowerCase() ? 0 : 1);
    return found.sort((one, other) => exact(one) - exact(other)).slice(0, MOST);
  }

  /** Bind the search field; `choose(kind, index)` is called with what the reader picks. */
  gridmap.search = (choose) => {
    const field = document.querySelector("#search");
    const list = document.querySelector("#found");
    let known = null, found = [], active = -1;

    const close = () => {
      list.hidden = true;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
      active = -1;
    };
    const pick = (at) => {
      if (!found[at]) return;
      const { kind, index, name } = found[at];
      field.value = name;
      close();
      choose(kind, index);
    };
    const point = (at) => {
      active = (at + found.length) % found.length;
      [...list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === active)));
      field.setAttribute("aria-activedescendant", `found-${active}`);
      list.children[active].scrollIntoView({ block: "nearest" });
    };
    const show = () => {
      known ??= entries(); // on the first letter, not while the page opens
      found = find(known, field.value);
      const rows = found.map(({ kind, name, id }, at) => el("li",
        { id: `found-${at}`, role: "option", "aria-selected": "false", onpointerdown: (event) => { event.preventDefault(); pick(at); } },
        el("span", {}, name || id), el("span", { class: "quiet" }, `${word(`search.kind.${kind}`)}${name && kind !== "community" ? ` ${id}` : ""}`)));
      if (!rows.length && field.value.trim()) rows.push(el("li", { class: "quiet" }, word("search.none", { text: field.value.trim() })));
      list.replaceChildren(...rows);
      list.hidden = !rows.length;
      field.setAttribute("aria-expanded", String(rows.length > 0));
      active = -1;
    };

    field.addEventListener("input", show);
    field.addEventListener("blur", close);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { close(); return; }
      if (event.key === "Enter") { event.preventDefault(); if (list.hidden) show(); pick(Math.max(active, 0)); return; }
      if (!found.length || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
      event.preventDefault();
      point(active + (event.key === "ArrowDown" ? 1 : active < 0 ? 0 : -1));
    });
  };
})();
