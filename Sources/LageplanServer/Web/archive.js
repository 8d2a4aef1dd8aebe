// The map of an archive: every layer of its tiles drawn plainly, from the TileJSON that the page names.

import { hasWebgl, library } from "./canvas.js";

const darkness = matchMedia("(prefers-color-scheme: dark)");
const colours = ["#1b7f4b", "#2f6db5", "#b5552f", "#7a4bb5", "#8a7a1f", "#1f8a8a"];

/** Points, lines and areas of one layer; what a layer does not have is not drawn. */
const layersOf = (id, colour) => [
  { type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.3 } },
  { type: "line", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": colour, "line-width": 1.2 } },
  {
    type: "circle",
    filter: ["==", ["geometry-type"], "Point"],
    paint: { "circle-color": colour, "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 1, 16, 5] },
  },
].map((layer) => ({ ...layer, id: `${id}-${layer.type}`, source: "archive", "source-layer": id }));

const show = async (container) => {
  if (!hasWebgl() || !(await library())) return;
  const address = new URL(container.dataset.tiles, location.href);
  const description = await (await fetch(address)).json();
  const background = { id: "background", type: "background", paint: { "background-color": darkness.matches ? "#1c1f22" : "#f4f2ec" } };
  const layers = description.vector_layers.flatMap(({ id }, index) => layersOf(id, colours[index % colours.length]));
  const map = new maplibregl.Map({
    container,
    style: { version: 8, sources: { archive: { type: "vector", url: address.href } }, layers: [background, ...layers] },
    bounds: description.bounds,
    maxZoom: description.maxzoom + 4,
    dragRotate: false,
    pitchWithRotate: false,
  });
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
  map.on("click", ({ point }) => {
    const [found] = map.queryRenderedFeatures(point);
    if (!found) return;
    const list = document.createElement("dl");
    for (const [key, value] of Object.entries(found.properties)) {
      const [term, text] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = key;
      text.textContent = value;
      list.append(term, text);
    }
    new maplibregl.Popup().setLngLat(map.unproject(point)).setDOMContent(list).addTo(map);
  });
  map.once("idle", () => { container.dataset.state = "drawn"; });
};

for (const container of document.querySelectorAll("[data-tiles]")) show(container);
