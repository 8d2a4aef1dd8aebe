/// A language in which plans speak to people.
public enum TourLanguage: String, Hashable, Sendable, CaseIterable {
  case english = "en"
  case german = "de"
}

extension TourText {
  public func text(in language: TourLanguage) -> String {
    switch language {
    case .english: english
    case .german: german
    }
  }
}
