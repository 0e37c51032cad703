/* The form of one site: a draft that survives everything, ids made here, sent as a batch. */
import {
  add, dropPhoto, facts, here, keepPhoto, make, metres, photo, sendAndShow, show, waiting, word,
} from "./outbox.js";

const { site } = facts;
const DRAFT = `gridmap.draft.${site.hazard_id}`;
const NAME = "gridmap.made_by";
const MOST_BYTES = 15 * 1024 * 1024;
const INACCURATE_M = 100;
const form = document.getElementById("form");
const measures = document.getElementById("measures");
const said = document.getElementById("form-error");
let position = null;
let photos = [];

// --- measured values, each beside the last one

function measureRow({ name = "", value = "", unit = "", last = "" }) {
  const row = make("div", { className: "measure" });
  const input = (part, text) => {
    const field = make("input", { name: `measure_${part}`, value: text, placeholder: word(`form.measure_${part}`) });
    field.setAttribute("aria-label", word(`form.measure_${part}`));
    if (part === "value") field.inputMode = "decimal";
    return field;
  };
  row.append(input("name", name), input("value", value), input("unit", unit));
  if (last) row.append(make("span", { className: "quiet", textContent: word("form.measure_last", { value: last }) }));
  return row;
}

/** The rows that are filled in: [{ name, value (text), unit }]. */
const written = () => [...measures.children].map((row) => {
  const [name, value, unit] = [...row.querySelectorAll("input")].map((field) => field.value.trim());
  return { name, value, unit };
}).filter(({ value }) => value);

for (const place of [...measures.children]) {
  place.replaceWith(measureRow({ name: place.dataset.name, unit: place.dataset.unit, last: place.dataset.last }));
}

document.getElementById("add-measure").addEventListener("click", () => {
  measures.append(measureRow({}));
  measures.lastElementChild.querySelector("input").focus();
});

// --- position

/** Metres from the site, 0 inside one of its zones. */
function distance([lon, lat]) {
  const rings = site.zones.flatMap((zone) => (zone.type === "Polygon" ? [zone.coordinates] : zone.coordinates));
  const holds = (ring) => ring.reduce((inside, [x, y], at) => {
    const [px, py] = ring[(at || ring.length) - 1];
    return (y > lat) !== (py > lat) && lon < (px - x) * (lat - y) / (py - y) + x ? !inside : inside;
  }, false);
  if (rings.some(([outer, ...holes]) => holds(outer) && !holes.some(holds))) return 0;
  const corners = rings.flat(2).concat(site.point ? [site.point] : []);
  return corners.length ? Math.min(...corners.map((corner) => metres([lon, lat], corner))) : 0;
}

function showPosition() {
  const place = document.getElementById("position");
  if (!position) {
    place.textContent = word("form.no_position");
    return;
  }
  const away = Math.round(distance([position.lon, position.lat]));
  const lines = [word("form.accuracy", { n: Math.round(position.accuracy_m) })];
  if (position.accuracy_m > INACCURATE_M) lines.push(word("form.inaccurate"));
  if (away > site.far_m) lines.push(word("form.far", { n: away, limit: site.far_m }));
  place.textContent = lines.join(" ");
  place.classList.toggle("warned-position", lines.length > 1);
}

document.getElementById("locate").addEventListener("click", async () => {
  document.getElementById("position").textContent = word("form.locating");
  try {
    const found = await here();
    position = { lon: found.longitude, lat: found.latitude, accuracy_m: found.accuracy };
    showPosition();
    keepDraft();
  } catch {
    document.getElementById("position").textContent = word("field.where_failed");
  }
});

// --- photos

async function showPhotos() {
  const list = document.getElementById("photo-list");
  for (const image of list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
  list.replaceChildren(...await Promise.all(photos.map(async (hash) => {
    const blob = await photo(hash);
    const remove = make("button", { type: "button", className: "button", textContent: word("form.photo_remove") });
    remove.addEventListener("click", async () => {
      photos = photos.filter((other) => other !== hash);
      keepDraft();
      await dropPhoto(hash);
      await showPhotos();
    });
    const image = blob ? make("img", { src: URL.createObjectURL(blob), alt: "" }) : "";
    return make("li", {}, image, remove);
  })));
}

document.getElementById("photos").addEventListener("change", async (event) => {
  said.hidden = true;
  for (const file of event.target.files) {
    if (file.size > MOST_BYTES) complain(word("form.photo_large", { text: file.name }));
    else if (!/^image\/(jpeg|png|webp)$/.test(file.type)) complain(word("form.photo_type", { text: file.name }));
    else {
      const hash = await keepPhoto(file);
      photos = [...new Set([...photos, hash])];
      keepDraft();
    }
  }
  event.target.value = "";
  await showPhotos();
});

// --- the draft

const draft = () => ({
  state: form.elements.state.value,
  signs: [...form.querySelectorAll("input[name=signs]:checked")].map((box) => box.value),
  measures: written(),
  note: form.elements.note.value,
  made_by: form.elements.made_by.value,
  position,
  photos,
});

function keepDraft() {
  try {
    localStorage.setItem(DRAFT, JSON.stringify(draft()));
    document.getElementById("draft").hidden = false;
  } catch {
    complain(word("form.full"));
  }
}

async function fill(kept) {
  for (const box of form.querySelectorAll("input[name=state], input[name=signs]")) {
    box.checked = box.value === kept.state || (kept.signs ?? []).includes(box.value);
  }
  form.elements.note.value = kept.note ?? "";
  form.elements.made_by.value = kept.made_by ?? localStorage.getItem(NAME) ?? "";
  for (const measure of kept.measures ?? []) {
    const rows = [...measures.children];
    const row = rows.find((other) => other.querySelector("input").value === measure.name);
    if (row) row.querySelectorAll("input")[1].value = measure.value;
    else measures.append(measureRow(measure));
  }
  position = kept.position ?? null;
  photos = kept.photos ?? [];
  document.getElementById("draft").hidden = !Object.keys(kept).length;
  showPosition();
  await showPhotos();
}

form.addEventListener("input", keepDraft);

// --- saving

function complain(text) {
  said.textContent = text;
  said.hidden = !text;
}

/** What is wrong with the form, "" when nothing is. */
function wrong(filled) {
  if (!filled.state) return word("form.state_missing");
  const bad = filled.measures.find(({ name, value }) => !name || !Number.isFinite(Number(value.replace(",", "."))));
  if (bad) return word("form.measure_bad", { text: `${bad.name} ${bad.value}` });
  return filled.made_by.trim() ? "" : word("form.name_missing");
}

/** The last inspection of the site that this phone knows: one that waits here, else the one of the page. */
function base() {
  const mine = waiting().filter((record) => record.inspection.hazard_id === site.hazard_id);
  return mine.length ? mine.at(-1).inspection.inspection_id : site.base;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const filled = draft();
  complain(wrong(filled));
  if (!said.hidden) return;
  const number = (text) => Number(text.replace(",", "."));
  try {
    add({
      inspection_id: crypto.randomUUID(),
      hazard_id: site.hazard_id,
      ...filled,
      made_by: filled.made_by.trim(),
      measures: Object.fromEntries(filled.measures.map(({ name, value, unit }) => [name, { value: number(value), unit }])),
      note: filled.note.trim() || null,
      observed_at: new Date().toISOString(),
      base_inspection_id: base(),
    });
  } catch {
    complain(word("form.full"));
    return;
  }
  localStorage.setItem(NAME, filled.made_by.trim());
  localStorage.removeItem(DRAFT);
  const taken = await sendAndShow();
  if (taken) location.reload();
  else await fill({});
});

await fill(JSON.parse(localStorage.getItem(DRAFT) ?? "{}"));
await show();
document.body.dataset.ready = "site";
// what was recorded without signal goes as soon as the page opens with it; the page then shows it, and builds on it
if (waiting().some((record) => !record.refused.length) && await sendAndShow()) location.reload();
