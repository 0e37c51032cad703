/* Review where people are: one row at a time, one key to decide. A module: this page is always served. */

import { ask, node } from "./asking.js";

const main = document.querySelector("main");
const spoken = JSON.parse(main.dataset.spoken);
const find = (selector) => document.querySelector(selector);
const card = find("#card"), answer = find("#answer"), filter = find("#filter"), progress = find("#progress");
const map = () => window.gridmap?.candidates;
const say = (key, values = {}) => (spoken[`review.${key}`] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

let row = null, total = 0, position = 0, at = null, busy = false;
const taken = [];

/** Do one thing at a time; what stops it is said, and the row is read anew when it is no longer as it was shown. */
async function alone(task) {
  if (busy) return;
  busy = true;
  main.setAttribute("aria-busy", "true");
  try {
    await task();
  } catch (error) {
    const known = spoken[`review.error.${error.code}`];
    answer.replaceChildren(node("div", { class: "notice notice-error" }, node("strong", {}, known ?? say("error")), node("p", { class: "quiet" }, error.message)));
    if (error.code === "StaleRow" && row) await look(row.id);
  } finally {
    busy = false;
    main.removeAttribute("aria-busy");
  }
}

const settings = () => Object.fromEntries(new FormData(filter));

function address(more) {
  const { area, side, which } = settings();
  const query = new URLSearchParams({ side, decided: String(which === "decided"), ...more });
  if (area) query.set("area", area);
  return `api/v1/review?${query}`;
}

/** Read the row at a position of the queue; past the end it begins anew. */
async function read(next) {
  let told = await ask("GET", address({ offset: next, limit: 1 }));
  if (!told.rows.length && told.total) {
    next = 0;
    told = await ask("GET", address({ offset: 0, limit: 1 }));
  }
  position = at = next;
  show(told);
}

/** Read one row again, or one that is not in the queue; the place in the queue is kept. */
async function look(person) {
  const told = await ask("GET", address({ person }));
  if (row?.id !== person || told.total < total) at = null;
  show(told);
}

function show(told) {
  row = told.rows[0] ?? null;
  total = told.total;
  progress.textContent = say("progress", { open: told.open.toLocaleString("en-US"), decided: told.decided.toLocaleString("en-US") });
  find("#undo").disabled = taken.length === 0;
  if (!row) {
    map()?.clear();
    card.replaceChildren(node("p", { class: "notice review-empty" }, say(settings().which === "decided" ? "done_decided" : "done")));
  } else {
    card.replaceChildren(...facts(), list(), ...learn(), ...history());
    map()?.show(row, (candidate) => accept(candidate));
  }
  document.body.dataset.review = row ? row.id : "empty";
  card.focus({ preventScroll: true });
}

function facts() {
  const stated = [row.stated_community, row.stated_grid].filter(Boolean).join(" · ");
  const line = (word, text) => (text ? [node("dt", {}, say(word)), node("dd", {}, text)] : []);
  return [
    node("p", { class: "review-who" }, node("strong", {}, row.name || row.id), " ", node("span", { class: "quiet" }, row.id),
      row.care_level ? node("span", { class: `tag care-${row.care_level}` }, spoken[`care.${row.care_level}`]) : null,
      at === null ? null : node("span", { class: "quiet review-at" }, say("at", { n: at + 1, total }))),
    node("dl", {}, ...line("written", row.address || say("no_address")), ...line("stated", stated),
      ...line("now", spoken[`accuracy.${row.place.accuracy}`]), ...line("why", row.place.reason)),
  ];
}

function list() {
  if (!row.candidates.length) return node("p", { class: "notice" }, say("no_candidates"));
  const items = row.candidates.map((candidate) =>
    node("li", {},
      node("button", { type: "button", class: "review-choice", onclick: () => accept(candidate) },
        node("kbd", {}, String(candidate.rank)),
        node("span", {}, node("strong", {}, candidate.label), " ", node("span", { class: "quiet" }, `${Math.round(candidate.score * 100)}%`), node("small", {}, candidate.reason))),
      node("button", { type: "button", class: "button review-not", title: say("not_this"), "aria-label": `${say("not_this")} ${candidate.rank} ${candidate.label}`, onclick: () => decide("reject", candidate) }, "✕")));
  return node("ol", { class: "review-list", "aria-label": say("candidates") }, ...items);
}

function learn() {
  if (!row.learnable) return [];
  return [node("label", { class: "review-learn" }, node("input", { type: "checkbox", id: "learn" }), node("kbd", {}, "A"), say("alias", { name: row.learnable }))];
}

function history() {
  if (!row.decisions.length) return [];
  const items = row.decisions.map((made) =>
    node("li", {}, `${made.id} ${say(`kind.${made.kind}`)} ${made.label ?? ""} `, node("span", { class: "quiet" }, say("by", { when: made.made_at.slice(0, 16).replace("T", " "), who: made.made_by })), " ",
      node("button", { type: "button", class: "button", onclick: () => alone(() => undo(made.id)) }, say("undo_this", { id: made.id }))));
  return [node("h2", {}, say("history")), node("ul", { class: "review-history" }, ...items)];
}

const accept = (candidate) => decide(find("#learn")?.checked ? "alias" : "accept", candidate);

function decide(kind, candidate, point) {
  if (!row) return undefined;
  return alone(async () => {
    const body = { side: settings().side, person_id: row.id, kind, target: candidate?.target ?? null, point: point ?? null, seen: row.seen };
    const told = await ask("POST", "api/v1/review/decisions", body);
    taken.push(told.decision_id);
    answer.replaceChildren(node("p", { class: "notice review-done" }, say("saved", { id: told.decision_id, label: candidate?.label ?? say(`kind.${kind}`) })));
    if (kind === "reject") await look(row.id);
    else await read(position);
  });
}

async function undo(id) {
  const told = await ask("DELETE", `api/v1/review/decisions/${encodeURIComponent(id)}`);
  const index = taken.indexOf(id);
  if (index >= 0) taken.splice(index, 1);
  answer.replaceChildren(node("p", { class: "notice review-done" }, say("undone", { id })));
  filter.elements.side.value = told.side;
  await look(told.person_id);
}

const DOES = {
  0: () => decide("none"),
  p: () => {
    if (!row || !map()) return;
    answer.replaceChildren(node("p", { class: "notice" }, say("pin_help")));
    map().pin((point) => decide(find("#learn")?.checked ? "alias" : "pin", null, point));
  },
  n: () => alone(() => read(at === null ? position : position + 1)),
  b: () => alone(() => read(Math.max(position - 1, 0))),
  u: () => taken.length && alone(() => undo(taken.at(-1))),
  a: () => find("#learn")?.click(),
};

for (const button of document.querySelectorAll("[data-key]")) button.addEventListener("click", () => DOES[button.dataset.key]());
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, input:not([type=checkbox])")) return;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  const does = digit && digit !== "0" ? choice(Number(digit), event.shiftKey) : DOES[digit ?? event.key.toLowerCase()];
  if (!does) return;
  event.preventDefault();
  does();
});

function choice(rank, not) {
  const candidate = row?.candidates.find((one) => one.rank === rank);
  return candidate && (() => (not ? decide("reject", candidate) : accept(candidate)));
}

filter.addEventListener("change", () => alone(() => read(0)));
filter.addEventListener("submit", (event) => event.preventDefault());
const given = new URLSearchParams(location.search);
for (const name of ["area", "side", "which"]) if (given.has(name)) filter.elements[name].value = given.get(name);
alone(() => (given.has("person") ? look(given.get("person")) : read(0)));
