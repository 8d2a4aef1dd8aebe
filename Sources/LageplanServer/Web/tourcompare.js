// What has changed from one version of a plan to another, as words at the stops that it concerns.

import { day as written, t } from "./i18n.js";
import { clock, span } from "./measures.js";

/** Where a stop was, as far as it is somewhere else now. */
const origin = (plan, { from, to }) =>
  (from.day === to.day ? plan.called(from.inspector) : t("tourOnDay", { name: plan.called(from.inspector), day: written(from.day) }));

const words = (plan, change) => {
  const { kind, from, to, later } = change;
  switch (kind) {
    case "moved": return t("tourChangeMoved", { from: origin(plan, change), time: clock(from.begin) });
    case "added": return t("tourChangeAdded");
    case "removed": return t("tourChangeRemoved", { from: plan.called(from.inspector), time: clock(from.begin) });
    case "later": return t("tourChangeLater", { time: span(later), before: clock(from.begin), now: clock(to.begin) });
    default: return t("tourChangeEarlier", { time: span(-later), before: clock(from.begin), now: clock(to.begin) });
  }
};

/** The key of what stands for a feature in the plan: its stop, or its line among what is left out; null where it is gone. */
const keyOf = (plan, { feature, to }) => {
  const routes = to ? plan.routes.filter((each) => each.inspector === to.inspector && each.day === to.day) : [];
  const stop = routes.flatMap((each) => each.stops).find((each) => each.features.includes(feature));
  if (stop) return stop.key;
  const left = plan.left.find((each) => each.feature === feature);
  return left ? left.key : null;
};

/** The server's comparison of version `from` with `plan`: figures of before, lines to read, and the words at each stop that has changed. */
export const readComparison = (document, from, plan) => {
  const lines = document.changes.map((change) => ({
    key: keyOf(plan, change), name: change.name || change.feature, word: words(plan, change), breaks: change.breaksPromise,
  }));
  const changes = new Map();
  for (const { key, word } of lines)
    if (key) changes.set(key, [...new Set([...(changes.get(key) || []), word])]);
  const { tours, stops, travel, metres, leftOut } = document.before;
  return { from, lines, changes, broken: document.brokenPromises.length, figures: { tours, stops, seconds: travel, metres, left: leftOut } };
};
