/* Round markers with the number of households that nobody looks after, and rings with ? where a place is uncertain. */
"use strict";

(function () {
  const { el } = gridmap;

  function icon(form, number, mark) {
    const size = number > 99 ? 40 : number > 9 ? 34 : 28;
    return L.divIcon({
      html: el("span", { class: `marker-face ${form}`, style: `width:${size}px;height:${size}px` }, mark),
      className: "marker-target", iconSize: [44, 44], // the finger's size, whatever the eye sees
    });
  }

  /** Clustered markers, one per place: [{at: [lng, lat], number, ...}]. */
  function clustered(places, form, mark, pane) {
    const sum = (cluster) => cluster.getAllChildMarkers().reduce((total, marker) => total + marker.place.number, 0);
    const group = L.markerClusterGroup({
      showCoverageOnHover: false, maxClusterRadius: (zoom) => (zoom < 14 ? 80 : 44), spiderfyOnMaxZoom: true, chunkedLoading: false,
      clusterPane: pane, animate: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      iconCreateFunction: (cluster) => icon(`${form} is-cluster`, sum(cluster), mark(sum(cluster))),
    });
    group.fill = (shown) => {
      group.clearLayers();
      group.addLayers(places.filter(shown).map((place) => {
        // the list is the way for the keyboard: tabbing through hundreds of markers is none
        const marker = L.marker([place.at[1], place.at[0]],
          { icon: icon(form, place.number, mark(place.number)), keyboard: false, pane });
        marker.place = place;
        return marker;
      }));
      return group;
    };
    return group.fill(() => true);
  }

  /** Households grouped by building, or by their own point. */
  function places(wanted) {
    const record = gridmap.read("households");
    const found = new Map();
    if (!record) return null;
    record.id.forEach((_, index) => {
      if (!record.at[index] || !wanted(record, index)) return;
      const key = record.building[index] >= 0 ? `b${record.building[index]}` : record.at[index].join();
      if (!found.has(key)) {
        found.set(key, { at: record.at[index], number: 0, households: [], community: record.community[index],
          grid: record.grid[index], building: record.building[index] });
      }
      found.get(key).number += 1;
      found.get(key).households.push(index);
    });
    return [...found.values()];
  }

  gridmap.layers.gaps = () => {
    const found = places((record, index) => record.state[index] === 0 && !record.uncertain[index]);
    return found && clustered(found, "is-nobody", (number) => gridmap.count(number), "gaps");
  };

  gridmap.layers.uncertain = () => {
    const found = places((record, index) => record.uncertain[index]);
    return found && clustered(found, "is-uncertain", (number) => (number > 1 ? `${number}?` : "?"), "uncertain");
  };
})();
