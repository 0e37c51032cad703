/* The map of a review: the candidates of one row as numbered marks, its place so far, and where a pin is put. */
"use strict";

(function () {
  const { el } = gridmap;
  const NEAR = 17.5;

  // who looks for a house needs its outline, not who looks after it
  const draw = gridmap.layers.buildings;
  gridmap.layers.buildings = (options) => {
    const record = gridmap.read("buildings");
    if (record) gridmap.data("buildings", { ...record, state: record.state.map(() => 4) });
    return draw(options);
  };

  function mark(candidate, choose) {
    const html = el("span", { class: "review-mark" }, String(candidate.rank));
    const icon = L.divIcon({ html, className: "review-mark-target", iconSize: [28, 28] });
    const made = L.marker([candidate.point[1], candidate.point[0]], { icon, pane: "gaps", keyboard: false, title: candidate.label });
    return made.on("click", () => choose(candidate));
  }

  gridmap.open = (map) => {
    const group = L.featureGroup().addTo(map);
    let pinning = null;
    const cross = document.querySelector(".review-cross");
    const frame = map.getContainer();

    function leave() {
      pinning = null;
      cross.hidden = true;
      frame.classList.remove("is-pinning");
    }
    function put(place) {
      const done = pinning;
      leave();
      done?.([place.lng, place.lat]);
    }
    map.on("click", (event) => { if (pinning) put(event.latlng); });
    frame.addEventListener("keydown", (event) => {
      if (!pinning || !["Enter", "Escape"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Enter") put(map.getCenter());
      else { leave(); document.querySelector("#card").focus(); }
    });

    gridmap.candidates = {
      /** Show the candidates and the place of a row; `choose(candidate)` is called when a mark is clicked. */
      show(row, choose) {
        leave();
        group.clearLayers();
        const now = row.place.point;
        if (now) group.addLayer(L.circleMarker([now[1], now[0]], { radius: 9, className: "review-now-mark", pane: "uncertain" }));
        for (const candidate of row.candidates) if (candidate.point) group.addLayer(mark(candidate, choose));
        const box = group.getBounds();
        if (box.isValid()) map.fitBounds(box.pad(0.35), { maxZoom: NEAR, animate: false });
      },
      /** Let a pin be put by a click, or by the arrow keys and Enter; `done([lng, lat])`. */
      pin(done) {
        pinning = done;
        cross.hidden = false;
        frame.classList.add("is-pinning");
        frame.focus();
      },
      leave,
      clear() { leave(); group.clearLayers(); },
    };
  };
})();
