// The panel of one feature: its values, what it belongs to, what belongs to it, what else is at the place.

import * as api from "./api.js";
import { announce, byId, entry, keyOf, make } from "./elements.js";
import { subtitle, text, title } from "./features.js";
import { number, t } from "./i18n.js";

const belongingShown = 25;

/** A link to another feature, by its id and, once that is known, by its name. */
const reference = (collection, id, open) => {
  const link = make("button", { type: "button", class: "link", on: () => open(collection, id) }, id);
  api.item(collection, id).then((feature) => {
    if (title(feature) !== id) link.textContent = `${title(feature)} (${id})`;
  }).catch(() => { link.disabled = true; }); // a register may name what it does not hold
  return link;
};

const values = (feature, { properties = {} }, open) => {
  const names = [...Object.keys(properties).filter((name) => name in feature.properties),
    ...Object.keys(feature.properties).filter((name) => !(name in properties))];
  return make("dl", {}, make("div", {}, make("dt", {}, t("identifier")), make("dd", {}, String(feature.id))),
    ...names.filter((name) => name !== "id").map((name) => {
      const definition = properties[name] || {};
      const target = api.referenceOf(definition);
      const value = feature.properties[name];
      const written = target && value !== null && value !== undefined
        ? reference(target, String(value), open) : text(value, definition);
      return make("div", {}, make("dt", {}, definition.title || name), make("dd", {}, written));
    }));
};

const belonging = async (collections, collection, id, open) => {
  const sections = [];
  for (const { collection: other, property } of await api.referrers(collections, collection)) {
    const [page, schema] = await Promise.all([
      api.items(other.id, { [property]: id, limit: belongingShown }), api.schema(other.id)]);
    if (page.features.length === 0) continue;
    const total = page.numberMatched === undefined ? page.features.length : page.numberMatched;
    const rest = total > page.features.length
      ? [make("p", { class: "muted" }, t("listCountAll", { shown: number(page.features.length), total: number(total) }))] : [];
    sections.push(make("details", total <= belongingShown ? { open: "" } : {},
      make("summary", {}, t("belongingCount", { title: other.title, count: number(total) })),
      make("ol", { class: "items", "data-belonging": other.id }, ...page.features.map((feature) =>
        entry(title(feature), subtitle(feature, schema), keyOf(other.id, feature.id), () => open(other.id, String(feature.id))))), ...rest));
  }
  return sections.length ? [make("h3", { class: "kind" }, t("belonging")), ...sections] : [];
};

const neighbours = (others, collections, open) => others.length === 0 ? [] : [
  make("h3", {}, t("alsoHere")),
  make("ol", { class: "items", id: "also-here" }, ...others.map((other) => entry(title(other),
    collections.find((each) => each.id === other.collection).title, keyOf(other.collection, other.id), () => open(other.collection, String(other.id))))),
];

/** Shows the panel and gives the feature, so that the map can mark it. `others` are further features at the place. */
export const showPanel = async ({ collections, collection, id, others, open, focus, actions }) => {
  const [feature, schema] = await Promise.all([api.item(collection, id), api.schema(collection)]);
  const described = collections.find((each) => each.id === collection);
  byId("panel-kind").textContent = described ? described.title : collection;
  byId("panel-title").textContent = title(feature);
  byId("panel-body").replaceChildren(
    ...(feature.geometry ? [] : [make("p", { class: "muted" }, t("place"))]),
    ...actions(feature, schema),
    values(feature, schema, open),
    ...(await belonging(collections, collection, id, open)),
    ...neighbours(others, collections, open),
    make("p", { class: "tools" }, make("a", { href: api.address(`${api.itemPath(collection, id)}`) }, t("asPage")),
      make("a", { href: api.address(`${api.itemPath(collection, id)}?f=json`) }, t("download")),
      make("a", { href: api.address(`${api.itemPath(collection, id)}/versions`) }, t("versions"))));
  byId("panel").hidden = false;
  byId("panel").scrollTop = 0;
  announce(t("opened", { title: title(feature) }));
  if (focus) byId("panel-title").focus({ preventScroll: true });
  return feature;
};

export const hidePanel = () => {
  byId("panel").hidden = true;
  announce(t("closed"));
};
