/* Record on what ground a household is kept, or that consent was withdrawn; the page then shows it as it is kept. */
import { ask, oneAtATime, refusal } from "./asking.js";

const place = document.querySelector("#lawful"), answer = place.querySelector(".answer");
const alone = oneAtATime(place, (error) => answer.replaceChildren(refusal(place.dataset.failed, error)));

for (const form of place.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    alone(async () => {
      await ask(form.dataset.method, `${place.dataset.address}/${form.dataset.path}`, Object.fromEntries(new FormData(form)));
      location.reload();
    });
  });
}
