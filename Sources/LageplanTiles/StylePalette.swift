/// The colours of generated styles. On their ground all hues keep a contrast of 3 : 1 and all text one of 4.5 : 1 (WCAG 2.1, 1.4.3 and 1.4.11).
struct StylePalette: Sendable {
  /// Behind everything.
  var ground: String
  /// Text and its rim.
  var ink: String
  var paper: String
  /// What needs somebody's attention.
  var alarm: String
  /// What has no value, or one that the schema does not name.
  var other: String
  /// As many as there are shapes in `Styles/icons`.
  var hues: [String]
  var states: [StatusShape: String]

  static func of(_ variant: StyleVariant) -> StylePalette {
    switch variant {
    case .light: light
    case .dark: dark
    case .contrast: contrast
    }
  }

  private static let light = StylePalette(
    ground: "#f4f1e9", ink: "#22282b", paper: "#fffdf8", alarm: "#b42318", other: "#6b7378",
    hues: ["#27607d", "#b4235a", "#7a4b12", "#4a5a12", "#5b3fa3", "#0b6b57", "#9b2c2c", "#3f4d5c"],
    states: [
      .ok: "#17714f", .soon: "#1d5fa8", .due: "#a15c00", .overdue: "#b42318", .suspended: "#5b3fa3", .never: "#55606a",
    ])

  private static let dark = StylePalette(
    ground: "#14191c", ink: "#e8ebe6", paper: "#14191c", alarm: "#ff8a73", other: "#98a3a8",
    hues: ["#78bfe0", "#f58ab0", "#dca96a", "#b5cc5c", "#b9a3f5", "#5cd1b6", "#f59a8e", "#a9bccf"],
    states: [
      .ok: "#5fd0a0", .soon: "#7ab4ee", .due: "#f0b357", .overdue: "#ff8a73", .suspended: "#b9a3f5", .never: "#aeb9c0",
    ])

  private static let contrast = StylePalette(
    ground: "#ffffff", ink: "#000000", paper: "#ffffff", alarm: "#8f0000", other: "#3a3a3a",
    hues: ["#003d5c", "#7a0038", "#4f2c00", "#2c3800", "#34147a", "#00443a", "#6b0000", "#1c2733"],
    states: [
      .ok: "#00472b", .soon: "#003a80", .due: "#5c3300", .overdue: "#8f0000", .suspended: "#3d1a80", .never: "#2b2b2b",
    ])
}
