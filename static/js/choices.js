/* Who goes on leave and which pairings stay, picked from lists of the chosen area: search, tick, padlock. */
const form = document.querySelector("#propose");
const spoken = JSON.parse(document.querySelector("main").dataset.spoken);
const MOST = 100;
const given = new URLSearchParams(location.search);
const listed = (name) => (given.get(name) ?? "").split(",").filter(Boolean);
const chosen = { leaves: new Set(listed("leaves")), locks: new Set(listed("locks")) };
let offered = { members: [], pairings: [] };

const say = (key, values = {}) => (spoken[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** A padlock that CSS opens and closes with its tick. */
function padlock() {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", "0 0 18 20");
  drawn.setAttribute("aria-hidden", "true");
  const part = (tag, attributes) => {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    drawn.append(node);
  };
  part("rect", { x: 2, y: 9, width: 14, height: 10, rx: 2 });
  part("path", { class: "closed", d: "M5 9V6a4 4 0 0 1 8 0v3" });
  part("path", { class: "open", d: "M5 9V5a4 4 0 0 1 8-1" });
  return drawn;
}

const KINDS = {
  leaves: {
    rows: () => offered.members.map((row) => ({
      id: row.member_id,
      off: false,
      text: `${row.name || "—"} ${row.member_id}`,
      more: [say("pick.held", { n: row.households }), row.unit, row.away ? say("pick.away") : ""].filter(Boolean).join(" · "),
    })),
  },
  locks: {
    rows: () => offered.pairings.map((row) => ({
      id: row.pairing_id,
      off: row.fixed,
      text: `${row.home} ${row.household} ${row.household_id} — ${row.member || "—"} ${row.member_id}`,
      more: [say(`role.${row.role}`), row.fixed ? say("pick.fixed") : ""].filter(Boolean).join(" · "),
    })),
  },
};

/** Tell the form, the counter and nobody else what is chosen. */
function count(box) {
  const { kind } = box.dataset;
  form.dataset[kind] = JSON.stringify([...chosen[kind]]);
  box.querySelector(".chosen").textContent = say(`pick.chosen_${kind}`, { n: chosen[kind].size });
}

function line(box, row) {
  const { kind } = box.dataset;
  const tick = make("input", { type: "checkbox", value: row.id, checked: chosen[kind].has(row.id), disabled: row.off });
  tick.addEventListener("change", () => {
    chosen[kind][tick.checked ? "add" : "delete"](row.id);
    count(box);
  });
  if (kind === "locks") tick.setAttribute("aria-label", `${say("pick.lock")} ${row.text}`);
  const said = make("span", { className: "said" }, row.text, make("br"), make("small", { className: "quiet", textContent: row.more }));
  return make("li", {}, make("label", { className: "pick" }, tick, ...(kind === "locks" ? [padlock()] : []), said));
}

/** Show the first rows that fit the search; what is chosen comes first, so that nothing chosen is out of sight. */
function draw(box) {
  const { kind } = box.dataset;
  const parts = box.querySelector("[type=search]").value.trim().split(/\s+/);
  const rows = KINDS[kind].rows();
  const known = new Set(rows.map((row) => row.id));
  for (const id of chosen[kind]) if (!known.has(id)) rows.unshift({ id, off: false, text: id, more: "" });
  const fit = rows.filter((row) => chosen[kind].has(row.id) || parts.every((part) => `${row.text} ${row.more}`.includes(part)));
  fit.sort((one, other) => chosen[kind].has(other.id) - chosen[kind].has(one.id));
  const shown = fit.slice(0, Math.max(MOST, chosen[kind].size)).map((row) => line(box, row));
  if (fit.length > shown.length) shown.push(make("li", { className: "quiet", textContent: say("pick.more", { n: fit.length - shown.length }) }));
  if (!fit.length) shown.push(make("li", { className: "quiet", textContent: say("pick.none") }));
  box.querySelector("ul").replaceChildren(...shown);
  count(box);
}

const boxes = [...form.querySelectorAll(".pick-list")];

/** Fetch what the area offers; an answer that comes after another area was chosen is dropped. */
async function offer() {
  const area = form.elements.area.value;
  let found = null;
  try {
    const reply = await fetch(`api/v1/proposals/choices?area=${encodeURIComponent(area)}`);
    if (reply.ok) found = await reply.json();
  } catch {
    // without an answer the lists are empty, and a proposal can still be made
  }
  if (area !== form.elements.area.value) return;
  offered = found ?? { members: [], pairings: [] };
  boxes.forEach(draw);
  document.body.dataset.choices = area;
}

for (const name of ["area", "max"]) if (given.has(name)) form.elements[name].value = given.get(name);
for (const box of boxes) {
  const find = box.querySelector("[type=search]");
  find.addEventListener("input", () => draw(box));
  find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}
form.elements.area.addEventListener("change", () => {
  chosen.locks.clear();
  offer();
});
await offer();
