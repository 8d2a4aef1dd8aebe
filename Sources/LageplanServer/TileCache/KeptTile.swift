import LageplanGeometry
import LageplanTiles
import NIOCore
import Synchronization

/// What a tile is asked for by: everything that decides its bytes but the data.
struct TileKey: Hashable, Sendable {
  let tileMatrixSet: String
  let coordinate: TileCoordinate
  /// Layers with their properties and conditions in one spelling, whichever way they were asked for.
  let layers: String
  var format = TileFormat.mvt
}

/// One tile with all that is known of it: its bytes, plain and packed, the state that they show, and until when that is still so.
final class KeptTile: Sendable {
  /// The bytes under one coding.
  struct Form: Sendable {
    var coding: TileCoding
    var level: Int
    var bytes: ByteBuffer
    /// The entity tag, with its quotes: another one for each coding and level, since it names these very bytes (RFC 9110, section 8.8.3.3).
    var tag: String
  }

  let key: TileKey
  let footprints: [TileFootprint]
  /// Of each layer: the version that these bytes show.
  let versions: [ChangedAreas.Version]
  /// The state of the data that they were made from.
  let snapshot: Int64
  /// The opaque part of the entity tags, without the coding.
  let tag: String
  /// Conditions or a choice of properties: of these there may be any number, so they have a share of the cache only.
  let isNarrowed: Bool
  let plain: ByteBuffer

  private struct State {
    /// Until where the lists of changed areas were looked through.
    var ends: [Int]
    /// ``ChangedAreas/generation`` then.
    var generation: Int
    /// Under other codings than `identity`; at most one each.
    var packed: [Form] = []
    var hits = 0
    var isImproved = false
  }

  private let state: Mutex<State>

  init(
    _ key: TileKey, _ bytes: [UInt8], footprints: [TileFootprint], versions: [ChangedAreas.Version], snapshot: Int64,
    ends: [Int], tag: String, isNarrowed: Bool
  ) {
    self.key = key
    self.footprints = footprints
    self.versions = versions
    self.snapshot = snapshot
    self.tag = tag
    self.isNarrowed = isNarrowed
    plain = ByteBuffer(bytes: bytes)
    // A generation that no list has: the first one who looks checks.
    state = Mutex(State(ends: ends, generation: -1))
  }

  /// Nothing lies in the tile.
  var isEmpty: Bool { plain.readableBytes == 0 }

  /// What it takes of memory, the bookkeeping around it about.
  var size: Int { Self.overhead + key.layers.utf8.count + plain.readableBytes + packedSize }
  private var packedSize: Int { state.withLock { $0.packed.reduce(0) { $0 + $1.bytes.readableBytes } } }
  private static let overhead = 700
  /// What the cache keeps for each way of writing its address: the heads of answers.
  static let aliasOverhead = 3_000
  static let mostTemplates = 8

  // MARK: Truth

  /// Whether the bytes still show the newest state that was told of.
  func isTrue(by areas: ChangedAreas) -> Bool {
    let generation = areas.generation
    let ends: [Int]? = state.withLock { $0.generation == generation ? nil : $0.ends }
    guard let ends else { return true }
    guard let later = areas.ends(of: footprints, untouchedSince: ends, after: snapshot) else { return false }
    state.withLock { state in
      // Another thread may have looked further already.
      guard state.generation < generation else { return }
      state.ends = later
      state.generation = generation
    }
    return true
  }

  // MARK: Forms

  /// Tiles below this are sent as they are: one network packet it is anyway.
  static let smallestPacked = 1_000

  /// The form to send to a client that takes `accepted`; `nil`: it has to be packed first, under the coding that ``coding(for:)`` tells.
  func form(for accepted: AcceptedCodings) -> Form? {
    state.withLock { state in
      let coding = coding(for: accepted, state.packed)
      if coding == .identity { return Form(coding: .identity, level: 0, bytes: plain, tag: Self.quoted(tag, .identity, 0)) }
      return state.packed.first { $0.coding == coding }
    }
  }

  func coding(for accepted: AcceptedCodings) -> TileCoding { state.withLock { coding(for: accepted, $0.packed) } }

  private func coding(for accepted: AcceptedCodings, _ packed: [Form]) -> TileCoding {
    guard plain.readableBytes >= Self.smallestPacked else { return .identity }
    return accepted.best { coding in packed.first { $0.coding == coding }?.bytes.readableBytes }
  }

  /// Keeps a packed form in place of what there was under its coding, where it is smaller by more than a thirtieth. Answers by how
  /// many bytes the tile grew.
  @discardableResult
  func keep(_ bytes: [UInt8], as coding: TileCoding, level: Int) -> Int {
    let form = Form(coding: coding, level: level, bytes: ByteBuffer(bytes: bytes), tag: Self.quoted(tag, coding, level))
    return state.withLock { state in
      guard let place = state.packed.firstIndex(where: { $0.coding == coding }) else {
        state.packed.append(form)
        return bytes.count
      }
      let before = state.packed[place].bytes.readableBytes
      guard bytes.count < before - before / 30 else { return 0 }
      state.packed[place] = form
      return bytes.count - before
    }
  }

  static func quoted(_ tag: String, _ coding: TileCoding, _ level: Int) -> String {
    coding == .identity ? "\"\(tag)\"" : "\"\(tag).\(coding.contentCoding)\(level)\""
  }

  /// Whether an entity tag, with its quotes, is one that a tile of `tag` can have under some coding. Nothing else of a client's is repeated.
  static func isForm(_ quoted: String, of tag: String) -> Bool {
    guard quoted.hasPrefix("\"\(tag)"), quoted.hasSuffix("\"") else { return false }
    return TileCoding.allCases.contains { coding in
      coding.levels.contains { Self.quoted(tag, coding, $0) == quoted }
    }
  }

  /// Counts an answer. True once, when the tile has been asked for so often that better packing pays.
  func countHit() -> Bool {
    state.withLock { state in
      state.hits += 1
      guard state.hits >= Self.hitsThatPay, !state.isImproved, !state.packed.isEmpty else { return false }
      state.isImproved = true
      return true
    }
  }

  private static let hitsThatPay = 16
  /// What is packed while somebody waits, and what later.
  static func quickLevel(of coding: TileCoding) -> Int {
    switch coding {
    case .identity: 0
    case .gzip: 1
    case .zstd: 3
    case .brotli: 4
    }
  }
  static func smallLevel(of coding: TileCoding) -> Int {
    switch coding {
    case .identity: 0
    case .gzip: 6
    case .zstd: 9
    case .brotli: 5
    }
  }

  /// The codings that are packed now.
  var packedCodings: [TileCoding] { state.withLock { $0.packed.map(\.coding) } }
}
