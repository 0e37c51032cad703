/* Keep the field pages on the phone for places without signal, and say so when they are shown from there. */
import { word } from "./outbox.js";

const MOST_SITES = 60;
const PARTS = ["js/outbox.js", "js/offline.js", "js/field.js", "js/site.js", "js/calls.js", "css/gridmap.css",
  "css/palette.css", "css/field.css", "css/favicon.svg"].map((name) => `assets/${name}`);

/** This page, what all field pages load, the bundle, and the pages of the sites in the list. */
function wanted() {
  const area = new URLSearchParams(location.search).get("area") ?? "";
  const sites = [...document.querySelectorAll(".site a")].slice(0, MOST_SITES).map((link) => link.href);
  const lists = sites.length ? [`api/v1/field/bundle?area=${encodeURIComponent(area)}`] : [];
  return [location.href, ...PARTS, ...lists, ...sites];
}

async function keep() {
  await navigator.serviceWorker.register("field-worker.js");
  const { active } = await navigator.serviceWorker.ready;
  const channel = new MessageChannel();
  channel.port1.onmessage = ({ data }) => { document.body.dataset.kept = String(data); };
  active.postMessage({ keep: wanted().map((address) => new URL(address, location.href).href) }, [channel.port2]);
}

/** Tell whether the server answers: a page from the phone looks like one from the server. */
async function tellAge() {
  const stale = document.getElementById("stale");
  const there = await fetch("health", { cache: "no-store" }).then((answer) => answer.ok, () => false);
  stale.hidden = there;
  if (!there) stale.textContent = word("field.stale", { time: document.body.dataset.asOf });
  return there;
}

window.addEventListener("online", tellAge);
window.addEventListener("offline", tellAge);
if (await tellAge() && "serviceWorker" in navigator) {
  // a browser that forbids it (a private window) still has the page while it is open
  await keep().catch(() => {});
}
