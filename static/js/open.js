/* Bring map, list, search and address bar together: pointing at one lights the others. */
"use strict";

(function () {
  const { el, word } = gridmap;
  const CLOSE_ZOOM = 18;
  const isPhone = () => window.matchMedia("(max-width: 760px)").matches;

  gridmap.open = (map, layers, options) => {
    const households = gridmap.read("households");
    const buildings = gridmap.read("buildings");
    const areas = gridmap.read("areas");
    const grids = layers.grids.record, canvas = layers.buildings;
    const lit = L.featureGroup().addTo(map);
    const chosen = L.featureGroup().addTo(map);
    const classes = new Set([-1, 0, 1, 2, 3, 4]);
    const residents = byBuilding(households);
    const names = gridmap.names().addTo(map);
    let clickedGrid = -1, ready = false;

    const act = { select, light, changed };
    const panel = gridmap.panel(act);
    panel.state.classes = null;

    // -- what is shown ------------------------------------------------------------------------------------------

    function gridShown(index) {
      if (index < 0 || !grids) return panel.state.area < 0 && classes.size === 6;
      return classes.has(grids.class[index]) && (panel.state.area < 0 || grids.community[index] === panel.state.area);
    }

    function restyle() {
      layers.grids.restyle?.(gridShown, map.getZoom());
      document.body.dataset.buildings = canvas.isOpen?.() ? "drawn" : "hidden";
    }

    function filter() {
      panel.state.classes = classes.size === 6 ? null : (grid) => grid >= 0 && classes.has(grids.class[grid]);
      const everything = classes.size === 6 && panel.state.area < 0;
      canvas.setVisible?.(everything ? () => true : (index) => gridShown(buildings.grid[index]));
      for (const layer of [layers.gaps, layers.uncertain]) {
        layer.fill?.((place) => everything || (place.grid >= 0 ? gridShown(place.grid) : place.community === panel.state.area));
      }
      for (const button of document.querySelectorAll("[data-class]")) {
        button.setAttribute("aria-pressed", String(classes.has(Number(button.dataset.class))));
      }
      restyle();
      panel.refresh();
    }

    function chooseArea(index, { fit = true } = {}) {
      panel.state.area = index;
      document.querySelector("#area").value = index < 0 ? "" : areas.communities.id[index];
      document.querySelector("#paper-area").textContent = index < 0 ? word("area.all") : areas.communities.name[index];
      filter();
      const part = layers.communities.parts?.[index];
      if (!fit) return;
      if (part) map.fitBounds(part.getBounds(), gridmap.fit());
      else if (options.bounds) map.fitBounds(options.bounds, gridmap.fit());
    }

    function changed() {
      if (panel.state.show.has("uncertain")) layers.uncertain.addTo(map);
      if (ready) write();
    }

    // -- pointing -----------------------------------------------------------------------------------------------

    function outline(target, household, building) {
      target.clearLayers();
      const at = household >= 0 ? households.at[household] : null;
      const of = building >= 0 ? building : household >= 0 ? households.building[household] : -1;
      for (const [color, weight] of [["#FFFFFF", 7], [gridmap.looks().plain.action, 3]]) {
        const style = { pane: "highlight", color, weight, fill: false, interactive: false };
        if (of >= 0 && canvas.outline && canvas.isOpen()) L.polygon(canvas.outline(of), style).addTo(target);
        else if (at) L.circleMarker([at[1], at[0]], { ...style, radius: 18 }).addTo(target);
        else if (of >= 0 && canvas.centre?.(of)) L.circleMarker(canvas.centre(of), { ...style, radius: 18 }).addTo(target);
      }
    }

    function light(household) {
      outline(lit, household, -1);
      panel.light(household);
    }

    function place(household) {
      const at = households.at[household];
      return at ? L.latLng(at[1], at[0]) : null;
    }

    function popup(at, content, onClose) {
      const box = L.popup({ maxWidth: Math.min(320, window.innerWidth - 48), minWidth: 200, maxHeight: isPhone() ? 210 : 380, autoPanPaddingTopLeft: gridmap.room(), autoPanPaddingBottomRight: [64, 16] })
        .setLatLng(at).setContent(content);
      box.on("remove", onClose);
      map.openPopup(box);
      const close = box.getElement()?.querySelector(".leaflet-popup-close-button");
      close?.setAttribute("aria-label", word("card.close"));
    }

    function forget() {
      chosen.clearLayers();
      panel.mark(-1);
      write();
    }

    function select(household, { move = true } = {}) {
      const at = place(household);
      const building = households.building[household];
      const mates = building >= 0 ? residents.get(building) : [household];
      if (isPhone()) sheet(false);
      map.closePopup();
      if (at && move) map.setView(at, Math.max(map.getZoom(), CLOSE_ZOOM), { animate: false });
      panel.mark(household);
      outline(chosen, household, -1);
      popup(at ?? map.getCenter(), gridmap.cards.group(gridmap.cards.home(household), mates, household), forget);
      write();
    }

    function selectBuilding(building, { move = false } = {}) {
      const mates = residents.get(building) ?? [];
      const urgent = mates.length ? mates.reduce((best, index) => (households.state[index] < households.state[best] ? index : best)) : -1;
      if (urgent >= 0) { select(urgent, { move }); return; }
      const at = canvas.centre(building);
      if (!at) return;
      map.closePopup();
      if (move) map.setView(at, Math.max(map.getZoom(), CLOSE_ZOOM), { animate: false });
      outline(chosen, -1, building);
      popup(at, gridmap.cards.group(gridmap.cards.place(building), []), forget);
    }

    function goTo(kind, index) {
      if (kind === "household") return select(index);
      if (kind === "building") return selectBuilding(index, { move: true });
      if (kind === "community") return chooseArea(index);
      if (kind === "grid") return map.fitBounds(layers.grids.parts[index].getBounds(), gridmap.fit());
      return goToCompound(index);
    }

    function goToCompound(index) {
      const centres = (buildings?.compound ?? []).flatMap((of, building) => (of === index ? [canvas.centre(building)] : []));
      const at = areas.compounds.at[index];
      if (centres.length) map.fitBounds(L.latLngBounds(centres).pad(0.3), { maxZoom: CLOSE_ZOOM, ...gridmap.fit() });
      else if (at) map.setView([at[1], at[0]], CLOSE_ZOOM - 1);
    }

    function goToSite(index) {
      const at = areas.sites.at[index];
      if (at) map.setView([at[1], at[0]], CLOSE_ZOOM, { animate: false });
    }

    // -- the address bar ----------------------------------------------------------------------------------------

    function write() {
      const { area, show, sort, selected } = panel.state;
      const parts = new URLSearchParams();
      if (area >= 0) parts.set("area", areas.communities.id[area]);
      if ([...show].sort().join() !== "cover_needed,nobody,unit_only") parts.set("show", [...show].join());
      if (sort !== "urgency") parts.set("sort", sort);
      if (classes.size < 6) parts.set("share", [...classes].join());
      if (selected >= 0) parts.set("household", households.id[selected]);
      const hash = `#${parts}`;
      if (hash !== (location.hash || "#")) history.replaceState(null, "", hash);
      for (const link of document.querySelectorAll("[data-keep-hash]")) link.hash = hash;
    }

    function read() {
      const parts = new URLSearchParams(location.hash.slice(1));
      const area = areas?.communities.id.indexOf(parts.get("area")) ?? -1;
      const household = households?.id.indexOf(parts.get("household")) ?? -1;
      if (parts.has("show")) panel.state.show = new Set(parts.get("show").split(",").filter(Boolean));
      if (parts.has("sort")) panel.state.sort = document.querySelector("#sort").value = parts.get("sort");
      if (parts.has("share")) { classes.clear(); parts.get("share").split(",").forEach((kind) => classes.add(Number(kind))); }
      panel.state.selected = -1;
      changed();
      chooseArea(area, { fit: area >= 0 });
      if (household >= 0) select(household);
      const grid = areas?.grids.id.indexOf(parts.get("grid")) ?? -1;
      const site = areas?.sites.id.indexOf(parts.get("site")) ?? -1;
      if (grid >= 0 && layers.grids.parts) goTo("grid", grid);
      if (site >= 0) goToSite(site);
    }

    // -- wiring -------------------------------------------------------------------------------------------------

    function sheet(open) {
      const button = document.querySelector("#pull");
      document.body.classList.toggle("sheet-open", open);
      button.setAttribute("aria-expanded", String(open));
      button.querySelector("span").textContent = word(open ? "list.push" : "list.pull");
    }

    layers.grids.on("click", (event) => { clickedGrid = event.layer.index; });
    map.on("click", (event) => {
      const building = canvas.at?.(event.latlng) ?? -1;
      const household = canvas.pointAt?.(event.containerPoint) ?? -1;
      if (building >= 0) selectBuilding(building);
      else if (household >= 0) select(household, { move: false });
      else if (clickedGrid >= 0) popup(event.latlng, gridmap.cards.grid(grids, clickedGrid), () => {});
      clickedGrid = -1;
    });
    for (const layer of [layers.gaps, layers.uncertain]) {
      layer.on("click", (event) => { if (event.layer?.place) select(event.layer.place.households[0], { move: false }); });
      layer.on("mouseover", (event) => { if (event.layer?.place) light(event.layer.place.households[0]); });
      layer.on("mouseout", () => light(-1));
    }
    let pending = false, hovered = -1;
    map.on("mousemove", (event) => {
      if (pending) return;
      pending = true;
      requestAnimationFrame(() => {
        pending = false;
        const building = canvas.at?.(event.latlng) ?? -1;
        if (building === hovered) return;
        hovered = building;
        map.getContainer().classList.toggle("is-pointing", building >= 0);
        const mates = residents.get(building);
        outline(lit, -1, building);
        panel.light(mates ? mates[0] : -1);
      });
    });
    map.on("zoomend", restyle);
    map.on("popupopen popupclose", (event) => document.body.classList.toggle("has-popup", event.type === "popupopen"));
    map.on("overlayadd overlayremove", (event) => { if (event.layer === layers.communities) names[event.type === "overlayadd" ? "addTo" : "removeFrom"](map); });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      const selected = panel.state.selected;
      map.closePopup();
      document.querySelector(`#household-${selected}`)?.focus();
    });
    document.querySelector("#area").addEventListener("change", (event) => {
      chooseArea(areas.communities.id.indexOf(event.target.value));
      write();
    });
    for (const button of document.querySelectorAll("[data-class]")) {
      button.addEventListener("click", () => {
        const kind = Number(button.dataset.class);
        if (!classes.delete(kind)) classes.add(kind);
        filter();
        write();
      });
    }
    document.querySelector("#pull").addEventListener("click", () => sheet(!document.body.classList.contains("sheet-open")));
    window.addEventListener("hashchange", read);
    const switcher = map.getContainer().querySelector(".leaflet-control-layers-toggle");
    switcher?.setAttribute("title", word("layers"));
    switcher?.setAttribute("aria-label", word("layers"));
    gridmap.search(goTo);
    gridmap.printing(map);
    canvas.setPoints?.(homeless(households));
    tellMissing(layers, options.missing);
    read();
    ready = true;
    gridmap.map = map;
  };

  function byBuilding(households) {
    const found = new Map();
    households?.building.forEach((building, index) => {
      if (building < 0) return;
      if (!found.has(building)) found.set(building, []);
      found.get(building).push(index);
    });
    return found;
  }

  /** Households with a certain place but no building to colour. */
  function homeless(households) {
    return (households?.id ?? []).flatMap((_, index) => (households.building[index] < 0 && households.at[index] && !households.uncertain[index]
      ? [{ at: households.at[index], state: households.state[index], household: index }] : []));
  }

  function tellMissing(layers, unread) {
    const missing = [...new Set([...unread, ...gridmap.missing])];
    if (!missing.length) return;
    const all = Object.keys(layers).length;
    const list = missing.map((kind) => word(`layer.${kind}`)).join("、");
    document.querySelector("#partial").replaceChildren(el("div", { class: "notice notice-partial", role: "status" },
      el("strong", {}, word("partial", { all, drawn: all - missing.length, missing: list })), " ", word("partial.hint")));
  }
})();
