/* The ground that the other scripts of a map page stand on: data, words, states, and what to show when something fails.

   Plain scripts, not ES modules: a browser refuses to load modules from file://, and the page must open from disk.
   Every text from data goes through textContent, never innerHTML. */
"use strict";

(function () {
  const store = new Map();
  let words = {};
  let palette = {};

  const page = {
    layers: {},
    missing: [],

    /** Called by a data file: keep what it brought. */
    data(name, value) { store.set(name, value); },

    /** Called by the page's own script: its words and colours. */
    say(texts, looks) { words = texts; palette = looks; },

    /** A data file's content, or null when the file is not there. */
    read(name) { return store.get(name) ?? null; },

    looks() { return palette; },

    /** The words of a key with its {places} filled. */
    word(key, values = {}) {
      const text = words[key] ?? key;
      return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
    },

    count(number) { return Number(number).toLocaleString("en-US"); },

    percent(share) {
      const value = share * 100;
      return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)}%`;
    },

    /** A new element with attributes and children; a text child stays text. */
    el(tag, attributes = {}, ...children) {
      const node = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) {
        if (value === false || value === null || value === undefined) continue;
        if (name === "class") node.className = value;
        else if (name === "style") node.style.cssText = value; // the policy of the page forbids the attribute
        else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
        else node.setAttribute(name, value === true ? "" : value);
      }
      node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
      return node;
    },

    /** A layer of a kind, or an empty one (noted as missing) when its data or its drawing fails. */
    layer(kind, options) {
      try {
        const made = page.layers[kind](options);
        if (made) return made;
      } catch (error) {
        console.warn(`layer ${kind} was not drawn: ${error.message}`);
      }
      page.missing.push(kind);
      return L.layerGroup();
    },

    /** Run what folium wrote; a failure becomes a page that says so. */
    start(draw) {
      try {
        if (!window.L) throw new Error(page.word("error.assets"));
        draw();
        document.body.dataset.ready = "map";
      } catch (error) {
        page.fail(error);
      }
    },

    fail(error) {
      const { el, word } = page;
      console.warn(`the map was not drawn: ${error.message}`);
      document.body.dataset.ready = "error";
      const elsewhere = () => el("a", { href: document.body.dataset.gaps }, word("error.list"));
      document.querySelector("#legend")?.remove();
      document.querySelector("#map-frame")?.replaceChildren(
        el("div", { class: "notice notice-error", role: "alert" },
          el("strong", {}, word("error")), el("p", {}, word("error.detail", { text: error.message }))),
      );
      document.querySelector("#gap-list")?.replaceChildren(el("li", { class: "notice" }, elsewhere()));
    },
  };

  window.gridmap = page;
})();
