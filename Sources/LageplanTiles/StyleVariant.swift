/// The three dresses of every style: by day, at night, and for eyes or screens that need strong contrast.
public enum StyleVariant: String, Hashable, Sendable, CaseIterable {
  case light, dark, contrast

  /// What the id of a style or a sprite ends in.
  public var suffix: String { self == .light ? "" : "-\(rawValue)" }

  /// For people, after a style's title.
  public var title: String {
    switch self {
    case .light: "hell"
    case .dark: "dunkel"
    case .contrast: "hoher Kontrast"
    }
  }

  /// The id without the suffix of a variant, with the variant; one without suffix is light.
  public static func split(_ id: String) -> (base: String, variant: StyleVariant) {
    for variant in allCases where variant != .light && id.hasSuffix(variant.suffix) {
      return (String(id.dropLast(variant.suffix.count)), variant)
    }
    return (id, .light)
  }
}
