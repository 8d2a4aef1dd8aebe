/// Where the elements of a road network come from: a file (``OsmFile``) or memory (``OsmElements``). Read twice, since the places of
/// all nodes do not fit where only those of streets are wanted: first the streets, then the places of the nodes that these name.
public protocol OsmSource: Sendable {
  /// What people call it: the name of a file without its folder.
  var name: String { get }

  /// All streets, with those of their tags that are selected, and all turn restrictions.
  func streets(_ selection: OsmSelection, progress: OsmProgress) throws(OsmError) -> OsmStreets

  /// The places of the nodes `ids`, which rise strictly; a node that is not in the source is missing in the answer, too.
  func places(of ids: [Int64], _ selection: OsmSelection, progress: OsmProgress) throws(OsmError) -> OsmPlaces
}

/// Told how much of the work is done: the step in words, and its share from 0 to 1. From one thread at a time.
public typealias OsmProgress = @Sendable (_ step: String, _ share: Double) -> Void

/// Which elements and tags a reading is after.
public struct OsmSelection: Sendable {
  /// The tags of streets that a profile asks for, beside the name and the reference.
  public var wayKeys: Set<String>
  /// The tags of nodes that a profile asks for. A node with none of them is only a place.
  public var nodeKeys: Set<String>

  public init(wayKeys: Set<String>, nodeKeys: Set<String>) {
    self.wayKeys = wayKeys
    self.nodeKeys = nodeKeys
  }

  /// Tags that make a way one that somebody may travel on; `nil`: whatever the value is.
  static let streetTags: [(key: String, value: String?)] = [
    ("highway", nil), ("route", "ferry"), ("man_made", "pier"), ("railway", "platform"), ("public_transport", "platform"),
  ]

  static func isStreet(_ tags: OsmTags) -> Bool {
    streetTags.contains { wanted in tags[wanted.key].map { wanted.value == nil || wanted.value == $0 } ?? false }
  }

  func isRestriction(_ relation: OsmRelation) -> Bool {
    relation.tags["type"].map { $0 == "restriction" || $0.hasPrefix("restriction:") } ?? false
  }
}

/// A street's name and its reference (`B 3`), either may be empty.
public struct OsmStreetName: Hashable, Sendable {
  public var name: String
  public var reference: String

  public init(name: String, reference: String) {
    self.name = name
    self.reference = reference
  }
}

/// The streets of a source in flat arrays. Equal tags and equal names are kept once.
public struct OsmStreets: Sendable {
  public private(set) var tagSets: [OsmTags] = []
  public private(set) var names = [OsmStreetName(name: "", reference: "")]
  public private(set) var wayIds: [Int64] = []
  /// Indices into ``tagSets`` and ``names``; name 0 is empty.
  public private(set) var wayTags: [Int32] = []
  public private(set) var wayNames: [Int32] = []
  /// The nodes of way `w` are `refs[firstRef[w] ..< firstRef[w + 1]]`.
  public private(set) var firstRef: [Int32] = [0]
  public private(set) var refs: [Int64] = []
  public private(set) var restrictions: [OsmRelation] = []
  /// All ways and relations of the source, streets or not.
  public private(set) var wayCount = 0
  public private(set) var relationCount = 0
  /// When the data were true, as ISO 8601 writes it; `nil` where the source does not say.
  public var date: String?

  private var tagIndices: [OsmTags: Int32] = [:]
  private var nameIndices = [OsmStreetName(name: "", reference: ""): Int32(0)]

  public init() {}

  /// Takes what a part of the source yielded. Throws where the indices would no longer fit into 32 bits.
  mutating func append(_ batch: OsmStreetBatch) throws(OsmError) {
    guard refs.count + batch.refs.count < Int(Int32.max) else { throw .tooLarge(what: "nodes of streets", limit: Int(Int32.max)) }
    let tagNumbers = batch.tagSets.map { Self.number(of: $0, in: &tagSets, &tagIndices) }
    let nameNumbers = batch.names.map { Self.number(of: $0, in: &names, &nameIndices) }
    let base = Int32(refs.count)
    wayIds += batch.wayIds
    wayTags += batch.wayTags.lazy.map { tagNumbers[Int($0)] }
    wayNames += batch.wayNames.lazy.map { nameNumbers[Int($0)] }
    firstRef += batch.firstRef.dropFirst().lazy.map { $0 + base }
    refs += batch.refs
    restrictions += batch.restrictions
    wayCount += batch.wayCount
    relationCount += batch.relationCount
  }

  private static func number<Value: Hashable>(
    of value: Value, in values: inout [Value], _ indices: inout [Value: Int32]
  ) -> Int32 {
    if let known = indices[value] { return known }
    let number = Int32(values.count)
    values.append(value)
    indices[value] = number
    return number
  }
}

/// What one part of a source yields of the streets; its indices are its own.
struct OsmStreetBatch: Sendable {
  var tagSets: [OsmTags] = []
  var names: [OsmStreetName] = []
  var wayIds: [Int64] = []
  var wayTags: [Int32] = []
  var wayNames: [Int32] = []
  var firstRef: [Int32] = [0]
  var refs: [Int64] = []
  var restrictions: [OsmRelation] = []
  var wayCount = 0
  var relationCount = 0
}

/// The places and the tags of the nodes that streets name, in the order of these nodes' ids.
public struct OsmPlaces: Sendable {
  /// Stands where the source has no such node: no place on earth.
  public static let missing = RoadPosition(longitude: .min, latitude: .min)

  public private(set) var positions: [RoadPosition]
  public private(set) var tagSets: [OsmTags] = []
  /// Nodes that have tags of interest: which node, and an index into ``tagSets``.
  public private(set) var tagged: [(node: Int32, tags: Int32)] = []
  /// All nodes of the source.
  public private(set) var nodeCount = 0
  /// Nodes that the source has more than once; the last one counts.
  public private(set) var duplicateCount = 0

  private var tagIndices: [OsmTags: Int32] = [:]

  public init(count: Int) {
    positions = Array(repeating: Self.missing, count: count)
  }

  mutating func append(_ batch: OsmPlaceBatch) {
    for (index, position) in zip(batch.indices, batch.positions) {
      if positions[Int(index)] != Self.missing { duplicateCount += 1 }
      positions[Int(index)] = position
    }
    let numbers = batch.tagSets.map { tags in
      if let known = tagIndices[tags] { return known }
      let number = Int32(tagSets.count)
      tagSets.append(tags)
      tagIndices[tags] = number
      return number
    }
    tagged += batch.tagged.lazy.map { ($0.node, numbers[Int($0.tags)]) }
    nodeCount += batch.nodeCount
  }
}

/// What one part of a source yields of the places.
struct OsmPlaceBatch: Sendable {
  var indices: [Int32] = []
  var positions: [RoadPosition] = []
  var tagSets: [OsmTags] = []
  var tagged: [(node: Int32, tags: Int32)] = []
  var nodeCount = 0
}

/// Looking up in an array of rising ids.
enum SortedIds {
  /// The index of `id`. Neighbours in a file are mostly neighbours among the ids, so the search begins at `guess` and doubles its steps.
  @inline(__always)
  static func index(of id: Int64, in ids: [Int64], near guess: Int) -> Int? {
    ids.withUnsafeBufferPointer { index(of: id, in: $0, near: guess) }
  }

  /// As for arrays: an answer may be asked for as the next guess.
  static func index(of id: Int64, in ids: UnsafeBufferPointer<Int64>, near guess: Int) -> Int? {
    guard !ids.isEmpty else { return nil }
    var low = 0
    var high = ids.count
    let start = min(max(guess, 0), ids.count - 1)
    var step = 1
    if ids[start] <= id {
      low = start
      while low + step < ids.count, ids[low + step] <= id {
        low += step
        step *= 2
      }
      high = min(low + step, ids.count)
    } else {
      high = start
      while high - step >= 0, ids[high - step] > id {
        high -= step
        step *= 2
      }
      low = max(high - step, 0)
    }
    while high - low > 1 {
      let middle = (low + high) / 2
      if ids[middle] <= id { low = middle } else { high = middle }
    }
    return low < ids.count && ids[low] == id ? low : nil
  }
}
