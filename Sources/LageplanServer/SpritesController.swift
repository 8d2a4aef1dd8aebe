import HTTPTypes
import Hummingbird
import LageplanTiles

/// Icons for map libraries: one picture of all of them, and where in it each lies.
struct SpritesController: Sendable {
  let application: LageplanApplication

  /// `/sprites/{name}`: `icons.json`, `icons.png`, `icons@2x.json`, `icons@2x.png`, and the same of `icons-dark` and `icons-contrast`.
  @Sendable func file(_ request: Request, _ context: LageplanRequestContext) async throws -> Answer {
    try RequestQuery(request.uri.query).refuseUnknown(known: ["v"])
    let name = try context.element("name")
    guard let sprite = SpriteName(name) else {
      throw Problem.notFound(
        "There is no such sprite. There are: \(StyleVariant.allCases.map { StyleShelf.sprite + $0.suffix }.joined(separator: ", ")), "
          + "each as .json, .png, @2x.json and @2x.png.", value: name)
    }
    let shelf = application.styles
    let (tag, sheet) = try await shelf.drawing.run { try shelf.sheet(sprite.variant, ratio: sprite.ratio) }
    return sprite.isPicture
      ? Answer("image/png", sheet.picture, tag: tag) : Answer("application/json", sheet.index, tag: tag)
  }

  /// What the name of a sprite's file tells.
  private struct SpriteName {
    var variant: StyleVariant
    var ratio: Int
    var isPicture: Bool

    init?(_ name: String) {
      guard let dot = name.lastIndex(of: "."), ["json", "png"].contains(name[name.index(after: dot)...]) else { return nil }
      isPicture = name.hasSuffix(".png")
      var stem = String(name[..<dot])
      ratio = stem.hasSuffix("@2x") ? 2 : 1
      if ratio == 2 { stem.removeLast("@2x".count) }
      let (base, variant) = StyleVariant.split(stem)
      guard base == StyleShelf.sprite else { return nil }
      self.variant = variant
    }
  }
}
