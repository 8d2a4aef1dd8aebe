// Tours as the server keeps them: planned, followed while they are, changed, compared, kept, released.

import * as api from "./api.js";
import { readEvents } from "./events.js";
import { currentLanguage } from "./i18n.js";

const encode = encodeURIComponent;

const path = (id, rest = "", parameters = {}) => {
  const known = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null);
  const query = known.map(([name, value]) => `${name}=${encode(value)}`).join("&");
  return `tours/${encode(id)}${rest}${query ? `?${query}` : ""}`;
};

const post = (where, body) => api.json(where, {
  method: "POST", ...(body ? { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } } : {}),
});

/** Begins a plan; the answer is its state. */
export const plan = (request) => post("tours?f=json", { ...request, background: true });

/** The plans that are kept and that one may see, the newest first. */
export const kept = async () => (await api.json("tours?f=json&limit=50", { cache: "no-store" })).tours;

/** The plan as it is now, or one version of it. */
export const get = (id, version) => api.json(path(id, "", { f: "json", version }), { cache: "no-store" });

export const versions = async (id) => (await api.json(path(id, "/versions", { f: "json" }), { cache: "no-store" })).versions;

/** Plans a version anew with these changes; the answer is the new version. Refused where there is a newer one than `newest`. */
export const replan = (id, version, newest, change) => post(path(id, "/replan", { version, newest }), change);

export const compare = (id, from, to) => api.json(path(id, "/compare", { from, to, f: "json" }));

export const store = (id) => post(path(id, "/store"));

/** Makes a version the plan that people go by. */
export const release = (id, version) => post(path(id, "/release", { version }));

/** Ends the search; the best plan so far stays as a draft. */
export const cancel = (id) => api.text(path(id), { method: "DELETE" });

/** Calls `told` with the name and the data of each event of a plan until the stream ends. */
export const follow = async (id, told) => readEvents(await api.stream(path(id, "/events")), told);

/** The file of a plan in a format and in the page's language, of all tours or of one inspector's, to save. */
export const file = (id, parameters) => api.blob(path(id, "", parameters), { "Accept-Language": currentLanguage() });
