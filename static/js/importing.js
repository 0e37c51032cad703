/* The pages of imports talk to /api/v1/imports: upload, decide, bring in, undo. A module: these pages are always served. */

const main = document.querySelector("main");
const spoken = JSON.parse(main.dataset.spoken);
const answer = document.querySelector("#answer");
const address = `api/v1/imports/${encodeURIComponent(main.dataset.import ?? "")}`;
const say = (key, values = {}) => (spoken[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

function node(tag, text, attributes = {}) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.textContent = text;
  return made;
}

function refuse(told) {
  const notice = node("div", "", { className: "notice" });
  notice.append(node("strong", spoken[`error.${told.code}`] ?? say("error")));
  const chinese = document.body.dataset.lang === "zh";
  const list = node("ul", "");
  for (const one of told.problems ?? []) list.append(node("li", (chinese && one.message_zh) || `${one.column ?? ""} ${one.message}`));
  notice.append(list.children.length ? list : node("p", (chinese && told.detail_zh) || (told.detail ?? ""), { className: "quiet" }));
  answer.replaceChildren(notice);
}

/** Send JSON; resolve to what came back, or show what stopped it and resolve to null. */
async function send(method, path, body, button) {
  answer.replaceChildren(node("p", say("working"), { className: "quiet" }));
  button.disabled = true;
  try {
    const reply = await fetch(path, { method, headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang, ...(path.startsWith(`${address}/`) && { "If-Match": `"${main.dataset.state}"` }) }, body: JSON.stringify(body) });
    const told = await reply.json();
    if (reply.ok) return told;
    refuse(told);
  } catch {
    refuse({ code: "offline" });
  }
  button.disabled = false;
  return null;
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

/** Upload with a bar: only XMLHttpRequest tells how much has left. */
const form = document.querySelector("#upload");
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const file = form.elements.file.files[0], bar = document.querySelector("#progress"), button = form.querySelector("[type=submit]");
  const request = new XMLHttpRequest();
  const query = new URLSearchParams({ name: file.name, sender: form.elements.sender.value });
  const end = (told) => { bar.hidden = true; button.disabled = false; refuse(told); };
  request.open("POST", `api/v1/imports?${query}`);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.upload.onprogress = (sent) => {
    bar.hidden = false;
    bar.value = (100 * sent.loaded) / sent.total;
    const all = sent.loaded === sent.total;
    answer.replaceChildren(node("p", all ? say("working") : say("sent", { percent: Math.round(bar.value) }), { className: "quiet" }));
  };
  request.onerror = () => end({ code: "offline" });
  request.onload = () => {
    let told = { code: "offline" };
    try { told = JSON.parse(request.responseText); } catch { /* no JSON: the connection broke on the way */ }
    if (request.status === 201) location.assign(main.dataset.page.replace("ID", encodeURIComponent(told.import_id)));
    else end(told);
  };
  button.disabled = true;
  request.send(file);
});

const decide = document.querySelector("#decide");
const picks = () => [...document.querySelectorAll("[name=column]")];
decide?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { kind, level, scope, points } = decide.elements;
  const columns = Object.fromEntries(picks().filter((pick) => pick.value).map((pick) => [pick.dataset.header, pick.value]));
  const { legal_basis, notice_on, purpose } = decide.elements;
  const stated = { legal_basis: legal_basis.value, notice_on: notice_on.value || null, purpose: purpose.value || null };
  const ground = kind.value === "households" ? stated : {};
  const body = {
    kind: kind.value, level: kind.value === "polygons" ? level.value : null, scope: scope.value, columns,
    ...(points && { points: points.value }), ...ground,
  };
  if (await send("PUT", `${address}/decision`, body, decide.querySelector("[type=submit]"))) location.reload();
});
/* another kind has other columns: propose them anew */
for (const name of ["kind", "level"]) {
  decide?.elements[name].addEventListener("change", async (event) => {
    const { kind, level } = decide.elements;
    const body = { kind: kind.value, level: kind.value === "polygons" ? level.value : null };
    if (await send("PUT", `${address}/decision`, body, event.target)) location.reload();
  });
}
for (const near of document.querySelectorAll(".near")) {
  near.addEventListener("click", () => {
    const pick = picks().find((one) => one.dataset.header === near.dataset.header);
    pick.value = near.dataset.ours;
    near.hidden = true;
    pick.focus();
  });
}

const counts = JSON.parse(main.dataset.counts ?? "{}");
document.querySelector("#apply")?.addEventListener("click", async (event) => {
  const button = event.currentTarget;
  if (!(await ask(say("apply_ask", counts)))) return;
  const job = await send("POST", "api/v1/jobs", { kind: "import", import_id: main.dataset.import }, button);
  if (job) watch(job, button);
});

/** Show how far a job is until it has ended; the page that opens again finds the outcome. */
function watch(job, button) {
  const place = `api/v1/jobs/${job.job_id}`, source = new EventSource(`${place}/events`);
  const bar = document.querySelector("#progress"), cancel = document.querySelector("#cancel");
  answer.replaceChildren();
  document.querySelector("#steps").hidden = cancel.hidden = false;
  cancel.onclick = () => send("POST", `${place}/cancel`, {}, cancel);
  source.onmessage = ({ data }) => {
    const told = JSON.parse(data);
    document.querySelector("#step").textContent = say(`step.${told.step || "wait"}`);
    if (told.total) bar.value = (100 * told.done) / told.total;
    if (!["done", "failed", "cancelled"].includes(told.state)) return;
    source.close();
    document.querySelector("#steps").hidden = true;
    button.disabled = false;
    if (told.state === "done") location.reload();
    else if (told.state === "failed") refuse(told.result);
    else answer.replaceChildren(node("p", say("cancelled"), { className: "notice" }));
  };
}
document.querySelector("#undo")?.addEventListener("click", async (event) => {
  const button = event.currentTarget;
  if (!(await ask(say("undo_ask")))) return;
  if (await send("POST", `${address}/undo`, {}, button)) location.reload();
});
document.querySelector("#discard")?.addEventListener("click", async (event) => {
  if (await send("POST", `${address}/discard`, {}, event.currentTarget)) location.reload();
});
/* who follows the question stands in its answer, with the keyboard too */
for (const link of document.querySelectorAll("a[href$='#points']")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    decide.elements.points.focus();
  });
}
document.body.dataset.imports = "ready";
