import LageplanFeatures

/// The values of one layer whose rows name entries of a resident collection's dictionary.
///
/// An entry gets the layer's next index when a tag first names it; its spelling is then copied to the layer's tail. Which entry
/// has which index stands in an array by entry. Instead of being emptied for every layer it is marked with the layer's epoch:
/// a mark of another epoch means that the entry has no index yet.
struct EntryValues: ~Copyable {
  /// The finished `values` fields of the layer, in the order of their indices.
  private(set) var tail = ByteSink(capacity: 1 << 16)
  private var count: UInt32 = 0
  /// By entry: the epoch in the highest 8 bits, the index in the others.
  private var marks = FlatBuffer<UInt32>(capacity: 1 << 12)
  private var epoch: UInt32 = 0
  /// Counts are no entries; they have few different values.
  private var counts = ValueTable()
  private var countIndices = FlatBuffer<UInt32>()
  /// By place among the tags: the column of a chunk, and the name of the tag.
  private(set) var columns = FlatBuffer<Int>(capacity: 32)
  private(set) var names = FlatBuffer<Int>(capacity: 32)

  private static let epochShift: UInt32 = 24
  private static let indexMask: UInt32 = 0x00FF_FFFF

  mutating func begin(_ collection: ResidentCollection) {
    columns.removeAll()
    names.removeAll()
    tail.removeAll()
    count = 0
    counts.removeAll()
    countIndices.removeAll()
    if marks.count < collection.entryCount { marks.append(repeating: 0, count: collection.entryCount - marks.count) }
    epoch += 1
    if epoch > 0xFF {
      marks.fill(with: 0)
      epoch = 1
    }
  }

  /// The next tag: where its values lie in a chunk, and what its name is.
  mutating func append(column: Int, name: Int) {
    columns.append(column)
    names.append(name)
  }

  /// The index of `entry`, which is not null, in the layer. (The dictionary is passed from hand to hand: one that is stored here
  /// would be retained and released for every new value, a fifth of the time of a large tile.)
  @inline(__always)
  mutating func index(of entry: UInt32, in dictionary: ValueDictionary) -> UInt32 {
    let mark = marks.base[Int(truncatingIfNeeded: entry)]
    return mark &>> Self.epochShift == epoch ? mark & Self.indexMask : newIndex(of: entry, in: dictionary)
  }

  @inline(never)
  private mutating func newIndex(of entry: UInt32, in dictionary: ValueDictionary) -> UInt32 {
    let spelling = dictionary.spelling(of: entry)
    let length = TileValueSpelling.length(at: spelling)
    tail.append(wordsOf: spelling, length)
    let index = count
    count &+= 1
    // Beyond 16 million values of one layer a value is written anew each time: correct, if not small.
    if index <= Self.indexMask { marks.base[Int(truncatingIfNeeded: entry)] = epoch &<< Self.epochShift | index }
    return index
  }

  /// A count's value.
  mutating func index(ofCount number: UInt32) -> UInt32 {
    let place = Int(counts.index(ofCount: number))
    if place < countIndices.count { return countIndices[place] }
    tail.reserve(counts.lastSpelling.count)
    tail.put(counts.lastSpelling)
    countIndices.append(count)
    count &+= 1
    return count &- 1
  }
}
