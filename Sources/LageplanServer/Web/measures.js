// Measures of ways in words, in the page's language.

import { number, t } from "./i18n.js";

/** A span of time: minutes alone, from an hour on hours with minutes. */
export const span = (seconds) => {
  const whole = Math.round(seconds / 60);
  const hours = Math.floor(whole / 60);
  return hours ? t("hoursMinutes", { hours, minutes: String(whole % 60).padStart(2, "0") }) : t("minutesOnly", { minutes: whole });
};

/** A way: metres to the next ten, from a kilometre on kilometres with a tenth. */
export const length = (metres) =>
  (metres < 1000 ? `${number(Math.round(metres / 10) * 10)} m` : `${number(Math.round(metres / 100) / 10)} km`);

/** The time of day of an instant on the town's clock, which stands in it: `2026-12-01T07:12:30+01:00` is `07:12`. */
export const clock = (instant) => instant.slice(11, 16);

/** Seconds between two instants. */
export const between = (from, to) => (Date.parse(to) - Date.parse(from)) / 1000;
