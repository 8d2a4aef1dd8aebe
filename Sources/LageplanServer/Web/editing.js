// The way into editing: signing in with a token, a new feature, and what the panel offers for an open one.

import * as access from "./access.js";
import * as api from "./api.js";
import { byId, make } from "./elements.js";
import { ask, current, edit } from "./editor.js";
import { title } from "./features.js";
import { t } from "./i18n.js";

/** What may be drawn for a collection, by the type of its geometries. */
const drawable = (geometryType) => (!geometryType || geometryType === "GeometryCollection" ? ["Point", "LineString", "Polygon"] : [geometryType]);

let isOffered = false;

const isOn = () => isOffered && access.token() !== null;

/** Asks for a token. */
export const signIn = () => {
  const dialog = byId("sign-in");
  byId("sign-in-fault").textContent = "";
  byId("token").value = "";
  dialog.showModal();
};

/** Asks the server with the token; the page begins anew with it, so that everything is shown that it opens. */
const tryToken = async (event) => {
  event.preventDefault();
  const given = byId("token").value.trim();
  if (!given) return;
  access.keep(given);
  try {
    await api.collections();
    location.reload();
  } catch (error) {
    access.forget();
    byId("sign-in-fault").textContent = error.status === 401 ? t("tokenUnknown") : error.message;
    byId("token").focus();
  }
};

const signOut = () => {
  access.forget();
  location.reload();
};

/** Shows what the server and the token allow. `begin(type)` starts a new feature of the collection that is listed. */
export const start = async ({ collections, begin }) => {
  byId("sign-in-form").addEventListener("submit", tryToken);
  byId("sign-in-cancel").addEventListener("click", () => byId("sign-in").close());
  byId("edit-toggle").addEventListener("click", () => (access.token() ? signOut() : signIn()));
  if (collections.length === 0) return;
  isOffered = await api.isWritable().catch(() => false);
  byId("edit-toggle").hidden = !isOffered && access.token() === null;
  byId("new-features").addEventListener("click", ({ target }) => {
    if (target.dataset.type) begin(target.dataset.type);
  });
};

/** In the page's language, and for the collection that is listed. */
export const refresh = (collection) => {
  byId("edit-toggle").textContent = t(access.token() ? "signOut" : "edit");
  byId("editing").hidden = !isOn();
  if (!collection || !isOn()) return;
  byId("new-features").replaceChildren(...drawable(collection.geometryType).map((type) =>
    make("button", { type: "button", "data-type": type }, t(`new${type.replace("Multi", "")}`, { title: collection.title }))));
};

/** The buttons of the panel for an open feature. */
export const actions = ({ feature, collection, change, removed, report }) => {
  if (!isOn() || !collection) return [];
  const remove = async () => {
    if (!(await ask(t("deleteAsk", { title: title(feature) }), t("delete")))) return;
    try {
      const { tag } = await api.itemWithTag(collection.id, String(feature.id));
      await api.remove(collection.id, String(feature.id), tag);
      removed();
    } catch (error) {
      report(error);
    }
  };
  return [make("p", { class: "tools" },
    make("button", { type: "button", class: "primary", id: "edit-feature", on: () => change(drawable(collection.geometryType)[0]) }, t("change")),
    make("button", { type: "button", id: "delete-feature", on: remove }, t("delete")))];
};

export { current, edit };
