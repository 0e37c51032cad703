/* Show one row in clear for a reason. What comes stays in this view of the page: no store, no history, no back button. */
import { ask, fill, node, oneAtATime, refusal } from "./asking.js";

const place = document.querySelector(".reveal"), form = place.querySelector("form"), shown = place.querySelector(".revealed");
const spoken = JSON.parse(place.dataset.spoken);
const say = (key, values = {}) => fill(spoken[`reveal.${key}`], values);

function value(name, text) {
  if (text === null) return node("span", { class: "quiet" }, say("empty"));
  if (name !== "phone") return text;
  return node("span", {}, ...text.split("、").flatMap((each, at) => [at ? "、" : "", node("a", { href: `tel:${each.replace(/[^\d+]/g, "")}` }, each)]));
}

function hide() {
  shown.replaceChildren();
  form.reset();
  form.hidden = false;
}

function show(row, reason) {
  const facts = Object.entries(row).filter(([name]) => `reveal.column.${name}` in spoken);
  shown.replaceChildren(
    node("dl", {}, ...facts.flatMap(([name, text]) => [node("dt", {}, say(`column.${name}`)), node("dd", {}, value(name, text))])),
    node("p", { class: "notice" }, say("done", { reason })),
    node("button", { type: "button", class: "button", onclick: () => { hide(); place.open = false; place.querySelector("summary").focus(); } }, say("hide")),
  );
  form.hidden = true;
  shown.focus();
}

const alone = oneAtATime(place, (error) => shown.replaceChildren(refusal(say("failed"), error)));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const reason = form.elements.reason.value.trim();
  alone(async () => show(await ask("POST", place.dataset.address, { reason }), reason));
});
// a page that the back button brings back must not hold it still
addEventListener("pagehide", hide);
