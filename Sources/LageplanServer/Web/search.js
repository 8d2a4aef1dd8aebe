// The search: features that are called exactly so, in every collection that has names; else the one whose identifier it is; else those
// in whose texts the words occur.

import * as api from "./api.js";
import { announce, byId, entry, keyOf } from "./elements.js";
import { namingProperty, title } from "./features.js";
import { t } from "./i18n.js";

const found = async (collections, text) => {
  const hits = [];
  for (const collection of collections) {
    const { properties = {} } = await api.schema(collection.id);
    const property = namingProperty(properties);
    if (!property || (properties[property].type && properties[property].type !== "string")) continue;
    const page = await api.items(collection.id, { [property]: text, limit: 10 });
    hits.push(...page.features.map((feature) => ({ collection, feature })));
  }
  return hits;
};

const byIdentifier = async (collection, text) => {
  const feature = await api.item(collection.id, text).catch(() => null);
  return feature ? [{ collection, feature }] : [];
};

const byWords = async (collections, text) => {
  const pages = await Promise.all(collections.map((collection) =>
    api.items(collection.id, { q: text, limit: 10 }).then(({ features }) => features.map((feature) => ({ collection, feature })))));
  return pages.flat();
};

/** Looks the text up, shows the hits, opens a single one at once. `active` is the collection whose identifiers count. */
export const search = async (text, collections, active, open) => {
  let hits = await found(collections, text);
  if (hits.length === 0) hits = await byIdentifier(active, text);
  if (hits.length === 0 && /[\p{L}\p{N}]/u.test(text)) hits = await byWords(collections, text);
  byId("found").hidden = false;
  const sentence = hits.length ? t("foundCount", { count: hits.length, text }) : t("foundNone", { text });
  byId("found-count").textContent = sentence;
  byId("found-items").replaceChildren(...hits.map(({ collection, feature }) =>
    entry(title(feature), collection.title, keyOf(collection.id, feature.id), () => open(collection.id, String(feature.id)))));
  announce(sentence);
  if (hits.length === 1) await open(hits[0].collection.id, String(hits[0].feature.id));
  else byId("found-title").focus();
};
