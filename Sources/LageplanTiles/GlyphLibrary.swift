import CFreeType
public import Foundation
import Synchronization

/// The fonts that maps are labelled in, and their glyphs as maps fetch them.
///
/// Fonts are opened once, by names that they tell themselves; no word of a request ever becomes a path. Ranges are kept in
/// memory up to ``mostKeptBytes``. One thread at a time draws, since FreeType asks for it.
public final class GlyphLibrary: Sendable {
  /// What cannot be served.
  public enum Failure: Error, Hashable, CustomStringConvertible {
    /// A font of the stack that is not here.
    case unknownFont(String, known: [String])
    /// A range that does not begin at a multiple of 256 below 65,536.
    case notARange(Int)
    /// More different fonts in a stack than ``longestStack``.
    case tooManyFonts(Int)

    public var description: String {
      switch self {
      case .unknownFont(let name, let known):
        "there is no font \(name); there are: \(known.isEmpty ? "none" : known.joined(separator: ", "))"
      case .notARange(let first): "no range of glyphs begins at \(first); ranges begin at 0, 256, 512, … 65280"
      case .tooManyFonts(let count): "\(count) fonts are named; name \(GlyphLibrary.longestStack) at most"
      }
    }
  }

  /// A whole font is about 1.5 MB, so several stacks find room.
  public static let mostKeptBytes = 32 << 20
  /// Different fonts that one stack may name.
  public static let longestStack = 4
  /// Where Debian's packages fonts-noto-core and fonts-dejavu-core lay their files.
  public static let systemFonts = [
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf", "/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf",
    "/usr/share/fonts/truetype/noto/NotoSans-Italic.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
  ]
  /// Asked for what the fonts of a stack lack.
  private static let fallback = ["DejaVu Sans Book", "DejaVu Sans Bold"]

  /// The names under which fonts are served, sorted.
  public let names: [String]
  /// Files that are no fonts, for whoever put them there.
  public let unreadable: [String]

  private struct State {
    var fonts: [String: GlyphFont] = [:]
    var kept: [String: [UInt8]] = [:]
    /// The keys of what is kept, oldest first.
    var order: [String] = []
    var keptBytes = 0
  }
  private let state: Mutex<State>

  /// Opens the fonts (`.ttf`, `.otf`) of `folder`, an operator's own, then those of `files` that are there.
  /// Where two tell the same name, the first counts.
  public init(folder: URL? = nil, files: [String] = GlyphLibrary.systemFonts) {
    let own = folder.flatMap { try? FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil) } ?? []
    let paths = own.map(\.path).filter { ["ttf", "otf"].contains(($0 as NSString).pathExtension.lowercased()) }.sorted()
    let library = FreeTypeLibrary()
    var fonts: [String: GlyphFont] = [:]
    var unreadable: [String] = []
    for path in paths + files where FileManager.default.fileExists(atPath: path) {
      if let font = library.flatMap({ GlyphFont(path: path, library: $0) }) {
        if fonts[font.name] == nil { fonts[font.name] = font }
      } else {
        unreadable.append(path)
      }
    }
    names = fonts.keys.sorted()
    self.unreadable = unreadable
    state = Mutex(State(fonts: fonts))
  }

  /// The glyphs `first` to `first + 255`. The first font of `stack` that has a character draws it; what none of them has,
  /// DejaVu Sans draws.
  ///
  /// Throws ``Failure``. Takes some ten milliseconds the first time: not for an event loop.
  public func range(first: Int, of stack: [String]) throws(Failure) -> [UInt8] {
    guard (0...65_280).contains(first), first % 256 == 0 else { throw .notARange(first) }
    // A font named again draws nothing more: without it, one stack has one place among what is kept.
    var fonts: [String] = []
    for name in stack where !fonts.contains(name) { fonts.append(name) }
    guard fonts.count <= Self.longestStack else { throw .tooManyFonts(fonts.count) }
    if let unknown = fonts.first(where: { !names.contains($0) }) { throw .unknownFont(unknown, known: names) }
    return drawn(first: UInt32(first), of: fonts)
  }

  private func drawn(first: UInt32, of stack: [String]) -> [UInt8] {
    let name = stack.joined(separator: ",")
    let key = "\(first) \(name)"
    return state.withLock { state in
      if let kept = state.kept[key] { return kept }
      let isBold = stack.first?.hasSuffix("Bold") ?? false
      let fallback = isBold ? Self.fallback.reversed() : Self.fallback
      let fonts = (stack + fallback).compactMap { state.fonts[$0] }
      let glyphs = (first...first + 255).compactMap { scalar in fonts.lazy.compactMap { $0.glyph(of: scalar) }.first }
      let bytes = GlyphRange.encoded(glyphs, name: name, first: first)
      state.kept[key] = bytes
      state.order.append(key)
      state.keptBytes += bytes.count
      while state.keptBytes > Self.mostKeptBytes, state.order.count > 1 {
        state.keptBytes -= state.kept.removeValue(forKey: state.order.removeFirst())?.count ?? 0
      }
      return bytes
    }
  }
}
