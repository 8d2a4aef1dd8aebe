// The legend: what is on the map, by symbol and count; a box switches a collection on and off.

import { byId, make } from "./elements.js";
import { number, t } from "./i18n.js";
import { draw } from "./symbols.js";

/** `visibleFrom` gives the zoom from which the map draws a collection. */
export const showLegend = ({ collections, symbols, off, icons, toggle }) => {
  byId("legend-items").replaceChildren(...collections.map((collection) => {
    const box = make("input", { type: "checkbox", "data-collection": collection.id });
    box.checked = !off.has(collection.id);
    box.addEventListener("change", () => toggle(collection.id, box.checked));
    const symbol = draw(symbols.get(collection.id), 20, icons);
    symbol.setAttribute("aria-hidden", "true");
    return make("li", {}, make("label", {}, box, symbol,
      make("span", { class: "name" }, collection.title, make("span", { class: "hint" })),
      make("span", { class: "count" }, number(collection.featureCount || 0))));
  }));
};

/** Tells of each collection that the map draws only nearer to the ground. */
export const showZoomHints = (zoom, visibleFrom) => {
  for (const box of document.querySelectorAll("#legend-items input")) {
    const item = box.closest("li");
    const tooFar = zoom !== null && zoom < visibleFrom(box.dataset.collection);
    item.classList.toggle("far", tooFar);
    item.querySelector(".hint").textContent = tooFar ? t("zoomIn") : "";
  }
};
