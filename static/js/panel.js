/* The list beside the map: figures that filter, rows that light the map. */
"use strict";

(function () {
  const { el, word, count } = gridmap;
  const STEP = 60;
  const FILTERS = ["nobody", "unit_only", "cover_needed", "uncertain"];
  const CARE = ["red", "yellow", "green"];

  gridmap.panel = (act) => {
    const record = gridmap.read("households");
    const total = record?.id.length ?? 0;
    const list = document.querySelector("#gap-list");
    const state = { area: -1, show: new Set(["nobody", "unit_only", "cover_needed"]), sort: "urgency", classes: null, selected: -1, shown: STEP };
    let rows = [];

    const kindOf = (index) => gridmap.STATES[record.state[index]];
    const inArea = (index) => state.area < 0 || record.community[index] === state.area;
    const matches = (index, filter) => (filter === "uncertain" ? record.uncertain[index] === 1 : kindOf(index) === filter);

    function wanted(index) {
      if (!inArea(index)) return false;
      if (state.classes && !state.classes(record.grid[index])) return false;
      return [...state.show].some((filter) => matches(index, filter));
    }

    const compare = {
      urgency: (a, b) => record.state[a] - record.state[b] || CARE.indexOf(record.care[a]) - CARE.indexOf(record.care[b])
        || record.in_danger[b] - record.in_danger[a] || a - b,
      place: (a, b) => gridmap.cards.home(a).localeCompare(gridmap.cards.home(b), "zh") || a - b,
    };

    function row(index) {
      const kind = kindOf(index);
      const first = [gridmap.cards.categories(index), word(`care.${record.care[index]}`)].filter(Boolean).join(" · ");
      const second = [record.name[index], record.id[index]].filter(Boolean);
      if (!record.at[index]) second.push(word("list.off_map"));
      return el("li", {}, el("button", {
        type: "button", class: "gap", id: `household-${index}`, "aria-current": index === state.selected ? "true" : null,
        onclick: () => act.select(index), onpointerenter: () => act.light(index), onpointerleave: () => act.light(-1),
        onfocus: () => act.light(index), onblur: () => act.light(-1),
      },
      gridmap.cards.mark(kind),
      el("span", { class: "gap-text" },
        el("span", { class: "gap-title" }, gridmap.cards.home(index), " ", el("span", { class: "state-word" }, word(`state.${kind}`))),
        el("span", {}, first), el("span", { class: "quiet" }, second.join(" · ")),
        el("span", { class: "tags" },
          record.in_danger[index] ? el("span", { class: "tag tag-danger" }, word("in_danger")) : null,
          record.uncertain[index] ? el("span", { class: "tag tag-uncertain" }, `? ${word("state.uncertain")}`) : null))));
    }

    function empty() {
      const kind = total ? ["list.empty", "list.empty_hint"] : ["list.no_data", "list.no_data_hint"];
      return el("li", { class: "notice" }, el("strong", {}, word(kind[0])), el("p", {}, word(kind[1])));
    }

    function fill() {
      list.replaceChildren(...(rows.length ? rows.slice(0, state.shown).map(row) : [empty()]));
      list.removeAttribute("aria-busy");
      const rest = rows.length - state.shown;
      const more = () => { state.shown += STEP; fill(); document.querySelector(`#household-${rows[state.shown - STEP]}`).focus(); };
      if (rest > 0) {
        list.append(el("li", { class: "more" },
          el("button", { type: "button", class: "button", onclick: more }, word("list.more", { n: Math.min(rest, STEP) }))));
      }
      document.querySelector("#list-count").textContent = rows.length ? word("list.shown", { n: count(rows.length) }) : "";
    }

    function tally() {
      for (const filter of FILTERS) {
        const button = document.querySelector(`[data-filter="${filter}"]`);
        let number = 0;
        for (let index = 0; index < total; index += 1) if (inArea(index) && matches(index, filter)) number += 1;
        const figure = button.querySelector(".tile-number");
        figure.textContent = count(number);
        figure.dataset.length = figure.textContent.length;
        button.setAttribute("aria-pressed", String(state.show.has(filter)));
      }
      let all = 0, covered = 0;
      for (let index = 0; index < total; index += 1) {
        if (!inArea(index)) continue;
        all += 1;
        covered += record.helped[index];
      }
      document.querySelector("#sentence").textContent = word("sentence",
        { total: count(all), covered: count(covered), time: document.body.dataset.asOf });
    }

    const panel = {
      state,
      refresh() {
        rows = [];
        for (let index = 0; index < total; index += 1) if (wanted(index)) rows.push(index);
        rows.sort(compare[state.sort] ?? compare.urgency);
        state.shown = STEP;
        tally();
        fill();
      },

      toggle(filter) {
        if (!state.show.delete(filter)) state.show.add(filter);
        panel.refresh();
      },

      /** Light a row without moving the reader. */
      light(index) {
        list.querySelector(".is-lit")?.classList.remove("is-lit");
        document.querySelector(`#household-${index}`)?.classList.add("is-lit");
      },

      /** Mark a row as chosen and bring it into view. */
      mark(index) {
        state.selected = index;
        list.querySelector('[aria-current="true"]')?.removeAttribute("aria-current");
        const at = rows.indexOf(index);
        if (index < 0 || at < 0) return;
        if (at >= state.shown) { state.shown = Math.ceil((at + 1) / STEP) * STEP; fill(); }
        const button = document.querySelector(`#household-${index}`);
        button.setAttribute("aria-current", "true");
        button.scrollIntoView({ block: "nearest" });
      },
    };

    for (const button of document.querySelectorAll("[data-filter]")) {
      button.addEventListener("click", () => { panel.toggle(button.dataset.filter); act.changed(); });
    }
    document.querySelector("#sort").addEventListener("change", (event) => {
      state.sort = event.target.value;
      panel.refresh();
      act.changed();
    });
    return panel;
  };
})();
