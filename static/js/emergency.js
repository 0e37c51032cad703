/* Emergencies: each form is one step; what is opened stays in this view of the page and is gone when it is left. */
import { ask, fill, node, oneAtATime, refusal } from "./asking.js";

const main = document.querySelector("main"), answer = document.querySelector("#answer");
const alone = oneAtATime(main, (error) => answer.replaceChildren(refusal(main.dataset.failed, error)));

function show(place, rows) {
  const head = node("thead", {}, node("tr", {}, node("th", { scope: "col" }, main.dataset.door), node("th", { scope: "col" }, main.dataset.name)));
  const lines = rows.map((row) => node("tr", {}, node("td", {}, row.address ?? "—"), node("th", { scope: "row" }, row.name ?? row.household_id)));
  place.replaceChildren(node("p", { class: "quiet" }, fill(main.dataset.logged, { n: rows.length })), node("table", {}, head, node("tbody", {}, ...lines)));
  place.focus();
}

for (const form of main.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    alone(async () => {
      const facts = Object.fromEntries(new FormData(form));
      if (facts.hours) facts.hours = Number(facts.hours);
      const told = await ask("POST", ["api/v1/emergencies", form.dataset.path].filter(Boolean).join("/"), facts);
      if (form.dataset.shows) show(form.parentElement.querySelector(".opened"), told);
      else location.reload();
    });
  });
}
// a page that the back button brings back must not hold names still
addEventListener("pagehide", () => main.querySelectorAll(".opened").forEach((place) => place.replaceChildren()));
