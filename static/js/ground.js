/* The ground of the map: panes in their order, controls, the fit for paper. */
"use strict";

(function () {
  const { el, word } = gridmap;
  // danger zones lie above every area and building, the numbers of people above all
  const PANES = { backdrop: 210, paths: 220, grids: 300, buildings: 350, communities: 400, zones: 430, names: 450,
    highlight: 460, uncertain: 590, gaps: 600 };

  /** What the legend covers at the left edge, in pixels, and the padding of a fit that keeps clear of it. */
  gridmap.room = () => {
    const legend = document.querySelector("#legend");
    return [legend?.open && window.innerWidth > 760 ? legend.offsetWidth + 24 : 16, 16];
  };
  gridmap.fit = () => ({ paddingTopLeft: gridmap.room(), paddingBottomRight: [24, 16] });

  const North = L.Control.extend({
    onAdd() {
      return el("div", { class: "north" }, el("span", { class: "north-needle", "aria-hidden": "true" }), el("span", {}, word("north")));
    },
  });

  const All = L.Control.extend({
    onAdd(map) {
      const button = el("button", { type: "button", class: "control-button", title: word("zoom.all"), "aria-label": word("zoom.all") }, "⤢");
      L.DomEvent.disableClickPropagation(button);
      button.addEventListener("click", () => map.fitBounds(this.options.bounds, gridmap.fit()));
      return button;
    },
  });

  /** Called before the layers are put on the map. */
  gridmap.prepare = (map, { bounds }) => {
    for (const [name, level] of Object.entries(PANES)) map.createPane(name).style.zIndex = String(level);
    for (const name of ["backdrop", "buildings", "names", "highlight"]) map.getPane(name).style.pointerEvents = "none";
    if (window.innerWidth <= 760) document.querySelector("#legend").open = false;
    if (bounds) {
      map.fitBounds(bounds, { ...gridmap.fit(), animate: false });
      map.setMaxBounds(L.latLngBounds(bounds).pad(1));
    }
    map.attributionControl?.setPrefix(false);
    L.control.zoom({ position: "topleft", zoomInTitle: word("zoom.in"), zoomOutTitle: word("zoom.out") }).addTo(map);
    if (bounds) new All({ position: "topleft", bounds }).addTo(map);
    new North({ position: "topright" }).addTo(map);
    L.control.scale({ position: "bottomright", imperial: false, maxWidth: 140 }).addTo(map);
  };

  /** Put a picture in place of each canvas: Chromium prints a canvas opaque, whatever lies below it is gone. */
  function freeze(map) {
    const frozen = [];
    // Leaflet draws its own canvas in the next animation frame, which printing does not wait for
    map.eachLayer((layer) => { if (layer instanceof L.Canvas && layer._redrawBounds) layer._redraw(); });
    for (const canvas of map.getPane("mapPane").querySelectorAll("canvas")) {
      const picture = el("img", { src: canvas.toDataURL(), alt: "", class: canvas.className, style: canvas.style.cssText });
      canvas.after(picture);
      canvas.hidden = true;
      frozen.push([canvas, picture]);
    }
    return () => frozen.forEach(([canvas, picture]) => { picture.remove(); canvas.hidden = false; });
  }

  /** Give the map the size of the paper while it is printed, and its old view afterwards. */
  gridmap.printing = (map) => {
    const paper = document.querySelector("#paper");
    let before = null, thaw = () => {};
    paper.addEventListener("change", () => { document.body.dataset.paper = paper.value; });
    document.querySelector("#print").addEventListener("click", () => window.print());
    window.addEventListener("beforeprint", () => {
      before = { centre: map.getCenter(), zoom: map.getZoom(), bounds: map.getBounds() };
      document.body.classList.add("is-printing");
      map.invalidateSize({ animate: false });
      map.fitBounds(before.bounds, { animate: false });
      thaw = freeze(map);
    });
    window.addEventListener("afterprint", () => {
      thaw();
      document.body.classList.remove("is-printing");
      map.invalidateSize({ animate: false });
      if (before) map.setView(before.centre, before.zoom, { animate: false });
    });
  };
})();
