import LageplanFeatures

/// The states in which a thing under care can be, each with a shape of its own: who cannot tell colours apart reads the map all the same.
///
/// The shapes are drawn in `Styles/icons/status-*.svg`: a disc with a tick, a disc with clock hands, a diamond, a triangle, a barred
/// square, a dashed ring.
enum StatusShape: String, Hashable, Sendable, CaseIterable {
  case ok, soon, due, overdue, suspended, never

  var icon: String { "status-\(rawValue)" }

  /// Somebody should go there.
  var isAlarming: Bool { self == .overdue || self == .suspended }

  /// The state that a value of the data means, in the words of registers; `nil` for a word not known.
  init?(value: String) {
    let word = value.caseFolded
    guard let found = Self.words.first(where: { $0.value.contains(word) })?.key else { return nil }
    self = found
  }

  private static let words: [StatusShape: Set<String>] = [
    .ok: ["ok", "in ordnung", "in betrieb", "aktiv", "geprüft", "freigegeben", "open", "active"],
    .soon: ["soon", "bald", "bald fällig", "demnächst", "demnächst fällig"],
    .due: ["due", "fällig", "teilweise gesperrt", "eingeschränkt", "limited"],
    .overdue: ["overdue", "überfällig", "defekt", "broken"],
    .suspended: ["suspended", "gesperrt", "ausgesetzt", "ausser betrieb", "stillgelegt", "closed", "inactive"],
    .never: ["never", "nie", "nie geprüft", "ungeprüft", "im bau", "geplant", "planned"],
  ]

  /// Names that properties with a state bear, in registers and in our own.
  static let propertyNames: Set<String> = ["status", "state", "duestate", "zustand", "faelligkeit", "fälligkeit"]
}
