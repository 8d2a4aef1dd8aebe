// Tours on the page: planned from a form, followed while the server searches, shown as lists and on the map, changed by hand and planned anew.
// Holds the state of the tool; the map page hands it clicks and its address.

import * as access from "./access.js";
import * as api from "./api.js";
import { showAll } from "./canvas.js";
import { ask } from "./editor.js";
import { announce, byId, make, save } from "./elements.js";
import { day as written, number, t } from "./i18n.js";
import { readComparison } from "./tourcompare.js";
import * as drafts from "./tourdraft.js";
import { showError, showOwn } from "./tourfaults.js";
import * as form from "./tourform.js";
import { drawing, keyAt, supplyPictures } from "./tourmap.js";
import { figures, read, runningAt } from "./tourplan.js";
import { follow } from "./toursearch.js";
import * as service from "./tourservice.js";
import * as view from "./tourview.js";

const state = {
  map: null, page: null, titles: new Map(), isOn: false, isWritable: false, id: null, plan: null, versions: [], draft: drafts.nothing(), compared: null,
  day: null, focus: null, open: null, folded: new Set(), options: { most: 3, keepsBegun: true }, drawn: [],
};

/** The plan that the address of the page names; null: none. */
export const planId = () => (state.isOn ? state.id : null);

/** The pointer is to look like one that sets a place. */
export const isPlacing = () => state.isOn && form.isPlacing();

// What is drawn

/** Puts the drawing on the map again, after a new style too. */
export const repaint = () => {
  const source = state.map && state.map.getSource("tours");
  if (source) source.setData({ type: "FeatureCollection", features: state.isOn ? state.drawn : [] });
};

const paint = () => {
  const { plan, draft, day } = state;
  const isShown = plan && byId("tour-form").hidden;
  state.drawn = isShown ? drawing({
    routes: drafts.arranged(plan, draft).filter((each) => !day || each.day === day), left: plan.left, emphasis: state.open,
    changed: new Set(state.compared ? state.compared.changes.keys() : []), stale: drafts.stale(draft), focus: state.focus,
  }) : [];
  repaint();
};

const showOnMap = () => {
  if (state.map) showAll(state.map, state.drawn.map((each) => each.geometry), { fills: true });
};

// Parts

const parts = ["tour-form", "tour-progress", "tour-view"];

const showPart = (...names) => {
  for (const each of parts) byId(each).hidden = !names.includes(each);
  byId("tour-back").hidden = !state.plan || !state.plan.id;
  form.showMarks();
};

const complain = (error, where) => {
  if (error.name === "AbortError") return;
  if (error.status === 401) return state.page.signIn();
  showError(byId(where) || byId("tour-fault"), error, where === "tour-fault" ? form.order() : null);
};

const isEditable = () => Boolean(state.plan.id) && ["draft", "released", "superseded"].includes(state.plan.status);

const show = () => {
  view.show({ ...state, running: runningAt(state.plan), isEditable: isEditable(), act });
  paint();
};

// A plan

const take = (document, { keepsPlace = false } = {}) => {
  const isSame = state.plan !== null && state.plan.id === document.id;
  const plan = read(document, state.titles, form.people(), isSame ? state.plan.inspectors : []);
  if (!plan) return false;
  Object.assign(state, { plan, draft: drafts.nothing(), compared: null, open: keepsPlace ? state.open : null });
  if (!keepsPlace || !plan.days.includes(state.day)) state.day = plan.days.length > 1 ? plan.days[0] : null;
  return true;
};

const say = () => {
  const { tours, stops, left } = figures(state.plan);
  announce(t("toursMade", { tours: number(tours), stops: number(stops), left: number(left) }));
};

const present = async (document, keeping = {}) => {
  take(document, keeping);
  state.id = state.plan.id || null;
  state.versions = state.id ? await service.versions(state.id).catch(() => []) : [];
  showPart("tour-view");
  show();
  say();
  state.page.addressed();
};

// Planning

const finish = async (document) => {
  if (!document.routes) {
    const { problem = {} } = document;
    throw Object.assign(new Error(problem.detail || t("tourEndedWithout")), { status: problem.status, code: problem.code, faults: problem.faults || [] });
  }
  await present(document);
  showOnMap();
  byId("tour-result").focus({ preventScroll: true });
};

/** The best plan so far, as something to read. */
const showBest = (document) => {
  const isFirst = state.plan === null;
  if (!take(document, { keepsPlace: !isFirst })) return;
  showPart("tour-progress", "tour-view");
  show();
  if (isFirst) showOnMap();
};

const watch = async (id) => {
  Object.assign(state, { id, plan: null, versions: [] });
  showPart("tour-progress");
  paint();
  byId("tour-cancel").disabled = false;
  byId("tour-cancel").focus();
  announce(t("tourPlanning"));
  state.page.addressed();
  await finish(await follow(id, showBest));
};

const plan = async (event) => {
  event.preventDefault();
  const faults = form.faults();
  showOwn(byId("tour-fault"), faults);
  if (faults.length) return;
  try {
    const begun = await service.plan(form.request());
    await watch(begun.id);
  } catch (error) {
    if (!state.plan) state.id = null;
    showPart("tour-form");
    complain(error, "tour-fault");
  }
};

const cancel = async () => {
  byId("tour-cancel").disabled = true;
  await service.cancel(state.id).catch((error) => complain(error, "tour-fault"));
};

// Changes by hand

const change = (draft, name, sentence) => {
  if (draft === state.draft) return;
  state.draft = draft;
  show();
  if (name) view.focus(name);
  if (sentence) announce(sentence);
};

const routeName = (key) => state.plan.routes.find((each) => each.key === key).name;

/** Nobody is there for this tour: nothing of it changes. */
const isAway = (key) => drafts.isAway(state.plan, state.draft, state.plan.routes.find((each) => each.key === key));

/** The stop at another index of a route, told as a sentence. */
const put = (stop, route, index) => {
  if (stop.companions.length || stop.isCancelled) return;
  if (isAway(route) || isAway(drafts.placeOf(state.plan, state.draft, stop.key).route)) return;
  const draft = drafts.move(state.plan, state.draft, stop.key, route, index);
  const place = drafts.placeOf(state.plan, draft, stop.key);
  change(draft, `stop ${stop.key}`, t("tourNowAt", { name: stop.name, place: place.index + 1, tour: routeName(place.route) }));
};

const shownRoutes = () => state.plan.routes.filter((each) => !state.day || each.day === state.day);

const stopOf = (key) => state.plan.routes.flatMap((each) => each.stops).find((each) => each.key === key);

const replan = async () => {
  const before = state.plan.version;
  const newest = Math.max(before, ...state.versions.filter((each) => each.status !== "planning").map((each) => each.version));
  const now = runningAt(state.plan);
  const rest = {
    seconds: 1, ...(state.options.most === null ? {} : { mostChanges: state.options.most }),
    ...(now && state.options.keepsBegun ? { at: now } : {}),
  };
  try {
    byId("tour-view").setAttribute("aria-busy", "true");
    announce(t("tourReplanning"));
    const document = await service.replan(state.id, before, newest, drafts.change(state.plan, state.draft, rest));
    await present(document, { keepsPlace: true });
    await act.compare(before);
  } catch (error) {
    // The changes stay, and the new version stands in the list: who has seen it knows what to do.
    if (error.code === "changed-meanwhile") {
      state.versions = await service.versions(state.id).catch(() => state.versions);
      show();
    }
    complain(error, "tour-fault-plan");
  } finally {
    byId("tour-view").removeAttribute("aria-busy");
  }
};

const attempt = (work) => async (...values) => {
  try {
    await work(...values);
  } catch (error) {
    complain(error, "tour-fault-plan");
  }
};

const keep = async (work, sentence) => {
  if (!access.token()) return state.page.signIn();
  await work();
  await present(await service.get(state.id, state.plan.version), { keepsPlace: true });
  announce(t(sentence));
  return undefined;
};

const saved = async (format, route) => {
  const parameters = { f: format, version: state.plan.version, ...(route ? { inspector: route.inspector, day: route.day } : {}) };
  const name = ["tour", route ? route.inspector : null, route ? route.day : state.plan.day].filter(Boolean).join("-");
  save(await service.file(state.id, parameters), `${name}.${format}`);
};

/** What the lists and buttons of the plan do. */
const act = {
  open: (key) => {
    state.open = key;
    show();
    if (!key) return;
    const place = (stopOf(key) || state.plan.left.find((each) => each.key === key)).location;
    if (place && state.map && !state.map.getBounds().contains(place)) state.map.easeTo({ center: place, duration: 0 });
  },
  object: (feature) => {
    const [collection, ...id] = feature.split("/");
    state.page.open(collection, id.join("/"));
  },
  shift: (stop, step) => {
    const { route, index } = drafts.placeOf(state.plan, state.draft, stop.key);
    put(stop, route, index + step);
  },
  /** Into the tour before or after this one, to where it comes by its time. */
  across: (stop, step) => {
    const { route } = drafts.placeOf(state.plan, state.draft, stop.key);
    const routes = shownRoutes().filter((each) => each.key === route || !isAway(each.key));
    const other = routes[routes.findIndex((each) => each.key === route) + step];
    if (other) act.moveTo(stop, other.key);
  },
  moveTo: (stop, route) => {
    const target = drafts.arranged(state.plan, state.draft).find((each) => each.key === route);
    state.folded.delete(route);
    put(stop, route, target.stops.filter((each) => each.begin < stop.begin).length);
  },
  drop: (key, route, index) => put(stopOf(key), route, index),
  lock: (stop) => {
    if (isAway(drafts.placeOf(state.plan, state.draft, stop.key).route)) return;
    change(drafts.toggleLock(state.draft, stop), null, t(stop.isHeld ? "tourNowFree" : "tourNowLocked", { name: stop.name }));
  },
  toggle: (name, key) => change(drafts.toggle(state.draft, name, key), null, null),
  delay: (route, minutes) => change(drafts.delay(state.draft, route, minutes), null, null),
  discard: () => change(drafts.nothing(), "replan", t("tourDiscarded")),
  option: (name, value) => { state.options[name] = value; },
  replan,
  focus: (inspector) => {
    state.focus = state.focus === inspector ? null : inspector;
    show();
  },
  showDay: (day) => {
    state.day = day;
    show();
    showOnMap();
  },
  showVersion: attempt(async (version) => {
    await present(await service.get(state.id, version), { keepsPlace: true });
    view.focus("version");
  }),
  compare: attempt(async (from) => {
    state.compared = readComparison(await service.compare(state.id, from, state.plan.version), from, state.plan);
    show();
    announce(t("tourCompared", { from, to: state.plan.version }));
  }),
  uncompare: () => {
    state.compared = null;
    show();
  },
  store: attempt(() => keep(() => service.store(state.id), "tourStored")),
  release: attempt(async () => {
    if (!access.token()) return state.page.signIn();
    if (!(await ask(t("tourReleaseAsk"), t("tourRelease")))) return undefined;
    return keep(() => service.release(state.id, state.plan.version), "tourReleased");
  }),
  save: attempt(saved),
  again: () => {
    showPart("tour-form");
    paint();
    byId("tours-title").focus();
    offerKept();
  },
};

// The tool

/** A click on the map: a depot, or a stop; false where it means neither. */
export const click = (point, place) => {
  if (!state.isOn) return false;
  if (form.isPlacing()) {
    form.click(place);
    return true;
  }
  const key = state.plan && keyAt(state.map, point);
  if (!key) return false;
  const route = state.plan.routes.find((each) => each.stops.some((stop) => stop.key === key));
  state.folded.delete(route ? drafts.placeOf(state.plan, state.draft, key).route : "left");
  act.open(key);
  view.focus(route ? `stop ${key}` : `left ${key}`);
  return true;
};

/** A stop or what is left out lies under the pointer. */
export const isOver = (point) => state.isOn && Boolean(state.plan) && keyAt(state.map, point) !== null;

/** Ends what is under way in the tool; false where nothing is. */
export const putDown = () => {
  if (!state.isOn || !form.isPlacing()) return false;
  form.stopPlacing();
  return true;
};

/** Offers the plans that are kept. */
const offerKept = async () => {
  const plans = await service.kept().catch(() => []);
  byId("tour-kept").hidden = plans.length === 0;
  byId("tour-kept-plans").replaceChildren(...plans.map(({ id, title, day, status }) => make("li", {},
    make("button", { type: "button", on: () => openPlan(id) }, make("span", { class: "name" }, [title, written(day)].filter(Boolean).join(", ")),
      make("span", { class: "muted" }, t(`tourStatus_${status}`))))));
};

const turn = (isOn) => {
  state.isOn = isOn;
  byId("tours").hidden = !isOn;
  document.body.classList.toggle("planning", isOn);
  byId("tours-toggle").setAttribute("aria-pressed", String(isOn));
  if (isOn) offerKept();
  else form.stopPlacing();
  form.showMarks();
  repaint();
  if (state.map) state.map.resize();
  state.page.addressed();
};

/** Opens the plan that an address names. */
const openPlan = async (id) => {
  try {
    const document = await service.get(id);
    turn(true);
    if (document.status === "planning") return await watch(id);
    await present(document);
    showOnMap();
  } catch (error) {
    turn(true);
    showPart("tour-form");
    complain(error, "tour-fault");
  }
  return undefined;
};

/** In the page's language. */
export const refresh = () => {
  if (byId("tours-toggle").hidden) return;
  form.refresh();
  if (state.plan && !byId("tour-view").hidden) show();
};

/**
 * Offers the tool. `page` has `listed()`, `box()`, `open(collection, id)`, `addressed()` for a new address, `signIn()`; `opened` is the plan
 * that the address names.
 */
export const start = async ({ map, collections, page, opened }) => {
  Object.assign(state, { map, page, titles: new Map(collections.map(({ id, title }) => [id, title])) });
  const [{ roads }, isWritable] = await Promise.all([api.json("health").catch(() => ({})), api.isWritable().catch(() => false)]);
  const hasRoads = roads && !["none", "unreadable"].includes(roads.status);
  const { profiles } = hasRoads ? await api.json("routing/v1/profiles") : { profiles: [] };
  state.isWritable = isWritable;
  await form.start({ map, collections, listed: page.listed().id, box: page.box, profiles });
  if (map) supplyPictures(map);
  byId("tours-toggle").hidden = false;
  byId("tours-toggle").addEventListener("click", () => {
    turn(!state.isOn);
    if (state.isOn) byId("tours-title").focus();
  });
  byId("tours-close").addEventListener("click", () => {
    turn(false);
    byId("tours-toggle").focus();
  });
  byId("tour-form").addEventListener("submit", plan);
  byId("tour-cancel").addEventListener("click", cancel);
  byId("tour-back").addEventListener("click", () => {
    showPart("tour-view");
    show();
  });
  if (opened) await openPlan(opened);
};
