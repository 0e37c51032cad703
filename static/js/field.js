/* The list of sites: choose an area, see how far each is, send what waits. */
import { here, metres, sendAndShow, show, waiting, word } from "./outbox.js";

document.getElementById("area").addEventListener("change", (event) => {
  const address = new URL(location.href);
  if (event.target.value) address.searchParams.set("area", event.target.value);
  else address.searchParams.delete("area");
  location.assign(address);
});

const far = (distance) => (distance < 1000 ? `${Math.round(distance)} m` : `${(distance / 1000).toFixed(1)} km`);

async function showDistances() {
  const failed = document.getElementById("where-failed");
  try {
    const { longitude, latitude } = await here();
    failed.hidden = true;
    for (const link of document.querySelectorAll(".site a[data-lon]")) {
      const distance = metres([longitude, latitude], [Number(link.dataset.lon), Number(link.dataset.lat)]);
      link.querySelector(".away").textContent = word("field.away", { n: far(distance) });
    }
  } catch {
    failed.hidden = false;
  }
}

document.getElementById("where").addEventListener("click", showDistances);
navigator.permissions?.query({ name: "geolocation" }).then((found) => found.state === "granted" && showDistances());

await show();
if (waiting().length) await sendAndShow();
document.body.dataset.ready = "field";
