/* The morning page: this device keeps which areas are mine; a search narrows the list of them. */
const KEPT = "gridmap.areas";
const form = document.getElementById("mine");
const here = new URLSearchParams(location.search);

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  } catch {
    return [];
  }
}

/** Keep what is chosen; a device that keeps nothing still shows the page. */
function keep(areas) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(areas));
  } catch {
    // private windows may refuse: the address still holds the choice
  }
}

const mine = kept();
if (here.has("area")) keep(here.getAll("area"));
else if (mine.length && !here.has("city")) {
  for (const area of mine) here.append("area", area);
  location.replace(`${location.pathname}?${here}`);
}

form.addEventListener("submit", () => {
  keep(new FormData(form).getAll("area"));
});
document.getElementById("everything").addEventListener("click", () => keep([]));

const find = document.getElementById("find");
find.hidden = form.querySelectorAll("fieldset").length < 6;
find.addEventListener("input", () => {
  const wanted = find.value.trim();
  for (const group of form.querySelectorAll("fieldset")) {
    const whole = group.dataset.name.includes(wanted);
    const picks = [...group.querySelectorAll(".pick")];
    for (const pick of picks) pick.hidden = !whole && !pick.textContent.includes(wanted);
    group.hidden = picks.every((pick) => pick.hidden);
  }
});
find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
document.body.dataset.ready = "today";
