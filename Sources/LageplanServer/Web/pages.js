// What scripts add to the pages of the service: the drawing of features becomes the map. Without it every page works all the same.

import * as api from "./api.js";
import * as canvas from "./canvas.js";
import { make } from "./elements.js";
import { bounds } from "./features.js";
import { labelledPolygons } from "./labels.js";
import { loadStyle, ordered, prepare } from "./style.js";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const together = (boxes) => {
  const edge = (index, choose) => choose(...boxes.map((each) => each[index]));
  return boxes.length ? [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)] : null;
};

/** The features that the figure shows, as a collection; empty where it only shows where a collection lies. */
const featuresOf = async (figure) => {
  if (!figure.dataset.source) return [];
  const answer = await fetch(figure.dataset.source, { headers: { Accept: "application/geo+json" } });
  if (!answer.ok) return [];
  const document = await answer.json();
  return (document.features || [document]).filter((feature) => feature.geometry);
};

const extentOf = (collection) => {
  const box = collection && collection.extent && collection.extent.spatial && collection.extent.spatial.bbox[0];
  return box && (box.length === 6 ? [box[0], box[1], box[3], box[4]] : box);
};

/** A button that puts the part of the map in view into the form, as a filter. */
const filterByView = (figure, map) => {
  const field = document.getElementById("field-bbox");
  if (!field) return;
  figure.append(make("button", { type: "button", class: "figure-action", on: () => {
    field.value = map.getBounds().toArray().flat().map((each) => each.toFixed(5)).join(",");
    field.form.requestSubmit();
  } }, "Nur was im Ausschnitt liegt"));
};

const draw = async (figure) => {
  const [collections, { style }, features] = await Promise.all([api.collections(), loadStyle("lageplan"), featuresOf(figure)]);
  const shown = collections.find((each) => each.id === figure.dataset.collection);
  const box = features.length ? together(features.map((feature) => bounds(feature.geometry)).filter(Boolean)) : extentOf(shown);
  const found = box && await canvas.library();
  if (!found || !canvas.hasWebgl()) return null;
  const all = ordered(style, collections);
  const drawn = prepare(style, all, { labelled: labelledPolygons(style, all), accent: colour("--accent"), paper: colour("--paper") });
  const drawing = figure.querySelector("svg");
  const frame = make("div", { class: "live", role: "region", "aria-label": drawing.getAttribute("aria-label") });
  drawing.after(frame);
  drawing.setAttribute("hidden", "");
  const map = canvas.createMap({
    container: frame, style: drawn, bounds: box, maxZoom: 17,
  });
  map.scrollZoom.disable(); // scrolling the page must not get stuck in the map
  map.on("style.load", () => map.getSource("selected").setData({ type: "FeatureCollection", features }));
  map.on("click", ({ point }) => {
    const [hit] = canvas.featuresAt(map, point, new Set([figure.dataset.collection]));
    if (hit) location.assign(api.address(api.itemPath(hit.collection, hit.id)));
  });
  filterByView(figure, map);
  return new Promise((resolve) => map.once("idle", () => resolve(map)));
};

const figures = [...document.querySelectorAll("figure.map")];
const pages = { map: null, ready: null };
pages.ready = Promise.all(figures.map((figure) => draw(figure).then((map) => { pages.map = map; }))).catch((error) => {
  console.warn(`the map of this page stays a drawing: ${error.message}`);
});
window.lageplan = pages;
