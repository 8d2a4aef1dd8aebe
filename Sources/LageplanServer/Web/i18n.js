// Every sentence of the page, German and English, and how numbers and days are written.

const sentences = {
  de: {
    skipToList: "Zur Liste springen",
    searchLabel: "Suche nach Name oder Kennung",
    searchHint: "Name oder Kennung",
    search: "Suchen",
    language: "Sprache",
    found: "Gefunden",
    foundCount: "{count} Treffer für „{text}“",
    foundNone: "Nichts heißt genau „{text}“.",
    legend: "Legende",
    list: "Liste",
    listOf: "Liste der Objektart",
    listCount: "{shown} von {total} im Kartenausschnitt",
    listCountAll: "{shown} von {total}",
    listNone: "Im Kartenausschnitt liegt nichts davon.",
    more: "Weitere anzeigen",
    api: "Schnittstellen",
    licences: "Lizenzen",
    map: "Karte",
    close: "Schließen",
    zoomIn: "näher heranzoomen",
    place: "Ohne Ort",
    reference: "Gehört zu",
    belonging: "Dazu gehören",
    belongingCount: "{title} ({count})",
    alsoHere: "Auch an dieser Stelle",
    identifier: "Kennung",
    yes: "ja",
    no: "nein",
    download: "Als GeoJSON",
    opened: "{title} geöffnet",
    closed: "Geschlossen",
    noAssets:
      "Die Kartenbibliothek fehlt auf diesem Server, darum gibt es keine Karte. Die Liste und alle Schnittstellen arbeiten. " +
      "Abhilfe für den Betrieb: „make assets“ ausführen, ohne Internet mit LAGEPLAN_ASSETS=ORDNER.",
    noWebgl:
      "Dieser Browser kann die Karte nicht zeichnen (WebGL fehlt oder ist abgeschaltet). Die Liste zeigt dieselben Objekte.",
    noData: "Dieser Server hat noch keine Objektart. Mit „lageplan import“ oder „lageplan demo“ kommen Daten hinein.",
    failed: "Das hat der Server nicht geliefert: {path} ({reason}).",
  },
  en: {
    skipToList: "Skip to the list",
    searchLabel: "Search by name or identifier",
    searchHint: "Name or identifier",
    search: "Search",
    language: "Language",
    found: "Found",
    foundCount: "{count} found for “{text}”",
    foundNone: "Nothing is called exactly “{text}”.",
    legend: "Legend",
    list: "List",
    listOf: "Collection in the list",
    listCount: "{shown} of {total} in view",
    listCountAll: "{shown} of {total}",
    listNone: "None of these lies in view.",
    more: "Show more",
    api: "Interfaces",
    licences: "Licences",
    map: "Map",
    close: "Close",
    zoomIn: "zoom in to see",
    place: "Without a place",
    reference: "Belongs to",
    belonging: "What belongs to it",
    belongingCount: "{title} ({count})",
    alsoHere: "Also at this place",
    identifier: "Identifier",
    yes: "yes",
    no: "no",
    download: "As GeoJSON",
    opened: "{title} opened",
    closed: "Closed",
    noAssets:
      "The map library is missing on this server, so there is no map. The list and all interfaces work. " +
      "Remedy for the operator: run “make assets”, without internet with LAGEPLAN_ASSETS=FOLDER.",
    noWebgl: "This browser cannot draw the map (WebGL is missing or switched off). The list shows the same features.",
    noData: "This server has no collection yet. “lageplan import” or “lageplan demo” brings data in.",
    failed: "The server did not deliver {path} ({reason}).",
  },
};

// MapLibre's own labels, under its keys.
const mapSentences = {
  de: {
    "Map.Title": "Karte",
    "NavigationControl.ZoomIn": "Hineinzoomen",
    "NavigationControl.ZoomOut": "Herauszoomen",
    "NavigationControl.ResetBearing": "Nach Norden ausrichten",
    "AttributionControl.ToggleAttribution": "Quellen ein- und ausblenden",
    "AttributionControl.MapFeedback": "Rückmeldung zur Karte",
    "Popup.Close": "Schließen",
  },
  en: {
    "Map.Title": "Map",
    "NavigationControl.ZoomIn": "Zoom in",
    "NavigationControl.ZoomOut": "Zoom out",
    "NavigationControl.ResetBearing": "Reset bearing to north",
    "AttributionControl.ToggleAttribution": "Toggle attribution",
    "AttributionControl.MapFeedback": "Map feedback",
    "Popup.Close": "Close",
  },
};

export const languages = Object.keys(sentences);

let language = "de";

export const currentLanguage = () => language;

/** The sentence `key` in the page's language, `{name}` replaced by the value of that name. */
export const t = (key, values = {}) =>
  sentences[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

export const mapLocale = () => mapSentences[language];

export const number = (value) => value.toLocaleString(language);

/** An ISO 8601 day or instant as people of the language write it; other text as it is. */
export const day = (text) => {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return text;
  return text.length === 10
    ? moment.toLocaleDateString(language, { timeZone: "UTC", dateStyle: "medium" })
    : moment.toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
};

/** Takes a language that is known, and writes it into every element that names its sentence. */
export const setLanguage = (wanted) => {
  language = languages.includes(wanted) ? wanted : "de";
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-i18n]")) element.textContent = t(element.dataset.i18n);
  for (const element of document.querySelectorAll("[data-i18n-label]"))
    element.setAttribute("aria-label", t(element.dataset.i18nLabel));
  for (const element of document.querySelectorAll("[data-i18n-placeholder]"))
    element.placeholder = t(element.dataset.i18nPlaceholder);
  for (const button of document.querySelectorAll("[data-language]"))
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
};
