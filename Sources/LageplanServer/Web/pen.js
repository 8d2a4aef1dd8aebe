// The pen on the map: handles at the positions of a sketch, to be dragged, or moved by arrow keys; a click sets further ones.

import { t } from "./i18n.js";
import * as sketches from "./sketch.js";

/** More handles than these nobody grasps, and the page would be slow. */
export const mostHandles = 300;

const pixelsPerKey = 4;
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const samePlace = (a, b) => a.part === b.part && a.line === b.line && a.index === b.index;

/** Begins to edit `sketch` on the map; `changed(isDone)` is called after each change. Gives the means to go on and to stop. */
export const take = (map, sketch, { isNew, changed }) => {
  let handles = [];
  let isDrawing = isNew;

  const paint = () => map.getSource("sketch") && map.getSource("sketch").setData(sketches.preview(sketch));

  const told = () => {
    paint();
    changed();
  };

  const clear = () => {
    for (const handle of handles) handle.remove();
    handles = [];
  };

  const nudge = (vertex, marker, [x, y], isFast) => {
    const pixels = map.project(marker.getLngLat());
    const step = pixelsPerKey * (isFast ? 5 : 1);
    const place = map.unproject([pixels.x + x * step, pixels.y + y * step]);
    marker.setLngLat(place);
    sketches.move(sketch, vertex, place.toArray());
  };

  const vertexHandle = (vertex, number, count) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "handle" });
    button.setAttribute("aria-label", t("handle", { number, count }));
    const marker = new maplibregl.Marker({ element: button, draggable: true }).setLngLat(vertex.position.slice(0, 2)).addTo(map);
    // The library makes every marker an image without a name of its own.
    button.removeAttribute("role");
    marker.on("drag", () => {
      sketches.move(sketch, vertex, marker.getLngLat().toArray());
      paint();
    });
    marker.on("dragend", () => redraw(vertex));
    button.addEventListener("click", (event) => event.stopPropagation());
    button.addEventListener("keydown", (event) => {
      if (arrows[event.key]) {
        nudge(vertex, marker, arrows[event.key], event.shiftKey);
        told();
      } else if (event.key === "Delete" || event.key === "Backspace") {
        if (sketches.remove(sketch, vertex)) redraw({ ...vertex, index: Math.max(0, vertex.index - 1) });
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return { vertex, button, remove: () => marker.remove() };
  };

  const middleHandle = (middle) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "handle middle" });
    button.setAttribute("aria-label", t("handleBetween"));
    const marker = new maplibregl.Marker({ element: button, draggable: true }).setLngLat(middle.position).addTo(map);
    button.removeAttribute("role");
    const put = () => {
      sketches.insert(sketch, middle, marker.getLngLat().toArray());
      redraw(middle);
    };
    marker.on("dragend", put);
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      put();
    });
    return { vertex: null, button, remove: () => marker.remove() };
  };

  /** Draws all handles anew; the one of `focus` gets the keyboard. */
  const redraw = (focus) => {
    clear();
    const all = sketches.vertices(sketch);
    if (all.length <= mostHandles) {
      handles = all.map((vertex, index) => vertexHandle(vertex, index + 1, all.length));
      if (!isDrawing) handles.push(...sketches.middles(sketch).map(middleHandle));
    }
    if (focus) {
      const handle = handles.find((each) => each.vertex && samePlace(each.vertex, focus));
      if (handle) handle.button.focus({ preventScroll: true });
    }
    told();
  };

  redraw();
  return {
    /** A click on the map, or the middle of it by a button. */
    add: (place) => {
      if (!isDrawing && sketch.type !== "Point") return;
      sketches.append(sketch, place.toArray ? place.toArray() : place);
      redraw();
    },
    get isDrawing() { return isDrawing; },
    /** No further positions by clicks; from now on they are moved. */
    finish: () => {
      isDrawing = false;
      redraw();
    },
    undo: () => {
      const all = sketches.vertices(sketch);
      const last = all[all.length - 1];
      if (last) sketch.parts[last.part][last.line].pop();
      redraw();
    },
    redraw: () => redraw(),
    putDown: () => {
      clear();
      if (map.getSource("sketch")) map.getSource("sketch").setData({ type: "FeatureCollection", features: [] });
    },
  };
};
