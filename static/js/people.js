/* Judge rows that may be one person: two side by side, one key to decide. A module: this page is always served. */

import { ask, fill, node, oneAtATime, refusal } from "./asking.js";

const main = document.querySelector("main");
const spoken = JSON.parse(main.dataset.spoken), communities = JSON.parse(main.dataset.communities);
const find = (selector) => document.querySelector(selector);
const card = find("#card"), answer = find("#answer"), filter = find("#filter");
const word = (key) => spoken[`people.${key}`];
const say = (key, values = {}) => fill(word(key) ?? key, values);
const side = () => filter.elements.side.value;

let pair = null, total = 0, at = 0, keep = 0;
const taken = [];

/** Do one thing at a time; what stops it is said, and the pair is read anew when it is no longer as it was shown. */
const alone = oneAtATime(main, async (error) => {
  tell(refusal(word(`error.${error.code}`) ?? say("error"), error));
  if (error.code === "StaleRow") await read(at);
});

const tell = (...children) => answer.replaceChildren(...children);
const done = (text, ...more) => tell(node("div", { class: "notice review-done" }, text, ...more));

/** Read the pair at a position; past the end it begins anew. */
async function read(next) {
  const told = await ask("GET", `api/v1/people/duplicates?${new URLSearchParams({ side: side(), offset: String(next), limit: "1" })}`);
  if (!told.pairs.length && told.total) return read(0);
  [pair, total, at] = [told.pairs[0] ?? null, told.total, next];
  keep = pair && pair.rows[1].id === pair.keep_id ? 1 : 0;
  show();
  return listed();
}

function show() {
  find("#progress").textContent = say("progress", { total: total.toLocaleString("en-US") });
  find("#undo").disabled = taken.length === 0;
  for (const key of ["y", "n", "k", "s", "b"]) find(`[data-key=${key}]`).disabled = !pair;
  card.replaceChildren(...(pair ? [why(), table()] : [node("p", { class: "notice" }, say("done"))]));
  document.body.dataset.pair = pair ? pair.rows.map((row) => row.id).join("+") : "empty";
  document.body.dataset.keep = pair ? pair.rows[keep].id : "";
  card.focus({ preventScroll: true });
}

const why = () => node("p", { class: "people-why" }, node("span", { class: "quiet" }, `${say("why")} · ${say("at", { n: at + 1, total })} `), pair.signs.map((sign) => word(`sign.${sign}`)).join(" · "));

function value(fact, written) {
  if (written === null || written === "" || (Array.isArray(written) && !written.length)) return node("span", { class: "quiet" }, say("none"));
  const one = (item) => spoken[`${{ categories: "category", roles: "role", care_level: "care", gender: "people.gender", status: "people.status" }[fact]}.${item}`] ?? String(item);
  return Array.isArray(written) ? written.map(one).join("、") : one(written);
}

function table() {
  const facts = Object.keys(pair.rows[0]).filter((fact) => !["id", "place", "pairings", "graver"].includes(fact));
  const line = (name, cells, differs) => node("tr", { class: differs ? "is-differing" : null }, node("th", { scope: "row" }, name, differs ? node("span", { class: "unseen" }, ` ${say("differs")}`) : null), ...cells.map((cell, index) => node("td", { class: index === keep ? "is-kept" : null }, cell)));
  const shown = facts.map((fact) => line(word(`fact.${fact}`), pair.rows.map((row, index) => said(fact, row, index === keep)), pair.differs.includes(fact)));
  const found = pair.rows.map((row) => [communities[row.place.community_id], spoken[`accuracy.${row.place.accuracy}`]].filter(Boolean).join(" · ") || say("none"));
  const graver = Object.keys(pair.rows[keep].graver).filter((fact) => !facts.includes(fact)).map((fact) => word(`fact.${fact}`) ?? fact);
  const hidden = pair.differs.filter((fact) => !facts.includes(fact)).map((fact) => word(`fact.${fact}`) ?? fact);
  return node("table", {},
    node("colgroup", {}, node("col", { class: "people-fact" }), node("col"), node("col")),
    node("thead", {}, node("tr", {}, node("td", {}), ...pair.rows.map(head))),
    node("tbody", {}, ...shown, line(say("fact.community"), found, found[0] !== found[1]), line(say("held"), pair.rows.map((row) => String(row.pairings)), false)),
    hidden.length ? node("caption", { class: "quiet" }, say("hidden", { names: hidden.join("、") }), ...(graver.length ? [node("br"), say("graver_hidden", { names: graver.join("、") })] : [])) : null);
}

/** What a row says, and what it will say once the other is merged into it where that is graver. */
function said(fact, row, kept) {
  const own = value(fact, row[fact]);
  if (!kept || !(fact in row.graver)) return own;
  return node("span", {}, own, node("span", { class: "people-graver" }, say("graver", { value: value(fact, row.graver[fact]) })));
}

function head(row, index) {
  const chosen = index === keep;
  return node("th", { scope: "col", class: chosen ? "is-kept" : null },
    node("button", { type: "button", class: "people-keep", "aria-pressed": String(chosen), title: say("keep"), onclick: () => choose(index) },
      node("kbd", {}, String(index + 1)), node("span", {}, row.id), node("span", { class: "tag" }, chosen ? `✓ ${say("kept")}` : say("other"))));
}

function choose(index) {
  if (!pair) return;
  keep = index;
  show();
}

function judge(kind) {
  if (!pair) return undefined;
  return alone(async () => {
    const body = { side: side(), kind, kept_id: pair.rows[keep].id, merged_id: pair.rows[1 - keep].id, fill: find("#fill").checked, seen: pair.seen };
    const made = await ask("POST", "api/v1/people/merges", body);
    taken.push(made.merge_id);
    done(say(`saved.${kind}`, { id: made.merge_id, kept: made.kept_id, merged: made.merged_id, pairings: made.pairings }));
    await read(at);
  });
}

async function undo(id) {
  const told = await ask("DELETE", `api/v1/people/merges/${encodeURIComponent(id)}`);
  if (taken.includes(id)) taken.splice(taken.indexOf(id), 1);
  done(say("undone", { id }), ...(told.stays.length ? [node("p", {}, say("stays")), node("ul", {}, ...told.stays.map((text) => node("li", {}, text)))] : []));
  filter.elements.side.value = told.side;
  await read(at);
}

/** List what was judged before, the newest first. */
async function listed() {
  const made = await ask("GET", `api/v1/people/merges?side=${side()}`);
  find("#history").hidden = !made.length;
  find("#history ul").replaceChildren(...made.slice(0, 50).map((one) => node("li", { class: one.undone_at ? "is-undone" : null },
    node("span", {}, say(`history.line.${one.kind}`, { id: one.merge_id, kept: one.kept_id, merged: one.merged_id })),
    node("span", { class: "quiet" }, say("by", { when: one.made_at.slice(0, 16).replace("T", " "), who: one.made_by })),
    one.undone_at ? node("span", { class: "quiet" }, say("ended")) : node("button", { type: "button", class: "button", onclick: () => alone(() => undo(one.merge_id)) }, say("undo_this", { id: one.merge_id })))));
}

const DOES = {
  y: () => judge("same"),
  n: () => judge("different"),
  1: () => choose(0),
  2: () => choose(1),
  k: () => choose(1 - keep),
  f: () => find("#fill").click(),
  s: () => pair && alone(() => read(at + 1)),
  b: () => pair && alone(() => read(Math.max(at - 1, 0))),
  u: () => taken.length && alone(() => undo(taken.at(-1))),
};

for (const button of document.querySelectorAll("[data-key]")) button.addEventListener("click", () => DOES[button.dataset.key]());
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, input:not([type=checkbox])")) return;
  const does = DOES[event.key.toLowerCase()];
  if (!does) return;
  event.preventDefault();
  does();
});
filter.elements.side.addEventListener("change", () => alone(() => read(0)));
filter.addEventListener("submit", (event) => event.preventDefault());
alone(() => read(0));
