/* What a click shows: masked household cards, a grid's figures, a hazard site. */
"use strict";

(function () {
  const { el, word, count } = gridmap;
  const FIRST_CARDS = 5;

  /** The mark of a state: colour, form and word together. */
  function mark(state) {
    return el("span", { class: `mark mark-${state.replace("_", "-")}`, "aria-hidden": "true" }, state === "uncertain" ? "?" : "");
  }

  function place(index) {
    const { number, address, compound, id } = gridmap.read("buildings") ?? { id: [] };
    const { compounds } = gridmap.read("areas") ?? {};
    if (index < 0 || index >= id.length) return "";
    const name = compound[index] >= 0 ? compounds.name[compound[index]] : "";
    return [name, number[index]].filter(Boolean).join(" ") || address[index] || id[index];
  }

  /** Where a household lives, as far as a page may say: the building, else the compound, else the grid. */
  function home(index) {
    const record = gridmap.read("households");
    const { compounds, grids, communities } = gridmap.read("areas");
    const wall = place(record.building[index]);
    if (wall) return wall;
    if (record.compound[index] >= 0) return compounds.name[record.compound[index]];
    if (record.grid[index] >= 0) return grids.name[record.grid[index]];
    return record.community[index] >= 0 ? communities.name[record.community[index]] : word("place.unknown");
  }

  function categories(index) {
    const kinds = gridmap.read("households").categories[index].map((kind) => word(`category.${kind}`));
    return [...new Set(kinds)].join(" · ");
  }

  function helper([member, role, distance, reasons]) {
    const why = reasons[document.documentElement.lang === "en" ? 1 : 0];
    const { members } = gridmap.read("households");
    const notes = [word(`role.${role}`)];
    if (members.kind[member] === "unit") notes.push(word("member.unit"));
    if (members.unit[member]) notes.push(members.unit[member]);
    if (distance !== null) notes.push(`${count(distance)} m`);
    const away = members.off_duty[member] || members.status[member] === "leave"
      ? el("span", { class: "tag tag-away" }, word(members.status[member] === "ended" ? "member.ended" : "member.leave"))
      : null;
    return el("li", {}, el("strong", {}, members.name[member] || members.unit[member] || "—"), " ", away,
      el("span", { class: "quiet" }, notes.join(" · ")),
      why ? el("span", { class: "why" }, `${word("card.why")}: ${why}`) : null);
  }

  function household(index) {
    // a page that is served leads to the answers; one that is opened from disk has nobody to ask
    const answers = document.body.dataset.household;
    const record = gridmap.read("households");
    const state = gridmap.STATES[record.state[index]];
    const helpers = record.helpers[index].filter(([member]) => member >= 0);
    return el("article", { class: `card card-${state.replace("_", "-")}` },
      el("h3", {}, mark(state), `${record.name[index] || record.id[index]} `, el("span", { class: "state-word" }, word(`state.${state}`))),
      el("p", {}, [categories(index), word(`care.${record.care[index]}`)].filter(Boolean).join(" · ")),
      el("p", { class: "quiet" }, `${home(index)} · ${record.id[index]} · ${word(`accuracy.${record.accuracy[index] || "none"}`)}`),
      record.in_danger[index] ? el("p", {}, el("span", { class: "tag tag-danger" }, word("in_danger"))) : null,
      helpers.length
        ? el("ul", { class: "helpers", "aria-label": word("card.helpers") }, ...helpers.map(helper))
        : el("p", { class: "nobody-here" }, word("card.no_helpers")),
      answers ? el("p", {}, el("a", { href: `${answers}?id=${encodeURIComponent(record.id[index])}` }, word("why.more"))) : null);
  }

  /** The households of one place, `first` on top. */
  function group(title, households, first = -1) {
    const order = first >= 0 ? [first, ...households.filter((index) => index !== first)] : households;
    const rest = order.slice(FIRST_CARDS);
    const box = el("div", { class: "cards" }, el("h2", {}, title, " ",
      el("span", { class: "quiet" }, order.length ? word(order.length === 1 ? "households.one" : "households", { n: order.length }) : word("legend.none"))));
    box.append(...order.slice(0, FIRST_CARDS).map(household));
    if (rest.length) {
      const more = el("button", { class: "button", type: "button" }, word("card.more", { n: rest.length }));
      more.addEventListener("click", (event) => { event.stopPropagation(); more.replaceWith(...rest.map(household)); });
      box.append(more);
    }
    return box;
  }

  function grid(record, index) {
    const of = record.community[index];
    const { communities } = gridmap.read("areas");
    const total = record.households[index] ?? 0;
    return el("div", { class: "cards" },
      el("h2", {}, record.name[index], " ", el("span", { class: "quiet" }, of >= 0 ? communities.name[of] : "")),
      el("p", { class: "figure" }, total
        ? word("grid.share", { n: count(record.gaps[index]), total: count(total), share: gridmap.percent(record.share[index]) })
        : word("grid.none")),
      el("p", { class: "quiet" }, `${word("level.grid")} ${record.id[index]}`));
  }

  function hazard(sites, index, estimated) {
    if (index < 0) return el("div", { class: "cards" }, el("h2", {}, word("state.danger")));
    const kind = word(`hazard.${sites.kind[index]}`);
    return el("div", { class: "cards" },
      el("h2", {}, sites.name[index]),
      el("p", {}, [kind.startsWith("hazard.") ? sites.kind[index] : kind,
        sites.level[index] ? word(`threat.${sites.level[index]}`) : "", estimated ? word("zone.estimated") : ""].filter(Boolean).join(" · ")));
  }

  gridmap.cards = { mark, place, home, categories, household, group, grid, hazard };
})();
