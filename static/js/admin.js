/* Make accounts, give roles, make tokens: each form and button is one call; what it changed is read anew. */

import { ask, fill, node, oneAtATime, refusal } from "./asking.js";

const main = document.querySelector("main");
const spoken = JSON.parse(main.dataset.spoken);
const answer = document.querySelector("#answer");

const alone = oneAtATime(main, (error) => show(refusal(spoken["office.failed"], error)));

function show(...children) {
  answer.replaceChildren(...children);
  answer.scrollIntoView({ block: "nearest" });
}

/** Say that it is done; a password or a token is told this once. */
function done(told) {
  const secret = told.password ?? told.token;
  show(node("div", { class: "notice office-whole" }, node("strong", {}, spoken["office.done"]),
    ...(secret ? [node("p", {}, spoken["office.once"]), node("p", { class: "office-once", id: "once" }, told.account_id, " ", secret)] : [])));
}

/** Read the page again and put its tables and choices in the place of the old ones; forms keep what was typed. */
async function refresh() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  for (const name of ["accounts", "grants", "tokens", "identities", "names", "counts"]) {
    const fresh = page.querySelectorAll(`[data-fresh=${name}]`);
    document.querySelectorAll(`[data-fresh=${name}]`).forEach((old, at) => {
      const chosen = old.value;
      old.replaceChildren(...fresh[at].childNodes);
      if (chosen) old.value = chosen;
    });
  }
}

async function call(method, address, body) {
  done(await ask(method, address, body));
  await refresh();
}

function typed(form) {
  const values = [...new FormData(form)].filter(([, value]) => value !== "");
  return Object.fromEntries(values.map(([name, value]) => [name, name === "days" ? Number(value) : value]));
}

for (const form of main.querySelectorAll("form[data-address]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    alone(async () => {
      await call("POST", form.dataset.address, typed(form));
      form.reset();
    });
  });
}

main.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-method]");
  if (!button || !confirm(fill(spoken["admin.do.ask"], { what: button.textContent, name: button.dataset.name }))) return;
  alone(() => call(button.dataset.method, button.dataset.address, button.dataset.method === "POST" ? {} : undefined));
});
