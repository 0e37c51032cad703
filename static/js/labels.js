/* Names with a halo, communities before grids; a name that would cover another, or that is much wider than its area,
   waits for a closer look. */
"use strict";

(function () {
  const Labels = L.Layer.extend({
    /** items: [{name, at: [lat, lng], span (width in degrees), kind, size, minZoom, rank}], a smaller rank first. */
    initialize(items, options) {
      L.setOptions(this, options);
      this.items = [...items].sort((one, other) => one.rank - other.rank);
    },

    onAdd(map) {
      this._box = L.DomUtil.create("div", "names leaflet-zoom-hide");
      map.getPane("names").appendChild(this._box);
      this._place();
    },

    onRemove() { this._box.remove(); },

    getEvents() { return { zoomend: this._place, moveend: this._place, viewreset: this._place, resize: this._place }; },

    _place() {
      const map = this._map;
      const view = map.getPixelBounds();
      const taken = [];
      this._box.replaceChildren();
      for (const item of this.items) {
        if (map.getZoom() < (item.minZoom ?? 0)) continue;
        const world = map.project(item.at);
        if (!view.contains(world)) continue;
        const at = map.latLngToLayerPoint(item.at);
        // a Chinese character is as wide as its size, a Latin letter about half of it
        const width = [...item.name].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 0x2e80 ? 1 : 0.56), 0) * item.size + 8;
        if (width > 1.15 * item.span * (256 / 360) * 2 ** map.getZoom()) continue;
        const box = { left: at.x - width / 2, right: at.x + width / 2, top: at.y - item.size * 0.8, bottom: at.y + item.size * 0.8 };
        const hit = taken.some((other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top);
        if (hit) continue;
        taken.push(box);
        const label = gridmap.el("span", { class: `name name-${item.kind}` }, item.name);
        L.DomUtil.setPosition(label, at.round());
        this._box.append(label);
      }
    },
  });

  /** The names of communities, and of grids from close by. */
  gridmap.names = () => {
    const { communities, grids } = gridmap.read("areas") ?? { communities: { id: [] }, grids: { id: [] } };
    const items = [];
    const add = (record, kind, size, minZoom) => {
      const spans = record.shape ? gridmap.shapes.latLngs(record.shape) : [];
      record.id.forEach((_, index) => {
        if (!record.at[index]) return;
        const [lng, lat] = record.at[index];
        const across = spans[index].flat().map((point) => point[1]);
        const span = across.reduce((most, x) => Math.max(most, x), -180) - across.reduce((least, x) => Math.min(least, x), 180);
        items.push({ name: record.name[index], at: L.latLng(lat, lng), span, kind, size, minZoom, rank: items.length });
      });
    };
    add(communities, "community", 15, 0);
    add(grids, "grid", 12, 15.5);
    return new Labels(items);
  };
})();
