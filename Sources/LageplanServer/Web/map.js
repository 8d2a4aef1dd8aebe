// The map page: holds the state (view, what is off, what is listed, what is open, language) and keeps address,
// map, legend, list and panel true to it.

import * as api from "./api.js";
import * as canvas from "./canvas.js";
import * as editing from "./editing.js";
import { announce, byId, keyOf, markCurrent } from "./elements.js";
import { bounds } from "./features.js";
import { currentLanguage, setLanguage, t } from "./i18n.js";
import { labelledPolygons, labelPlaces, labelSource } from "./labels.js";
import { showLegend, showZoomHints } from "./legend.js";
import { showChoice, showList } from "./list.js";
import { follow } from "./live.js";
import { hidePanel, showPanel } from "./panel.js";
import { format, parse } from "./permalink.js";
import { search } from "./search.js";
import { loadStyle, onVariant, ordered, prepare, symbolsOf } from "./style.js";
import * as tours from "./tours.js";
import * as ways from "./ways.js";

const page = { map: null, collections: [], style: null, icons: null, symbols: new Map(), off: new Set(), list: null, selected: null, marked: null, own: new Set() };
let returnFocus = null;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const notice = (sentence, key) => {
  byId("notice").textContent = sentence;
  byId("notice").dataset.i18n = key;
};

const report = (error) => {
  if (error.name === "AbortError") return;
  announce(t("failed", { path: error.path || "", reason: error.message }));
  notice(t("failed", { path: error.path || "", reason: error.message }), "");
  byId("notice").removeAttribute("data-i18n");
};

// Address

const view = () => {
  if (!page.map) return null;
  const { lng, lat } = page.map.getCenter();
  return { zoom: page.map.getZoom(), center: [lng, lat] };
};

const writeAddress = () => {
  const state = { view: view(), off: [...page.off], list: page.list, selected: page.selected, tour: tours.planId(), language: currentLanguage() };
  history.replaceState(null, "", format(state));
};

// Parts

const box = () => {
  if (!page.map) return null;
  const { width, height } = page.map.getCanvas().getBoundingClientRect();
  const corners = [page.map.unproject([0, height]), page.map.unproject([width, 0])];
  return [corners[0].lng, corners[0].lat, corners[1].lng, corners[1].lat];
};

const current = () => page.selected && keyOf(page.selected.collection, page.selected.id);

const refreshList = (speak = false) =>
  page.list ? showList(page.list, { box: box(), open: openFromList, current, report, speak }).catch(report) : Promise.resolve();

const refreshHints = () => showZoomHints(page.map ? page.map.getZoom() : null, (id) =>
  canvas.visibleFrom(page.map, page.collections.find((each) => each.id === id)));

const refreshLegend = () => {
  showLegend({ collections: page.collections, symbols: page.symbols, off: page.off, icons: page.icons, toggle });
  if (page.map && page.map.isStyleLoaded()) refreshHints();
};

const listed = () => page.collections.find((each) => each.id === page.list);

const refreshChoice = () => showChoice(page.collections, page.list, (id) => {
  page.list = id;
  editing.refresh(listed());
  writeAddress();
  refreshList(true);
});

const toggle = (id, visible) => {
  if (visible) page.off.delete(id);
  else page.off.add(id);
  if (page.map) canvas.setVisible(page.map, id, visible);
  writeAddress();
};

// One feature

const open = async (collection, id, { move = true, focus = true, others = [] } = {}) => {
  if (editing.current()) return;
  try {
    const feature = await showPanel({ collections: page.collections, collection, id, others, open, focus, actions: actionsOf(collection) });
    page.selected = { collection, id };
    page.marked = feature;
    writeAddress();
    if (page.map) {
      canvas.mark(page.map, feature);
      const place = bounds(feature.geometry);
      if (move && place) canvas.flyTo(page.map, place, covered());
    }
    markCurrent(current());
  } catch (error) {
    report(error);
  }
};

const openFromList = (collection, id) => {
  returnFocus = document.activeElement;
  return open(collection, id);
};

const close = () => {
  if (byId("panel").hidden) return undefined;
  if (editing.current()) return editing.current().cancel();
  hidePanel();
  page.selected = page.marked = null;
  markCurrent(null);
  if (page.map) canvas.mark(page.map, null);
  writeAddress();
  const back = returnFocus && returnFocus.isConnected ? returnFocus : page.map ? page.map.getCanvas() : byId("list");
  back.focus({ preventScroll: true });
  returnFocus = null;
  return undefined;
};

/** The pixels of the map that the panel hides: at its right side, on a narrow screen at its bottom. */
const covered = () => {
  const panel = byId("panel").getBoundingClientRect();
  const stage = byId("map").getBoundingClientRect();
  if (byId("panel").hidden) return { right: 0, bottom: 0 };
  if (panel.width < stage.width * 0.7) return { right: panel.width, bottom: 0 };
  return { right: 0, bottom: Math.max(0, Math.min(stage.height * 0.6, stage.bottom - panel.top)) };
};

// Editing

const middle = () => {
  if (page.map) return page.map.getCenter().toArray();
  const [west, south, east, north] = extent();
  return [(west + east) / 2, (south + north) / 2];
};

/** The editor in place of the panel; afterwards the panel of what was saved, or of what was open before. */
const openEditor = (collection, schema, rest) => {
  if (page.map) canvas.mark(page.map, null);
  editing.edit({
    map: page.map, collection, schema, middle, ...rest,
    done: async (id) => {
      page.own.add(keyOf(collection.id, id));
      await renew(new Map([[collection.id, null]]));
      open(collection.id, id, { move: false });
    },
    closed: (id) => (id ? open(collection.id, id, { move: false }) : close()),
  });
};

const change = async (collection, id, type) => {
  try {
    const [{ feature, tag }, schema] = await Promise.all([api.itemWithTag(collection.id, id), api.schema(collection.id)]);
    openEditor(collection, schema, { feature, tag, type });
  } catch (error) {
    report(error);
  }
};

const begin = async (type) => {
  if (editing.current()) return;
  const collection = listed();
  openEditor(collection, await api.schema(collection.id), { type });
};

const actionsOf = (id) => (feature) => {
  const collection = page.collections.find((each) => each.id === id);
  return editing.actions({
    feature, collection, report,
    change: (type) => change(collection, String(feature.id), type),
    removed: () => {
      close();
      announce(t("deleted"));
      renew(new Map([[id, null]]));
    },
  });
};

/**
 * Draws and counts anew what has changed: a map from collection to the ids, null where they are many or not known; `tiles` tells of
 * collections in which ranges of tiles, where that is known.
 */
const renew = async (changed, tiles = new Map()) => {
  const counted = await api.collections().catch(() => page.collections);
  for (const collection of page.collections) {
    const now = counted.find((each) => each.id === collection.id);
    if (now) collection.featureCount = now.featureCount;
    if (changed === null || changed.has(collection.id)) {
      const ranges = tiles.get(collection.id);
      if (page.map && ranges) canvas.refresh(page.map, collection.id, ranges);
      else if (page.map) canvas.renew(page.map, collection.id);
      if (page.map && labelledPolygons(page.style, page.collections).has(collection.id)) showLabels(collection.id);
    }
  }
  refreshLegend();
  if (changed === null || changed.has(page.list)) await refreshList();
};

const isOpen = (changed) => {
  const ids = page.selected && (changed === null ? null : changed.get(page.selected.collection));
  return Boolean(page.selected) && (ids === null || (ids && ids.has(page.selected.id)));
};

/** What others changed, or we in another window. */
const heard = async (changed, tiles) => {
  await renew(changed, tiles);
  ways.heard(changed);
  // Our own change is shown already; to build the panel again would take the keyboard's place in it.
  if (!isOpen(changed) || page.own.delete(current())) return;
  if (editing.current()) announce(t("changedMeanwhile"));
  else open(page.selected.collection, page.selected.id, { move: false, focus: false });
};

// The map

const styleNow = () => prepare(page.style, page.collections, {
  labelled: labelledPolygons(page.style, page.collections), accent: colour("--accent"), paper: colour("--paper"),
});

/** Fetches the style in the variant that suits, for map and legend. */
const dress = async () => {
  Object.assign(page, await loadStyle("lageplan"));
  page.symbols = symbolsOf(page.style, page.collections);
};

const showLabels = (id) =>
  labelPlaces(id).then((places) => page.map.getSource(labelSource(id)).setData(places)).catch(report);

const restore = () => {
  for (const id of page.off) canvas.setVisible(page.map, id, false);
  canvas.mark(page.map, page.marked);
  refreshHints();
  for (const id of labelledPolygons(page.style, page.collections)) showLabels(id);
  if (editing.current()) editing.current().repaint();
  ways.repaint();
  tours.repaint();
};

const extent = () => {
  const boxes = page.collections.map((each) => each.extent && each.extent.spatial && each.extent.spatial.bbox[0]).filter(Boolean);
  const flat = boxes.map((each) => (each.length === 6 ? [each[0], each[1], each[3], each[4]] : each));
  const edge = (index, choose) => choose(...flat.map((each) => each[index]));
  return flat.length ? [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)] : [5.8, 47.2, 15.1, 55.1];
};

const drawMap = async (startView) => {
  if (!await canvas.library()) return notice(t("noAssets"), "noAssets");
  if (!canvas.hasWebgl()) return notice(t("noWebgl"), "noWebgl");
  try {
    page.map = canvas.createMap({ container: "map", style: styleNow(), view: startView, bounds: extent() });
  } catch {
    return notice(t("noWebgl"), "noWebgl");
  }
  const { map } = page;
  const drawn = new Set(page.collections.map((each) => each.id));
  map.on("style.load", restore);
  map.on("moveend", () => {
    writeAddress();
    refreshHints();
    refreshList();
  });
  map.on("click", ({ point, lngLat }) => {
    if (editing.current()) return editing.current().click(lngLat);
    if (tours.click(point, lngLat)) return undefined;
    if (ways.isTaken()) return ways.click(lngLat);
    const [first, ...others] = canvas.featuresAt(map, point, drawn);
    if (!first) return close();
    returnFocus = map.getCanvas();
    return open(first.collection, first.id, { move: false, others: others.slice(0, 5) });
  });
  let pointer = null; // at most one look a frame, at the latest place
  map.on("mousemove", ({ point }) => {
    if (!pointer)
      requestAnimationFrame(() => {
        const isOver = () => map.isStyleLoaded() && (tours.isOver(pointer) || canvas.featuresAt(map, pointer, drawn).length > 0);
        map.getCanvas().style.cursor = editing.current() || tours.isPlacing() || ways.isTaken() ? "crosshair" : isOver() ? "pointer" : "";
        pointer = null;
      });
    pointer = point;
  });
  map.on("error", ({ error }) => report(error));
  return new Promise((resolve) => map.once("idle", resolve));
};

// The page

const listen = () => {
  // The address holds our state, so the skip link must not write there.
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("list").focus();
  });
  byId("panel-close").addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]") && (!byId("panel").hidden || !(tours.putDown() || ways.putDown()))) close();
  });
  byId("search").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = byId("search-text").value.trim();
    const active = page.collections.find((each) => each.id === page.list);
    returnFocus = byId("search-text");
    if (text && active) search(text, page.collections, active, open).catch(report);
  });
  for (const button of document.querySelectorAll("[data-language]"))
    button.addEventListener("click", () => speak(button.dataset.language));
  onVariant(() => dress().then(() => {
    if (page.map) page.map.setStyle(styleNow(), { diff: false });
    refreshLegend();
  }).catch(report));
  window.addEventListener("hashchange", () => apply(parse(location.hash)));
  if (matchMedia("(max-width: 48rem)").matches) byId("legend").open = false;
};

const speak = (language) => {
  setLanguage(language);
  editing.refresh(listed());
  refreshLegend();
  refreshList();
  if (page.map) canvas.relabel(page.map);
  ways.refresh();
  tours.refresh();
  if (page.selected) open(page.selected.collection, page.selected.id, { move: false, focus: false });
  writeAddress();
};

/** Takes the state that an address tells; used when somebody edits it or follows a link to this page. */
const apply = (said) => {
  if (said.language && said.language !== currentLanguage()) setLanguage(said.language);
  page.off = new Set(said.off);
  if (page.collections.some((each) => each.id === said.list)) page.list = said.list;
  if (page.map) {
    for (const { id } of page.collections) canvas.setVisible(page.map, id, !page.off.has(id));
    if (said.view) page.map.jumpTo(said.view);
  }
  refreshLegend();
  refreshChoice();
  refreshList();
  if (said.selected) open(said.selected.collection, said.selected.id, { move: !said.view, focus: false });
  else close();
};

const start = async () => {
  const said = parse(location.hash);
  setLanguage(said.language || (navigator.language || "de").slice(0, 2));
  listen();
  const [collections] = await Promise.all([api.collections(), dress()]);
  page.collections = ordered(page.style, collections.filter((each) => (each.itemType || "feature") === "feature"));
  if (page.collections.length === 0) return notice(t("noData"), "noData");
  page.off = new Set(said.off);
  page.list = (page.collections.find((each) => each.id === said.list) || page.collections[0]).id;
  page.symbols = symbolsOf(page.style, page.collections);
  refreshLegend();
  refreshChoice();
  await editing.start({ collections: page.collections, begin });
  editing.refresh(listed());
  const drawn = drawMap(said.view);
  if (said.selected)
    await open(said.selected.collection, said.selected.id, { move: !said.view, focus: false });
  await drawn;
  await ways.start({ map: page.map, listed, report });
  await tours.start({
    map: page.map, collections: page.collections, opened: said.tour,
    page: { listed, box, open: openFromList, addressed: writeAddress, signIn: editing.signIn },
  });
  await refreshList();
  writeAddress();
  follow((changed, tiles) => heard(changed, tiles).catch(report));
  return undefined;
};

const ready = start().catch(report);
window.lageplan = { get map() { return page.map; }, ready };
