/* The map of a proposal: a dashed line to who looked after a household, a full one to who will. */
"use strict";

(function () {
  const { el } = gridmap;
  const OLD = { color: "#9a4a00", weight: 2.5, dashArray: "6 5", opacity: 0.9, pane: "highlight" };
  const spot = (at) => [at[1], at[0]];

  function member(at) {
    const html = el("span", { class: "plan-member" });
    return L.marker(spot(at), { pane: "gaps", interactive: false, keyboard: false,
      icon: L.divIcon({ html, className: "plan-member-target", iconSize: [12, 12] }) });
  }

  gridmap.layers.moves = () => {
    const record = gridmap.read("moves");
    if (!record) return null;
    const { action, ink } = gridmap.looks().plain;
    const group = L.featureGroup();
    group.parts = new Map();
    for (const move of record) {
      if (!move.at) continue;
      const part = L.featureGroup();
      if (move.old) part.addLayer(L.polyline([spot(move.at), spot(move.old)], OLD)).addLayer(member(move.old));
      if (move.new) {
        part.addLayer(L.polyline([spot(move.at), spot(move.new)], { color: action, weight: 3, pane: "highlight" }));
        part.addLayer(member(move.new));
      }
      const home = L.circleMarker(spot(move.at), { radius: 7, color: ink, weight: 2.5, fillColor: "#fff", fillOpacity: 1, pane: "uncertain" });
      part.addLayer(home.bindTooltip(el("span", {}, move.label)));
      group.parts.set(String(move.number), part);
      group.addLayer(part);
    }
    return group;
  };

  /** Fit the map to the moves; the list beside it says which are chosen and which is pointed at. */
  gridmap.open = (map, layers) => {
    const group = layers.moves;
    const box = group.getBounds?.();
    if (box?.isValid()) map.fitBounds(box.pad(0.15), { maxZoom: 17, animate: false });
    document.addEventListener("gridmap:moves", ({ detail }) => {
      for (const [number, part] of group.parts ?? []) {
        const faint = !detail.chosen.has(number);
        part.eachLayer((layer) => layer.setStyle?.({ opacity: faint ? 0.2 : 1, weight: detail.lit === number ? 6 : 3 }));
      }
    });
  };
})();
