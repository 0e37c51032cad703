/* The planner's pages talk to /api/v1/proposals: propose, apply what is ticked, undo. A module: these pages are always served. */

const main = document.querySelector("main");
const spoken = JSON.parse(main.dataset.spoken);
const answer = document.querySelector("#answer");
const inChinese = document.documentElement.lang.startsWith("zh");
const rows = [...document.querySelectorAll(".plan-moves tbody tr")];

const say = (key, values = {}) => (spoken[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

function node(tag, text, attributes = {}) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.textContent = text;
  return made;
}

/** Post JSON; resolve to what came back or show what stopped it and resolve to null. */
async function post(address, body, button) {
  answer.replaceChildren(node("p", say("working"), { className: "quiet" }));
  button.disabled = true;
  try {
    const reply = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang }, body: JSON.stringify(body) });
    const told = await reply.json();
    if (reply.ok) return told;
    refuse(told.code, told.detail, told.fields);
  } catch (error) {
    refuse("", error.message);
  } finally {
    button.disabled = false;
  }
  return null;
}

function refuse(code, detail, fields = []) {
  const notice = node("div", "", { className: "notice" });
  const more = fields.map((field) => `${field.where}: ${inChinese ? field.message_zh : field.message}`).join("; ");
  notice.append(node("strong", spoken[`error.${code}`] ?? say("error")), node("p", [detail, more].filter(Boolean).join(" "), { className: "quiet" }));
  if (["StaleProposal", "ProposalClosed"].includes(code)) {
    notice.append(node("a", say("anew"), { className: "button primary", href: main.dataset.anew }));
  }
  answer.replaceChildren(notice);
}

function ask(question) {
  const dialog = document.querySelector("#ask");
  document.querySelector("#question").textContent = question;
  dialog.showModal();
  return new Promise((resolve) => {
    const close = (value) => () => { dialog.close(); resolve(value); };
    document.querySelector("#yes").onclick = close(true);
    document.querySelector("#no").onclick = close(false);
    dialog.oncancel = () => resolve(false);
  });
}

const list = (text) => text.split(/[\s,，、;；]+/).filter(Boolean);

const form = document.querySelector("#propose");
if (form) {
  const given = new URLSearchParams(location.search);
  for (const name of ["area", "max", "leaves", "locks"]) if (given.has(name)) form.elements[name].value = given.get(name);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { area, max, leaves, locks } = form.elements;
    const body = { area: area.value, max_changes: Number(max.value), leaves: list(leaves.value), locks: list(locks.value) };
    const told = await post("api/v1/proposals", body, form.querySelector("[type=submit]"));
    if (told) location.assign(main.dataset.page.replace("ID", encodeURIComponent(told.proposal.proposal_id)));
  });
}

const ticks = () => rows.map((row) => row.querySelector("[name=move]")).filter(Boolean);
const chosen = () => ticks().filter((tick) => tick.checked).map((tick) => Number(tick.value));

/** Show what is chosen: the number on the button, the rows, the lines on the map. */
function show(lit = "") {
  const all = ticks(), picked = chosen(), button = document.querySelector("#apply"), every = document.querySelector("#all");
  for (const row of rows) row.classList.toggle("is-left-out", all.length > 0 && !picked.includes(Number(row.dataset.number)));
  if (button) {
    document.querySelector("#chosen").textContent = String(picked.length);
    button.disabled = picked.length === 0;
    every.checked = picked.length === all.length;
    every.indeterminate = picked.length > 0 && picked.length < all.length;
  }
  const shown = new Set(all.length ? picked.map(String) : rows.map((row) => row.dataset.number));
  document.dispatchEvent(new CustomEvent("gridmap:moves", { detail: { chosen: shown, lit } }));
}

for (const row of rows) {
  row.addEventListener("mouseenter", () => { row.classList.add("is-lit"); show(row.dataset.number); });
  row.addEventListener("mouseleave", () => { row.classList.remove("is-lit"); show(); });
  row.querySelector("[name=move]")?.addEventListener("change", () => show());
}
document.querySelector("#all")?.addEventListener("change", (event) => {
  for (const tick of ticks()) tick.checked = event.target.checked;
  show();
});

const address = `api/v1/proposals/${encodeURIComponent(main.dataset.proposal ?? "")}`;
document.querySelector("#apply")?.addEventListener("click", async (event) => {
  const only = chosen(), button = event.currentTarget;
  if (!(await ask(say("apply_ask", { n: only.length, before: main.dataset.before, after: main.dataset.after })))) return;
  if (await post(`${address}/apply`, { only }, button)) location.reload();
});
document.querySelector("#undo")?.addEventListener("click", async (event) => {
  const button = event.currentTarget;
  if (!(await ask(say("undo_ask", { n: main.dataset.accepted })))) return;
  if (await post(`${address}/reverse`, {}, button)) location.reload();
});
document.body.dataset.planner = "ready";
