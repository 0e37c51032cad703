/* Areas and lines: what helps to orient, grids by share, communities, danger zones. */
"use strict";

(function () {
  const { shapes } = gridmap;
  const areas = () => gridmap.read("areas");

  gridmap.layers.backdrop = () => {
    const record = areas()?.backdrop;
    if (!record) return null;
    const { plain } = gridmap.looks();
    const fills = { water: plain.water, green: plain.green, road: plain.road, rail: plain.path };
    const group = L.featureGroup();
    shapes.latLngs(record.shape).forEach((lines, index) => {
      const colour = fills[record.kind[index]] ?? plain.line;
      const drawn = record.area[index]
        ? L.polygon(lines, { pane: "backdrop", stroke: false, fillColor: colour, fillOpacity: 1, interactive: false })
        : L.polyline(lines, { pane: "backdrop", color: colour, weight: 4, interactive: false });
      if (record.name[index] && record.kind[index] === "water") {
        drawn.bindTooltip(gridmap.el("span", {}, record.name[index]),
          { permanent: true, direction: "center", className: "name-water", pane: "names" });
      }
      group.addLayer(drawn);
    });
    return group;
  };

  gridmap.layers.paths = () => {
    const record = areas()?.paths;
    if (!record) return null;
    const { plain } = gridmap.looks();
    const renderer = L.canvas({ pane: "paths", padding: 0.25 });
    const open = [], closed = [];
    shapes.latLngs(record.shape).forEach((lines, index) => (record.passable[index] ? open : closed).push(...lines));
    const style = { pane: "paths", renderer, color: plain.path, weight: 1.5, interactive: false };
    return L.featureGroup([L.polyline(open, style), L.polyline(closed, { ...style, dashArray: "2 5" })]);
  };

  gridmap.layers.grids = () => {
    const record = areas()?.grids;
    if (!record) return null;
    const looks = gridmap.looks();
    const group = L.featureGroup();
    group.record = record;
    group.parts = shapes.latLngs(record.shape).map((lines, index) => {
      const kind = record.class[index];
      const part = L.polygon(lines, {
        pane: "grids", color: "#FFFFFF", weight: 1.2, fillOpacity: 0.85, bubblingMouseEvents: true,
        fillColor: kind < 0 ? looks.no_share : looks.shares[kind],
      });
      part.index = index;
      group.addLayer(part);
      return part;
    });
    /** Fade the grids for which `shown(index)` does not hold; close by, buildings come forward. */
    group.restyle = (shown, zoom) => {
      const full = zoom >= 17 ? 0.3 : zoom >= 15.5 ? 0.6 : 0.85;
      group.parts.forEach((part, index) => part.setStyle({ fillOpacity: shown(index) ? full : 0.06 }));
    };
    return group;
  };

  gridmap.layers.communities = () => {
    const record = areas()?.communities;
    if (!record) return null;
    const group = L.featureGroup();
    group.record = record;
    group.parts = shapes.latLngs(record.shape).map((lines) => {
      const style = { pane: "communities", fill: false, interactive: false };
      const casing = L.polygon(lines, { ...style, color: "#FFFFFF", weight: 4, opacity: 0.8 });
      const line = L.polygon(lines, { ...style, color: gridmap.looks().plain.ink, weight: 1.6 });
      group.addLayer(casing).addLayer(line);
      return line;
    });
    return group;
  };

  gridmap.layers.zones = () => {
    const record = areas()?.zones;
    if (!record) return null;
    const { sites } = areas();
    const group = L.featureGroup();
    shapes.latLngs(record.shape).forEach((lines, index) => {
      const look = gridmap.looks().states.danger;
      const zone = L.polygon(lines, {
        pane: "zones", className: "danger-zone", color: look.outline, weight: look.width, fillColor: look.fill,
        fillOpacity: 0.12, dashArray: record.estimated[index] ? "6 4" : null, bubblingMouseEvents: false,
      });
      // fill and hatch are two shapes: an SVG path has one paint only
      const hatch = L.polygon(lines, { pane: "zones", className: "danger-hatch", stroke: false, interactive: false });
      zone.bindPopup(() => gridmap.cards.hazard(sites, record.site[index], record.estimated[index]), { maxWidth: 300 });
      group.addLayer(hatch).addLayer(zone);
    });
    return group;
  };
})();
