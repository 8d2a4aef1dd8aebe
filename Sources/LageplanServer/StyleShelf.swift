import Foundation
import HTTPTypes
import LageplanFeatures
import LageplanTiles
import Logging
import Synchronization

/// The style files, the icons and the fonts of the folder `Styles`, read when they are asked for, so that an operator's change shows
/// with the next request.
final class StyleShelf: Sendable {
  /// The style that the map page draws.
  static let main = "lageplan"
  /// The sprite that styles use which name none.
  static let sprite = "icons"

  private let resources: Resources
  private let logger: Logger
  /// Glyphs and icons are drawn here, one after the other.
  let drawing = WorkThread(mostWaiting: 256, busy: "Many letters and icons wait to be drawn. Ask again in a few seconds.")
  /// Opened when first asked for: it takes some milliseconds, and a server without labels never needs it.
  private let fonts = Mutex<GlyphLibrary?>(nil)
  private let sheets = Mutex<[String: (tag: String, sheet: SpriteSheet)]>([:])

  init(resources: Resources, logger: Logger) {
    self.resources = resources
    self.logger = logger
  }

  // MARK: - Styles

  /// The ids of the style files, sorted.
  var ids: [String] {
    guard let folder = resources.folder(.styles),
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    else { return [] }
    return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map { String($0.dropLast(".json".count)) }.sorted()
  }

  /// `nil` where there is no such file. Throws 500 for one that is no style; the log says what is wrong with it.
  func style(_ id: String) throws -> MapStyle? {
    guard let bytes = resources.file(.styles, named: id + ".json") else { return nil }
    do {
      return MapStyle(id: id, document: try JSONValue(parsing: bytes))
    } catch {
      logger.error("style file \(id).json is no JSON: \(error)")
      throw Problem(
        .internalServerError, code: "broken-style", detail: "The operator's file of this style is broken: \(error).", value: id)
    }
  }

  /// Tells the operator what is wrong with the files, each fault with its file, its place and what to do; nothing is stopped by it.
  func check() {
    let icons = try? Set(sheet(.light, ratio: 1).sheet.names)
    let fonts = glyphs.names.isEmpty ? nil : Set(glyphs.names)
    if fonts == nil {
      logger.warning("no font is here, so maps are not labelled; install fonts-noto-core, or lay fonts into Styles/fonts")
    }
    for style in styles() {
      let ownSprite = style.document["sprite"]?.text.map { $0.hasPrefix("{base}/") } ?? true
      let ownGlyphs = style.document["glyphs"]?.text.map { $0.hasPrefix("{base}/") } ?? true
      let validator = StyleValidator(icons: ownSprite ? icons : nil, fonts: ownGlyphs ? fonts : nil)
      for issue in validator.issues(in: style.document) { logger.error("Styles/\(style.id).json: \(issue)") }
    }
  }

  /// All style files that can be read.
  func styles() -> [MapStyle] { ids.compactMap { try? style($0) } }

  /// The style that draws a collection, light: a file of its name, else the main one reduced to it, else one that is generated.
  func style(of collection: CollectionDescriptor) throws -> MapStyle {
    if let own = try style(collection.id) { return own }
    if let main = try style(Self.main), main.draws(collection) { return main.reduced(to: collection) }
    return .generated(for: collection)
  }

  // MARK: - Glyphs

  var glyphs: GlyphLibrary {
    fonts.withLock { fonts in
      if let fonts { return fonts }
      let made = GlyphLibrary(folder: resources.folder(.styles)?.appendingPathComponent("fonts"))
      for path in made.unreadable { logger.warning("\(path) is no font that can be read; it is left out") }
      fonts = made
      return made
    }
  }

  // MARK: - Sprites

  /// The sheet of all icons in the colours of a variant; drawn anew when a file of it has changed.
  /// A broken drawing is left out, and the log tells its file, line and remedy.
  func sheet(_ variant: StyleVariant, ratio: Int) throws -> (tag: String, sheet: SpriteSheet) {
    let files = try icons()
    let tag = EntityTag.of(files.flatMap { [$0.name, $0.text] } + [variant.rawValue, "\(ratio)"])
    let key = "\(variant.rawValue)@\(ratio)"
    if let kept = sheets.withLock({ $0[key] }), kept.tag == tag { return kept }
    let colours = try colours(of: variant)
    var drawings: [(name: String, drawing: SvgDrawing)] = []
    for file in files where file.name != Self.colourFile {
      do {
        drawings.append((file.name, try SvgDrawing(parsing: file.text, colours: colours)))
      } catch {
        logger.error("Styles/icons/\(file.name).svg is left out: \(error)")
      }
    }
    guard let sheet = SpriteSheet(drawings, ratio: ratio) else {
      throw Problem(
        .serviceUnavailable, code: "busy", detail: "No memory is left to draw the icons.", headers: [.retryAfter: "5"])
    }
    sheets.withLock { $0[key] = (tag, sheet) }
    return (tag, sheet)
  }

  private static let colourFile = "colours.json"

  /// The drawings, and the table of their colours, by name.
  private func icons() throws -> [(name: String, text: String)] {
    guard let folder = resources.folder(.styles)?.appendingPathComponent("icons"),
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    else { return [] }
    return try names.filter { ($0.hasSuffix(".svg") || $0 == Self.colourFile) && !$0.hasPrefix(".") }.sorted().map { name in
      guard let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) else {
        throw Self.broken("icons/\(name) is not UTF-8, or may not be read")
      }
      return (name.hasSuffix(".svg") ? String(name.dropLast(".svg".count)) : name, text)
    }
  }

  /// `icons/colours.json`: by variant a table from each colour of the drawings to the one in its place.
  private func colours(of variant: StyleVariant) throws -> [String: String] {
    guard variant != .light, let text = try icons().first(where: { $0.name == Self.colourFile })?.text else { return [:] }
    do {
      let table = try JSONValue(parsing: text)[variant.rawValue]?.object ?? []
      return Dictionary(
        table.compactMap { each in each.value.text.map { (each.key, $0) } }, uniquingKeysWith: { first, _ in first })
    } catch {
      throw Self.broken("icons/\(Self.colourFile), \(error)")
    }
  }

  private static func broken(_ detail: String) -> Problem {
    Problem(.internalServerError, code: "broken-icon", detail: "The operator's icons cannot be drawn: \(detail).")
  }
}
