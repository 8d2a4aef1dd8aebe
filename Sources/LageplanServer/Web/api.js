// What the page asks of the server: OGC API Features, and ways where there are roads.

import * as access from "./access.js";

const encode = encodeURIComponent;

/** The address of a path on this server, wherever a proxy has put it: this file is at …/assets/api.js. */
export const address = (path) => new URL(`../${path}`, import.meta.url).href;

/** The answer to a request; an error that names path and reason, with the server's list of faults, when it is none. */
const ask = async (path, { headers = {}, ...options } = {}) => {
  const answer = await fetch(address(path), {
    ...options, headers: { Accept: "application/geo+json, application/json", ...access.headers(), ...headers },
  });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw Object.assign(new Error(problem.detail || problem.title || `HTTP ${answer.status}`), {
    path, status: answer.status, code: problem.code, faults: problem.faults || [], parameter: problem.parameter,
  });
};

/** The JSON at `path`. */
export const json = async (path, options) => (await ask(path, options)).json();

/** The answer at `path` as it is written. */
export const text = async (path, options) => (await ask(path, options)).text();

/** The answer at `path` as a file to save. */
export const blob = async (path, headers) => (await ask(path, { headers: { Accept: "*/*", ...headers } })).blob();

/** The body of a stream of server-sent events, which goes on until one side ends it. */
export const stream = async (path, signal) =>
  (await ask(path, { signal, cache: "no-store", headers: { Accept: "text/event-stream" } })).body;

export const collections = async () => (await json("collections?f=json")).collections;

export const style = (id) => json(`styles/${encode(id)}`);

export const itemPath = (collection, id) => `collections/${encode(collection)}/items/${encode(id)}`;

export const item = (collection, id) => json(`${itemPath(collection, id)}?f=json`);

/** A feature with the tag of its state, for changes that must not overwrite somebody else's. */
export const itemWithTag = async (collection, id) => {
  const answer = await ask(`${itemPath(collection, id)}?f=json`, { cache: "no-store" });
  return { feature: await answer.json(), tag: answer.headers.get("ETag") };
};

/** A page of features; `wanted` holds query parameters such as `bbox` or a property's value. */
export const items = (collection, wanted, options) => {
  const query = Object.entries({ ...wanted, f: "json" }).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return json(`collections/${encode(collection)}/items?${query.join("&")}`, options);
};

/** The path of the following page; only its query is taken, so that no other host is asked whatever the link names. */
export const nextPage = (collection, page) => {
  const link = (page.links || []).find((each) => each.rel === "next");
  return link ? `collections/${encode(collection)}/items${new URL(link.href, location.href).search}` : null;
};

const schemas = new Map();

/** The JSON Schema of a collection, asked once. A server without schemas leaves the bare property names. */
export const schema = (collection) => {
  if (!schemas.has(collection))
    schemas.set(collection, json(`collections/${encode(collection)}/schema`).catch(() => ({ properties: {} })));
  return schemas.get(collection);
};

/** The collection that a property refers to, or null. */
export const referenceOf = (definition) => (definition && definition["x-ogc-collectionId"]) || null;

/** Which collections refer to `target`, and by which property: equipment names its playground. */
export const referrers = async (all, target) => {
  const found = [];
  for (const collection of all) {
    const { properties = {} } = await schema(collection.id);
    for (const [property, definition] of Object.entries(properties))
      if (referenceOf(definition) === target) found.push({ collection, property });
  }
  return found;
};

// Changes

/** The server takes changes: it says so among what it conforms to. */
export const isWritable = async () =>
  (await json("conformance?f=json")).conformsTo.some((each) => each.includes("/ogcapi-features-4/"));

/** A key by which the server knows a request that is sent twice. */
const once = () => ({ "Idempotency-Key": Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("") });

const condition = (tag) => (tag ? { "If-Match": tag } : {});

/** Creates a feature and gives its id. */
export const insert = async (collection, feature) => {
  const answer = await ask(`collections/${encode(collection)}/items`, {
    method: "POST", body: JSON.stringify(feature), headers: { "Content-Type": "application/geo+json", ...once() },
  });
  return (await answer.json()).id;
};

/** Changes what the merge patch names, where the feature still has the state of `tag`. */
export const patch = (collection, id, change, tag) => ask(itemPath(collection, id), {
  method: "PATCH", body: JSON.stringify(change), headers: { "Content-Type": "application/merge-patch+json", ...condition(tag), ...once() },
});

export const remove = (collection, id, tag) => ask(itemPath(collection, id), { method: "DELETE", headers: condition(tag) });

/** The stream of changes from `since` on. */
export const changes = (since, signal) => stream(`changes/stream${since ? `?since=${since}` : ""}`, signal);
