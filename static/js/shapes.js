/* Undo gridmap/maps/shapes.py: differences in steps of 1e-6 degree become rings and lines. */
"use strict";

(function () {
  const STEP = 1e-6;

  /** Each geometry's list of lines, a line a list of [latitude, longitude]. */
  function latLngs(shape) {
    const { parts, sizes, xy } = shape;
    let x = 0, y = 0, at = 0, line = 0;
    return parts.map((count) => {
      const lines = [];
      for (let part = 0; part < count; part += 1, line += 1) {
        const points = new Array(sizes[line]);
        for (let vertex = 0; vertex < sizes[line]; vertex += 1, at += 2) {
          x += xy[at];
          y += xy[at + 1];
          points[vertex] = [y * STEP, x * STEP];
        }
        lines.push(points);
      }
      return lines;
    });
  }

  /** All vertices in Web Mercator pixels of zoom 0, where lines and geometries begin, and the box of each geometry. */
  function flat(shape) {
    const { parts, sizes, xy } = shape;
    const vertices = new Float64Array(xy.length);
    const lineStart = new Uint32Array(sizes.length + 1);
    const partStart = new Uint32Array(parts.length + 1);
    const boxes = new Float64Array(parts.length * 4);
    let x = 0, y = 0;
    for (let at = 0; at < xy.length; at += 2) {
      x += xy[at];
      y += xy[at + 1];
      const [px, py] = project(x * STEP, y * STEP);
      vertices[at] = px;
      vertices[at + 1] = py;
    }
    sizes.forEach((size, line) => { lineStart[line + 1] = lineStart[line] + size; });
    parts.forEach((count, index) => { partStart[index + 1] = partStart[index] + count; });
    for (let index = 0; index < parts.length; index += 1) {
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      for (let at = lineStart[partStart[index]]; at < lineStart[partStart[index + 1]]; at += 1) {
        box[0] = Math.min(box[0], vertices[2 * at]);
        box[1] = Math.min(box[1], vertices[2 * at + 1]);
        box[2] = Math.max(box[2], vertices[2 * at]);
        box[3] = Math.max(box[3], vertices[2 * at + 1]);
      }
      boxes.set(box, index * 4);
    }
    return { vertices, lineStart, partStart, boxes };
  }

  /** Web Mercator pixels at zoom 0, as Leaflet's EPSG:3857 projects. */
  function project(lng, lat) {
    const sine = Math.sin((lat * Math.PI) / 180);
    return [256 * (lng / 360 + 0.5), 256 * (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI))];
  }

  function unproject(x, y) {
    return [(Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 256))) * 180) / Math.PI, (x / 256 - 0.5) * 360];
  }

  gridmap.shapes = { latLngs, flat, project, unproject };
})();
