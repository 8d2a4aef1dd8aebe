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
    foundNone: "Nichts gefunden zu „{text}“.",
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
    edit: "Bearbeiten",
    signOut: "Abmelden",
    editMode: "Bearbeiten",
    editHelp: "Ein Objekt anklicken, um es zu ändern, oder ein neues der gelisteten Objektart zeichnen.",
    signIn: "Zum Bearbeiten anmelden",
    signInHelp: "Den Zugang vergibt der Betrieb mit „lageplan token add“. Er gilt in diesem Fenster, bis es geschlossen wird.",
    token: "Zugangsschlüssel",
    signInDo: "Anmelden",
    tokenUnknown: "Diesen Zugangsschlüssel kennt der Server nicht, oder er gilt nicht mehr.",
    tokenRefused: "Der Zugangsschlüssel gilt nicht mehr. Bitte neu anmelden.",
    notAllowed: "Mit diesem Zugangsschlüssel darf diese Objektart nicht geändert werden.",
    newPoint: "{title}: neuer Punkt",
    newLineString: "{title}: neue Linie",
    newPolygon: "{title}: neue Fläche",
    newFeature: "Neues Objekt",
    change: "Ändern",
    editing: "{title} ändern",
    editPlace: "Lage",
    editProperties: "Sachdaten",
    placeDraw: "In die Karte klicken, um Stützpunkte zu setzen; oder die Karte verschieben und ihre Mitte nehmen.",
    placeMove: "Griffe ziehen, mit den Pfeiltasten schieben (mit Umschalt weiter), mit Entf löschen; oder Zahlen ändern.",
    placeTooFine: "Mehr als {most} Stützpunkte: Die Lage bleibt hier, wie sie ist; ein GIS ändert sie.",
    placeFixed: "Die Lage dieses Objekts lässt sich hier nicht ändern.",
    placeHere: "Mitte der Karte nehmen",
    placeUndo: "Letzten Punkt zurücknehmen",
    placeFinish: "Fertig gezeichnet",
    placeUnfinished: "Es fehlt an der Lage: Mindestens {count} Stützpunkte sind nötig.",
    handle: "Stützpunkt {number} von {count}",
    handleBetween: "Stützpunkt hier einfügen",
    longitudeOf: "Länge des Stützpunkts {number} von {count}",
    latitudeOf: "Breite des Stützpunkts {number} von {count}",
    degreesNeeded: "Gebraucht werden Grad von -{limit} bis {limit}.",
    numberNeeded: "Hier wird eine Zahl gebraucht.",
    wholeNumberNeeded: "Hier wird eine ganze Zahl gebraucht.",
    unknown: "keine Angabe",
    save: "Speichern",
    cancel: "Abbrechen",
    saved: "Gespeichert",
    faultsFound: "So lässt sich das nicht speichern:",
    discard: "Die Änderungen verwerfen?",
    discardDo: "Verwerfen",
    delete: "Löschen",
    deleteAsk: "„{title}“ löschen?",
    deleted: "Gelöscht",
    goneMeanwhile: "Dieses Objekt gibt es nicht mehr; jemand hat es inzwischen gelöscht.",
    conflict: "Jemand anderes hat dieses Objekt inzwischen geändert. Nichts wurde überschrieben.",
    conflictValue: "{name}: vorher {before}, jetzt {now}",
    conflictPlace: "Die Lage ist jetzt eine andere.",
    conflictTheirs: "Neuen Stand übernehmen",
    conflictMine: "Meine Änderung trotzdem speichern",
    changedMeanwhile: "Dieses Objekt wurde soeben von anderer Stelle geändert.",
    versions: "Frühere Fassungen",
    asPage: "Als Seite",
  },
  en: {
    skipToList: "Skip to the list",
    searchLabel: "Search by name or identifier",
    searchHint: "Name or identifier",
    search: "Search",
    language: "Language",
    found: "Found",
    foundCount: "{count} found for “{text}”",
    foundNone: "Nothing found for “{text}”.",
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
    edit: "Edit",
    signOut: "Sign out",
    editMode: "Edit",
    editHelp: "Choose a feature to change it, or draw a new one of the collection in the list.",
    signIn: "Sign in to edit",
    signInHelp: "The operator grants access by “lageplan token add”. It holds in this window until it is closed.",
    token: "Access token",
    signInDo: "Sign in",
    tokenUnknown: "The server does not know this token, or it is no longer valid.",
    tokenRefused: "The token is no longer valid. Please sign in again.",
    notAllowed: "This token does not allow to change this collection.",
    newPoint: "{title}: new point",
    newLineString: "{title}: new line",
    newPolygon: "{title}: new area",
    newFeature: "New feature",
    change: "Change",
    editing: "Change {title}",
    editPlace: "Place",
    editProperties: "Properties",
    placeDraw: "Click into the map to set positions; or move the map and take its middle.",
    placeMove: "Drag the handles, push them by the arrow keys (farther with shift), delete them by Del; or change the numbers.",
    placeTooFine: "More than {most} positions: the place stays as it is here; a GIS changes it.",
    placeFixed: "The place of this feature cannot be changed here.",
    placeHere: "Take the middle of the map",
    placeUndo: "Take the last position back",
    placeFinish: "Done drawing",
    placeUnfinished: "The place is incomplete: at least {count} positions are needed.",
    handle: "Position {number} of {count}",
    handleBetween: "Insert a position here",
    longitudeOf: "Longitude of position {number} of {count}",
    latitudeOf: "Latitude of position {number} of {count}",
    degreesNeeded: "Degrees from -{limit} to {limit} are needed.",
    numberNeeded: "A number is needed here.",
    wholeNumberNeeded: "A whole number is needed here.",
    unknown: "not known",
    save: "Save",
    cancel: "Cancel",
    saved: "Saved",
    faultsFound: "This cannot be saved:",
    discard: "Discard the changes?",
    discardDo: "Discard",
    delete: "Delete",
    deleteAsk: "Delete “{title}”?",
    deleted: "Deleted",
    goneMeanwhile: "This feature is no longer there; somebody deleted it meanwhile.",
    conflict: "Somebody else has changed this feature meanwhile. Nothing was overwritten.",
    conflictValue: "{name}: {before} before, {now} now",
    conflictPlace: "The place is another one now.",
    conflictTheirs: "Take the new state",
    conflictMine: "Save my change all the same",
    changedMeanwhile: "This feature has just been changed elsewhere.",
    versions: "Earlier versions",
    asPage: "As a page",
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
