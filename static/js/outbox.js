/* What waits on this phone to be sent: records in localStorage, photos in IndexedDB. Nothing is dropped before the
   server has said that it has it. Texts go through textContent, never innerHTML. */
const RECORDS = "gridmap.outbox";
const BATCH = 50;

export const facts = JSON.parse(document.getElementById("facts").textContent);

/** The words of a key with its {places} filled. */
export function word(key, values = {}) {
  return (facts.words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** A new element with properties and children. */
export function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

/** Records that wait: [{ inspection, refused: [messages] }]. */
export function waiting() {
  try {
    return JSON.parse(localStorage.getItem(RECORDS) ?? "[]");
  } catch {
    return [];
  }
}

const keep = (records) => localStorage.setItem(RECORDS, JSON.stringify(records));

/** Put a record into the outbox; throws when the phone's storage is full. */
export function add(inspection) {
  keep([...waiting(), { inspection, refused: [] }]);
}

const inChinese = document.documentElement.lang.startsWith("zh");

/** Change what is in the outbox now, by id: another tab may have added to it meanwhile. */
function settle(receipts) {
  const by = new Map(receipts.map((receipt) => [receipt.inspection_id, receipt]));
  keep(waiting().flatMap((record) => {
    const receipt = by.get(record.inspection.inspection_id);
    if (!receipt) return [record];
    if (receipt.status !== "refused") return [];
    return [{ ...record, refused: receipt.reasons.map((reason) => `${reason.field} ${inChinese ? reason.message_zh : reason.message}`) }];
  }));
}

// --- photos

function photoStore(mode, act) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("gridmap", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("photos");
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const change = asked.result.transaction("photos", mode);
      const request = act(change.objectStore("photos"));
      change.oncomplete = () => { asked.result.close(); resolve(request.result); };
      change.onerror = () => reject(change.error);
      change.onabort = () => reject(change.error);
    };
  });
}

/** Keep a photo on the phone under its SHA-256 and return that. */
export async function keepPhoto(file) {
  const bytes = await file.arrayBuffer();
  const hash = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  await photoStore("readwrite", (photos) => photos.put(new Blob([bytes], { type: file.type }), hash));
  return hash;
}

export const photo = (hash) => photoStore("readonly", (photos) => photos.get(hash));
export const dropPhoto = (hash) => photoStore("readwrite", (photos) => photos.delete(hash));
const photoNames = () => photoStore("readonly", (photos) => photos.getAllKeys());

/** Photos that no draft and no record on this phone names were left behind by records that are sent: they wait too. */
async function photosToSend() {
  const named = new Set(Object.keys(localStorage).filter((key) => key.startsWith("gridmap.draft."))
    .flatMap((key) => JSON.parse(localStorage.getItem(key)).photos ?? []));
  return (await photoNames()).filter((hash) => !named.has(hash));
}

// --- sending

async function ask(address, options) {
  // the page's language, not the browser's
  const headers = { ...options.headers, "Accept-Language": document.documentElement.lang };
  const answer = await fetch(address, { ...options, headers });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.detail ?? `${answer.status}`);
  return body;
}

/** Send records that were not refused before, then photos; return how many records the server has taken. */
export async function send() {
  let taken = 0;
  for (;;) {
    const batch = waiting().filter((record) => !record.refused.length).slice(0, BATCH);
    if (!batch.length) break;
    const body = JSON.stringify({ inspections: batch.map((record) => record.inspection) });
    const answer = await ask("api/v1/field/inspections",
      { method: "POST", headers: { "Content-Type": "application/json" }, body });
    settle(answer.receipts);
    taken += answer.receipts.filter((receipt) => receipt.status !== "refused").length;
  }
  for (const hash of await photosToSend()) {
    await ask(`api/v1/field/photos/${hash}`, { method: "PUT", body: await photo(hash) });
    await dropPhoto(hash);
  }
  return taken;
}

// --- what the page says of it

const box = document.getElementById("outbox");
const outcome = document.getElementById("outcome");

function refusedLine(record) {
  const drop = make("button", { type: "button", className: "button", textContent: word("field.drop") });
  drop.addEventListener("click", () => {
    if (!confirm(word("field.drop_sure"))) return;
    keep(waiting().filter((other) => other.inspection.inspection_id !== record.inspection.inspection_id));
    show();
  });
  const said = make("p", { textContent: word("field.refused", { text: record.refused.join("; ") }) });
  return make("li", {}, said, drop);
}

/** Show how much waits. */
export async function show() {
  const records = waiting();
  const photos = (await photosToSend()).length;
  const parts = [records.length ? word("field.waiting", { n: records.length }) : "",
    photos ? word("field.waiting_photos", { n: photos }) : ""].filter(Boolean);
  box.classList.toggle("is-waiting", parts.length > 0);
  document.getElementById("waiting").textContent = parts.join(" · ") || word("field.all_sent");
  document.getElementById("send").hidden = parts.length === 0;
  document.getElementById("refused").replaceChildren(
    ...records.filter((record) => record.refused.length).map(refusedLine));
}

/** Send and say what became of it; return how many records were taken. */
export async function sendAndShow() {
  let taken = 0;
  outcome.hidden = true;
  try {
    taken = await send();
    if (taken) outcome.textContent = word("field.sent", { n: taken });
    outcome.hidden = !taken;
  } catch (error) {
    outcome.textContent = word("field.offline", { text: error.message });
    outcome.hidden = false;
  }
  await show();
  return taken;
}

document.getElementById("send").addEventListener("click", sendAndShow);
window.addEventListener("online", sendAndShow);
window.addEventListener("storage", show);

/** Metres between two points in degrees, on a sphere: good enough to sort and to warn. */
export function metres([lon, lat], [otherLon, otherLat]) {
  const radians = (degrees) => degrees * Math.PI / 180;
  const half = Math.sin(radians(otherLat - lat) / 2) ** 2
    + Math.cos(radians(lat)) * Math.cos(radians(otherLat)) * Math.sin(radians(otherLon - lon) / 2) ** 2;
  return 2 * 6371008.8 * Math.asin(Math.sqrt(half));
}

/** Where the phone is: a promise of GeolocationCoordinates. */
export function here() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) reject(new Error("geolocation"));
    else navigator.geolocation.getCurrentPosition((found) => resolve(found.coords), reject,
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 });
  });
}
