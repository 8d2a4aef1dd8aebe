// What others change, as it happens: the server's stream of changes, gathered a little and told by collection.

import * as api from "./api.js";
import { readEvents } from "./events.js";

const gatheredFor = 400; // milliseconds; one delivery changes thousands at once
const pauseAfterFailure = 15000;
const mostRanges = 5000; // beyond it, to draw everything anew is no dearer

/**
 * Calls `told` with a map from collection to the set of changed ids (null: many) and one to the ranges of changed tiles (null: all)
 * until the page is left; with null where it is unknown what was missed. A hidden page does not listen: browsers allow few connections to one server.
 */
export const follow = (told) => {
  let since = null;
  let isCurrent = !document.hidden; // the page has just been drawn
  let listening = null;
  let gathered = new Map();
  let gatheredTiles = new Map();

  const tell = () => {
    const changed = gathered;
    const tiles = gatheredTiles;
    gathered = new Map();
    gatheredTiles = new Map();
    told(changed, tiles);
  };

  const take = ({ sequence, collection, id, tiles }) => {
    since = sequence;
    if (gathered.size === 0) setTimeout(tell, gatheredFor);
    const ids = gathered.has(collection) ? gathered.get(collection) : new Set();
    gathered.set(collection, ids && id !== undefined ? ids.add(id) : null);
    const ranges = gatheredTiles.has(collection) ? gatheredTiles.get(collection) : [];
    const isTold = ranges && Array.isArray(tiles) && ranges.length + tiles.length < mostRanges;
    gatheredTiles.set(collection, isTold ? [...ranges, ...tiles] : null);
  };

  const listen = async () => {
    if (listening || document.hidden) return;
    const mine = (listening = new AbortController());
    const isMissing = since === null && !isCurrent;
    isCurrent = false;
    try {
      const body = await api.changes(since, mine.signal);
      // Without a cursor the stream begins now: only what is read from here on misses nothing in between.
      if (isMissing) told(null);
      await readEvents(body, (_, data) => take(data));
    } catch (error) {
      // A cursor that is no more: what was missed is unknown, so begin with what comes.
      if (error.status === 410) {
        since = null;
        told(null);
      }
    }
    if (listening === mine) listening = null;
    if (!mine.signal.aborted) setTimeout(listen, pauseAfterFailure);
  };

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      listen();
    } else if (listening) {
      listening.abort();
      listening = null;
    }
  });
  listen();
};
