/* Tap to call: numbers are masked until somebody says why, which the server logs; then each is a tel: link. They stay in
   this page only and are gone when it closes. */
import { facts, make, word } from "./outbox.js";

const dialog = document.getElementById("why");
let reason = "";

/** Ask once per page why the numbers are needed; resolve to "" when somebody goes back. */
function ask() {
  dialog.showModal();
  return new Promise((resolve) => {
    for (const button of dialog.querySelectorAll("button")) {
      button.onclick = () => { dialog.close(); resolve(button.value); };
    }
    dialog.oncancel = () => resolve("");
  });
}

function line(call) {
  const number = call.phone?.replace(/[^\d+]/g, "") ?? "";
  const said = number
    ? make("a", { className: "button tel", href: `tel:${number}`, textContent: `${call.name} ${call.phone}` })
    : make("span", { textContent: `${call.name} ${word("call.none")}` });
  return make("li", {}, make("span", { className: "call-why", textContent: word(`why.${call.why}`) }), " ", said);
}

async function show(button) {
  const home = button.closest(".home");
  const failed = home.querySelector(".call-failed") ?? make("p", { className: "call-failed form-error" });
  failed.setAttribute("role", "alert");
  try {
    const answer = await fetch("api/v1/field/calls", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ hazard_id: facts.site.hazard_id, household_id: button.dataset.household, reason }),
    });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.detail ?? `${answer.status}`);
    home.querySelector(".calls").replaceChildren(...told.map(line));
    failed.remove();
    button.remove();
    home.querySelector(".calls a")?.focus();
  } catch (error) {
    failed.textContent = word("call.failed", { text: error.message });
    home.append(failed);
  }
}

for (const button of document.querySelectorAll(".show-calls")) {
  button.addEventListener("click", async () => {
    reason ||= await ask();
    if (reason) await show(button);
  });
}
