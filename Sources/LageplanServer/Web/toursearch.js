// A search for a plan, followed on the page until it ends: its bar, the best so far in words, what the server says at the end.

import { byId } from "./elements.js";
import { number, t } from "./i18n.js";
import { span } from "./measures.js";
import * as service from "./tourservice.js";

const pause = 1000; // milliseconds before a stream that broke off is asked for again

const meter = ({ spent, leftOut, cost, seconds }) => {
  const searched = number(Math.round(seconds));
  byId("tour-bar").value = spent;
  byId("tour-best").textContent = leftOut === null ? t("tourSearching", { seconds: searched })
    : t("tourBest", { left: number(leftOut), time: span(cost), seconds: searched });
};

/** Follows the search for the plan `id` to its end and gives the document of that; `best` gets the best plan so far, now and then. */
export const follow = async (id, best) => {
  meter({ spent: 0, leftOut: null, cost: null, seconds: 0 });
  let ended = null;
  const end = (document) => { ended = document; };
  const heard = { progress: meter, plan: best, done: end, failed: end };
  while (!ended) {
    await service.follow(id, (name, data) => heard[name] && heard[name](data)).catch((error) => {
      if (error.status) throw error;
    });
    if (ended) break;
    // The stream broke off and has told nothing of the end.
    const now = await service.get(id);
    if (now.status !== "planning") ended = now;
    else await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return ended;
};
