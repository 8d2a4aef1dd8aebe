// The plan beside the map: what it comes to, what can be done with it, how it compares with the version before, then its tours.

import { byId, make } from "./elements.js";
import { day as written, number, t } from "./i18n.js";
import { length, span } from "./measures.js";
import * as drafts from "./tourdraft.js";
import { letDrag } from "./tourdrag.js";
import { away, leftOut, tour } from "./tourlist.js";
import { figures } from "./tourplan.js";

const button = (name, words, on, more = {}) => make("button", { type: "button", "data-focus": name, on, ...more }, words);

const isOlder = ({ plan, versions }) => versions.some((each) => each.version > plan.version);

/** The version before the one that is shown; undefined where it is the first. */
const earlier = ({ plan, versions }) => versions.map((each) => each.version).filter((each) => each < plan.version).sort((a, b) => b - a)[0];

const versionOf = ({ plan, versions, act }) => {
  if (versions.length < 2) return make("span", {}, t("tourVersion", { version: plan.version }));
  const select = make("select", { id: "tour-version", "data-focus": "version", "aria-label": t("tourVersions") }, ...versions.map((each) =>
    make("option", { value: each.version }, t("tourVersionAt", { version: each.version, time: written(each.created), status: t(`tourStatus_${each.status}`) }))));
  select.value = plan.version;
  select.addEventListener("change", () => act.showVersion(Number(select.value)));
  return select;
};

const daysOf = ({ days }) => (days.length > 1 ? `${written(days[0])} – ${written(days[days.length - 1])}` : days.map(written).join(""));

const head = (view) => make("header", { class: "plan-head" },
  make("div", { class: "standing" }, make("span", { class: `status ${view.plan.status}` }, t(`tourStatus_${view.plan.status}`)), versionOf(view)),
  make("p", { class: "result", id: "tour-result", tabindex: "-1" }, [view.plan.title, daysOf(view.plan)].filter(Boolean).join(", ")),
  ...(isOlder(view) ? [make("p", { class: "muted" }, t("tourIsOlder"))] : []));

const figure = (name, value, hint) => make("div", {}, make("dt", {}, t(name)), make("dd", {}, value, ...(hint ? [make("span", { class: "hint" }, hint)] : [])));

/** What a plan comes to; beside each figure that of the version that it is compared with. */
const totals = ({ plan, compared }) => {
  const now = figures(plan);
  const before = compared && compared.figures;
  const hint = (name, write) => (before && write(before[name]) !== write(now[name]) ? t("tourBefore", { value: write(before[name]) }) : null);
  const row = (label, name, write) => figure(label, write(now[name]), hint(name, write));
  return make("dl", { class: "figures" }, row("tourTours", "tours", number), row("tourStopCount", "stops", number),
    row("tourTravel", "seconds", span), row("tourWay", "metres", length), row("tourLeftCount", "left", number));
};

// What can be done

const replanning = (view) => {
  const { draft, options, running, compared, act } = view;
  const count = drafts.count(draft);
  const before = earlier(view);
  const most = make("select", { id: "tour-most", "data-focus": "most" }, ...["0", "3", "5", "10", ""].map((value) =>
    make("option", { value }, value === "" ? t("tourMostFree") : t("tourMostChanges", { count: value }))));
  most.value = options.most === null ? "" : String(options.most);
  most.addEventListener("change", () => act.option("most", most.value === "" ? null : Number(most.value)));
  const begun = make("input", { type: "checkbox", id: "tour-begun", "data-focus": "begun" });
  begun.checked = options.keepsBegun;
  begun.addEventListener("change", () => act.option("keepsBegun", begun.checked));
  return make("section", { class: `replan${count > 0 ? " pending" : ""}`, "aria-label": t("tourReplan") },
    make("p", { class: "changes" }, count === 0 ? t("tourUnchanged") : t(count === 1 ? "tourOneChange" : "tourChanges", { count: number(count) })),
    make("p", { class: "field" }, make("label", { for: "tour-most" }, t("tourMost")), most),
    ...(running ? [make("p", { class: "check" }, begun, make("label", { for: "tour-begun" }, t("tourBegun", { time: running.slice(11, 16) })))] : []),
    make("p", { class: "tools" }, button("replan", t("tourReplan"), act.replan, { class: count > 0 ? "primary" : "" }),
      ...(count > 0 ? [button("discard", t("tourDiscard"), act.discard)] : []),
      ...(before === undefined ? [] : [button("undo", t("tourUndo", { version: before }), () => act.showVersion(before))]),
      ...(before === undefined || compared ? [] : [button("compare", t("tourCompare", { version: before }), () => act.compare(before))])));
};

const days = ({ plan, day, act }) => {
  if (plan.days.length < 2) return [];
  const select = make("select", { id: "tour-shown-day", "data-focus": "day" }, make("option", { value: "" }, t("tourAllDays")),
    ...plan.days.map((each) => make("option", { value: each }, written(each))));
  select.value = day || "";
  select.addEventListener("change", () => act.showDay(select.value || null));
  return [make("p", { class: "field" }, make("label", { for: "tour-shown-day" }, t("tourShownDay")), select)];
};

const keeping = ({ plan, isWritable, act }) => {
  const save = (format, words) => button(`save ${format}`, words, () => act.save(format));
  const kept = !isWritable ? [] : [
    ...(plan.isStored ? [] : [button("store", t("tourStore"), act.store)]),
    ...(plan.status === "released" ? [] : [button("release", t("tourRelease"), act.release)])];
  return make("div", { class: "keeping" },
    make("p", { class: "tools" }, button("again", t("tourAgain"), act.again), ...kept),
    make("details", { class: "downloads" }, make("summary", { "data-focus": "downloads" }, t("tourDownload")),
      make("p", { class: "tools" }, save("pdf", t("tourSheet")), save("ics", t("tourCalendar")), save("csv", t("tourTable")), save("gpx", "GPX"), save("geojson", "GeoJSON"))));
};

// The comparison with another version

const mostChanges = 30;

const comparison = ({ plan, compared, act }) => {
  if (!compared) return [];
  const heading = t("tourCompared", { from: compared.from, to: plan.version });
  const lines = compared.lines.slice(0, mostChanges).map(({ key, name, word, breaks }) => make("li", {},
    key ? button(`changed ${key}`, name, () => act.open(key), { class: "link" }) : make("span", {}, name), ` ${word}${breaks ? ` (${t("tourBreaks")})` : ""}`));
  const rest = compared.lines.length - mostChanges;
  const more = rest > 0 ? [make("p", { class: "muted" }, t("tourLeftMore", { count: number(rest) }))] : [];
  const list = lines.length === 0 ? [] : [make("details", {},
    make("summary", { "data-focus": "changes" }, t("tourWhatMoved", { count: number(compared.lines.length) })), make("ul", {}, ...lines), ...more)];
  return [make("section", { class: "comparison", "aria-label": heading },
    make("p", {}, make("strong", {}, heading), " ", lines.length === 0 ? t("tourNothingMoved") : t("tourBroken", { count: number(compared.broken) })),
    ...list, make("p", { class: "tools" }, button("uncompare", t("tourCompareEnd"), act.uncompare)))];
};

/** The names of the parts that are unfolded and that a new drawing would fold; the tours themselves are remembered by the view. */
const unfolded = (element) => [...element.querySelectorAll("details[open]:not(.tour) > summary")].map((each) => each.dataset.focus);

const named = (name) => byId("tour-view").querySelector(`[data-focus="${CSS.escape(name)}"]`);

/** Draws the plan anew; focus and unfolded parts stay. */
export const show = (view) => {
  const { plan, draft, day, act, isEditable } = view;
  const element = byId("tour-view");
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  const open = unfolded(element);
  const routes = drafts.arranged(plan, draft);
  const context = { ...view, routes, stale: drafts.stale(draft), changes: view.compared ? view.compared.changes : new Map() };
  const shown = routes.filter((each) => !day || each.day === day);
  const list = make("div", { class: "tours-list", id: "tour-list" }, ...shown.map((each) => tour(each, context)), ...away(context, day), ...leftOut(context));
  element.replaceChildren(head(view), totals(view), ...comparison(view), ...(isEditable ? [replanning(view)] : []),
    ...(plan.status === "planning" ? [] : [keeping(view)]), make("div", { id: "tour-fault-plan", class: "fault-summary", role: "alert" }),
    ...days(view), ...(isEditable ? [make("p", { class: "muted" }, t("tourKeys"))] : []), list);
  for (const name of open) if (named(name)) named(name).parentElement.open = true;
  if (isEditable) {
    letDrag(list, act.drop);
    list.addEventListener("keydown", (event) => onKey(event, act, routes));
  }
  if (focused) focus(focused);
};

/** Puts the keyboard's place on what bears this name. */
export const focus = (name) => {
  if (named(name)) named(name).focus();
};

/** What a key does on a stop of the list; undefined: nothing. */
const keyed = ({ key, altKey, ctrlKey, metaKey }, stop, act) => {
  if (ctrlKey || metaKey) return undefined;
  if (!altKey) return key.toLowerCase() === "l" ? () => act.lock(stop) : undefined;
  return {
    ArrowUp: () => act.shift(stop, -1), ArrowDown: () => act.shift(stop, 1), ArrowLeft: () => act.across(stop, -1), ArrowRight: () => act.across(stop, 1),
  }[key];
};

const onKey = (event, act, routes) => {
  const item = event.target.classList.contains("stop") && event.target.closest("[data-stop]");
  if (!item) return;
  const given = keyed(event, routes.flatMap((each) => each.stops).find((each) => each.key === item.dataset.stop), act);
  if (!given) return;
  event.preventDefault();
  given();
};
