// The list beside the map: the same features as text, for everybody who does not use the map.

import * as api from "./api.js";
import { announce, byId, entry, keyOf, make, markCurrent } from "./elements.js";
import { subtitle, title } from "./features.js";
import { number, t } from "./i18n.js";

const pageSize = 50;
let asked = null; // the request under way; a newer one ends it
let shown = [];

export const showChoice = (collections, active, choose) => {
  const choice = byId("list-collection");
  choice.replaceChildren(...collections.map((each) => make("option", { value: each.id }, each.title)));
  choice.value = active;
  choice.onchange = () => choose(choice.value);
};

const append = (page, collection, schema, { box, open, current, report }) => {
  shown.push(...page.features);
  byId("list-items").append(...page.features.map((feature) =>
    entry(title(feature), subtitle(feature, schema), keyOf(collection, feature.id), () => open(collection, String(feature.id)))));
  markCurrent(current());
  const total = page.numberMatched === undefined ? shown.length : page.numberMatched;
  const count = { shown: number(shown.length), total: number(total) };
  byId("list-count").textContent = total === 0 ? t("listNone") : t(box ? "listCount" : "listCountAll", count);
  const next = api.nextPage(collection, page);
  byId("list-more").hidden = !next;
  byId("list-more").onclick = async () => {
    const first = shown.length;
    try {
      append(await api.json(next), collection, schema, { box, open, current, report });
      byId("list-items").children[first].querySelector("button").focus();
    } catch (error) {
      report(error);
    }
  };
};

/** Fills the list with `collection` inside `box` (degrees; null: all of it). */
export const showList = async (collection, { box, open, current, report, speak }) => {
  if (asked) asked.abort();
  const mine = (asked = new AbortController());
  const wanted = { limit: pageSize, ...(box ? { bbox: box.map((each) => each.toFixed(6)).join(",") } : {}) };
  const [page, schema] = await Promise.all([api.items(collection, wanted, { signal: mine.signal }), api.schema(collection)]);
  if (mine.signal.aborted) return;
  shown = [];
  byId("list-items").replaceChildren();
  append(page, collection, schema, { box, open, current, report });
  if (speak) announce(byId("list-count").textContent);
};
