/* Thirty thousand buildings on one canvas: colour, outline and pattern by state, found again under the pointer. */
"use strict";

(function () {
  const { shapes } = gridmap;
  const STATES = ["nobody", "unit_only", "cover_needed", "covered", "none"];
  const PADDING = 0.25; // of the view, drawn beyond its edges so that dragging shows no blank

  function tile(look, scale) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 8 * scale;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    pen.fillStyle = look.fill;
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = pen.fillStyle = look.outline;
    pen.lineWidth = 1.4;
    pen.beginPath();
    if (look.pattern === "hatch") {
      for (const shift of [-8, 0, 8]) { pen.moveTo(shift, 8); pen.lineTo(shift + 8, 0); }
      pen.stroke();
    } else if (look.pattern === "dots") {
      for (const [x, y] of [[2, 2], [6, 6]]) { pen.moveTo(x, y); pen.arc(x, y, 1.1, 0, 7); }
      pen.fill();
    }
    return canvas;
  }

  const Buildings = L.Layer.extend({
    initialize(record, options) {
      L.setOptions(this, options);
      this.record = record;
      this.flat = shapes.flat(record.shape);
      this.points = [];
      this.visible = () => true;
      this._tiles = new Map();
    },

    onAdd(map) {
      this._canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated buildings-canvas");
      this._canvas.setAttribute("aria-hidden", "true");
      map.getPane("buildings").appendChild(this._canvas);
      this.redraw();
    },

    onRemove() { this._canvas.remove(); },

    getEvents() {
      return { moveend: this.redraw, viewreset: this.redraw, resize: this.redraw, zoomanim: this._animate };
    },

    /** Households that have a place but no building: [{at: [lng, lat], state, household}]. */
    setPoints(points) {
      this.points = points.map((point) => ({ ...point, world: shapes.project(...point.at) }));
      return this.redraw();
    },

    /** Draw only the buildings for which `visible(index)` holds. */
    setVisible(visible) {
      this.visible = visible;
      return this.redraw();
    },

    isOpen() { return this._map && this._map.getZoom() >= this.options.minZoom; },

    _animate(event) {
      const scale = this._map.getZoomScale(event.zoom, this._drawnZoom);
      const corner = this._map._latLngToNewLayerPoint(this._drawnAt, event.zoom, event.center);
      L.DomUtil.setTransform(this._canvas, corner, scale);
    },

    redraw() {
      if (!this._map) return this;
      const map = this._map;
      const size = map.getSize();
      const pad = size.multiplyBy(PADDING).round();
      const corner = map.containerPointToLayerPoint([0, 0]).subtract(pad);
      const ratio = window.devicePixelRatio || 1;
      const canvas = this._canvas;
      canvas.width = (size.x + 2 * pad.x) * ratio;
      canvas.height = (size.y + 2 * pad.y) * ratio;
      canvas.style.width = `${size.x + 2 * pad.x}px`;
      canvas.style.height = `${size.y + 2 * pad.y}px`;
      L.DomUtil.setPosition(canvas, corner);
      this._drawnZoom = map.getZoom();
      this._drawnAt = map.layerPointToLatLng(corner);
      if (this.isOpen()) this._paint(canvas.getContext("2d"), corner, ratio);
      return this;
    },

    _paint(pen, corner, ratio) {
      const scale = 2 ** this._drawnZoom;
      const origin = this._map.getPixelOrigin().add(corner);
      const shown = this._inView(origin, scale);
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      // the most urgent states last, so that their outlines lie on top
      for (let state = STATES.length - 1; state >= 0; state -= 1) {
        const path = new Path2D();
        for (const index of shown[state]) this._trace(path, index, origin, scale);
        for (const point of this.points) {
          if (point.state !== state) continue;
          const x = point.world[0] * scale - origin.x;
          const y = point.world[1] * scale - origin.y;
          path.moveTo(x + 5, y);
          path.arc(x, y, 5, 0, 7);
        }
        this._ink(pen, path, gridmap.looks().states[STATES[state]], ratio);
      }
    },

    _inView(origin, scale) {
      const size = this._map.getSize();
      const [west, north] = [origin.x / scale, origin.y / scale];
      const [east, south] = [west + (size.x * (1 + 2 * PADDING)) / scale, north + (size.y * (1 + 2 * PADDING)) / scale];
      const { boxes } = this.flat;
      const shown = STATES.map(() => []);
      this.record.state.forEach((state, index) => {
        const at = index * 4;
        if (boxes[at] > east || boxes[at + 2] < west || boxes[at + 1] > south || boxes[at + 3] < north) return;
        if (this.visible(index)) shown[state].push(index);
      });
      return shown;
    },

    _trace(path, index, origin, scale) {
      const { vertices, lineStart, partStart } = this.flat;
      for (let line = partStart[index]; line < partStart[index + 1]; line += 1) {
        for (let at = lineStart[line]; at < lineStart[line + 1]; at += 1) {
          const x = vertices[2 * at] * scale - origin.x;
          const y = vertices[2 * at + 1] * scale - origin.y;
          if (at === lineStart[line]) path.moveTo(x, y); else path.lineTo(x, y);
        }
        path.closePath();
      }
    },

    _ink(pen, path, look, ratio) {
      if (look.pattern && this._drawnZoom >= 16) {
        const key = `${look.fill}${ratio}`;
        if (!this._tiles.has(key)) this._tiles.set(key, tile(look, ratio));
        const pattern = pen.createPattern(this._tiles.get(key), "repeat");
        pattern.setTransform(new DOMMatrix([1 / ratio, 0, 0, 1 / ratio, 0, 0]));
        pen.fillStyle = pattern;
      } else {
        pen.fillStyle = look.fill;
      }
      pen.fill(path, "evenodd");
      pen.strokeStyle = look.outline;
      pen.lineWidth = look.width;
      pen.lineJoin = "round";
      pen.stroke(path);
    },

    /** The building under a place on the map, -1 for none. */
    at(latLng) {
      if (!this.isOpen()) return -1;
      const [x, y] = shapes.project(latLng.lng, latLng.lat);
      const { boxes } = this.flat;
      for (let index = 0; index < this.record.state.length; index += 1) {
        const box = index * 4;
        if (x < boxes[box] || x > boxes[box + 2] || y < boxes[box + 1] || y > boxes[box + 3]) continue;
        if (this.visible(index) && this._holds(index, x, y)) return index;
      }
      return -1;
    },

    _holds(index, x, y) {
      const { vertices, lineStart, partStart } = this.flat;
      let inside = false;
      for (let line = partStart[index]; line < partStart[index + 1]; line += 1) {
        for (let at = lineStart[line], before = lineStart[line + 1] - 1; at < lineStart[line + 1]; before = at, at += 1) {
          const [ax, ay] = [vertices[2 * at], vertices[2 * at + 1]];
          const [bx, by] = [vertices[2 * before], vertices[2 * before + 1]];
          if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
        }
      }
      return inside;
    },

    /** A household without a building near a point of the screen, -1 for none. */
    pointAt(containerPoint) {
      if (!this.isOpen()) return -1;
      const near = this.points.find((point) => {
        const at = this._map.latLngToContainerPoint([point.at[1], point.at[0]]);
        return at.distanceTo(containerPoint) <= 10;
      });
      return near ? near.household : -1;
    },

    /** The outline of a building as Leaflet wants it. */
    outline(index) {
      const { vertices, lineStart, partStart } = this.flat;
      const rings = [];
      for (let line = partStart[index]; line < partStart[index + 1]; line += 1) {
        const ring = [];
        for (let at = lineStart[line]; at < lineStart[line + 1]; at += 1) {
          ring.push(shapes.unproject(vertices[2 * at], vertices[2 * at + 1]));
        }
        rings.push(ring);
      }
      return rings;
    },

    centre(index) {
      const [west, north, east, south] = this.flat.boxes.subarray(index * 4, index * 4 + 4);
      return Number.isFinite(west) ? shapes.unproject((west + east) / 2, (north + south) / 2) : null;
    },
  });

  gridmap.STATES = STATES;
  gridmap.layers.buildings = (options) => {
    const record = gridmap.read("buildings");
    return record && new Buildings(record, options);
  };
})();
