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
async function post(address, body, button, act = "") {
  answer.replaceChildren(node("p", say("working"), { className: "quiet" }));
  button.disabled = true;
  try {
    const reply = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang, ...(main.dataset.state && { "If-Match": `"${main.dataset.state}"` }) }, body: JSON.stringify(body) });
    const told = await reply.json();
    if (reply.ok) return told;
    complain(told.code, told.detail, told.fields, act);
  } catch (error) {
    complain("", error.message);
  } finally {
    button.disabled = false;
  }
  return null;
}

function complain(code, detail, fields = [], act = "") {
  const notice = node("div", "", { className: "notice" });
  const more = fields.map((field) => `${field.where}: ${inChinese ? field.message_zh : field.message}`).join("; ");
  notice.append(node("strong", spoken[`error.${act}.${code}`] ?? spoken[`error.${code}`] ?? say("error")), node("p", [detail, more].filter(Boolean).join(" "), { className: "quiet" }));
  if (["StaleProposal", "ProposalClosed", "Overtaken"].includes(code)) {
    notice.append(node("a", say("anew"), { className: "button primary", href: main.dataset.anew }));
  }
  answer.replaceChildren(notice);
}

const dialog = document.querySelector("#ask");
const why = document.querySelector("#why");

/** Ask, with a reason where one is wanted; resolve to the reason or true, to null when the answer is no. */
function ask(question, { reason = false } = {}) {
  const missing = document.querySelector("#why-missing");
  document.querySelector("#question").textContent = question;
  why.hidden = !reason;
  missing.textContent = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const close = (value) => { dialog.close(); resolve(value); };
    document.querySelector("#yes").onclick = () => {
      const text = why.querySelector("textarea").value.trim();
      if (reason && !text) missing.textContent = say("refuse_missing");
      else close(reason ? text : true);
    };
    document.querySelector("#no").onclick = () => close(null);
    dialog.oncancel = () => resolve(null);
  });
}

const form = document.querySelector("#propose");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { area, max } = form.elements;
  const ids = (kind) => JSON.parse(form.dataset[kind] ?? "[]");
  const body = { area: area.value, max_changes: Number(max.value), leaves: ids("leaves"), locks: ids("locks") };
  const told = await post("api/v1/proposals", body, form.querySelector("[type=submit]"));
  if (told) location.assign(main.dataset.page.replace("ID", encodeURIComponent(told.proposal.proposal_id)));
});

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
  const button = event.currentTarget, { accepted, reverses } = main.dataset;
  if (!(await ask(say(reverses ? "redo_ask" : "undo_ask", { n: accepted, id: reverses })))) return;
  if (await post(`${address}/reverse`, {}, button, "undo")) location.reload();
});
document.querySelector("#refuse")?.addEventListener("click", async (event) => {
  const button = event.currentTarget, reason = await ask(say("refuse_ask"), { reason: true });
  if (reason && await post(`${address}/refuse`, { reason }, button)) location.reload();
});
document.body.dataset.planner = "ready";
