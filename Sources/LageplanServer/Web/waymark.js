// A mark on the map that people set: dragged by the mouse, moved by the arrow keys.

import { make } from "./elements.js";

const nudges = { ArrowLeft: [-20, 0], ArrowRight: [20, 0], ArrowUp: [0, -20], ArrowDown: [0, 20] };

/** A mark at `place`, named by `word`; `moved` gets the place that it was moved to, as [longitude, latitude]. */
export const mark = (map, { place, letter, word, moved }) => {
  const button = make("button", { type: "button", class: "waymark", "aria-label": word, title: word }, letter);
  const marker = new maplibregl.Marker({ element: button, draggable: true }).setLngLat(place).addTo(map);
  button.removeAttribute("role");
  button.addEventListener("click", (event) => event.stopPropagation());
  const tell = () => moved(marker.getLngLat().toArray());
  marker.on("dragend", tell);
  button.addEventListener("keydown", (event) => {
    const step = nudges[event.key];
    if (!step) return;
    const { x, y } = map.project(marker.getLngLat());
    marker.setLngLat(map.unproject([x + step[0], y + step[1]]));
    tell();
    event.preventDefault();
    event.stopPropagation();
  });
  return marker;
};
