import LageplanGeometry

/// A filter over the columns of a resident collection.
///
/// A part that looks at one property alone is asked once for each of its values: its answer is kept by the value's entry, so a row costs a
/// look into a table. `AND`, `OR` and `NOT` put the parts together with three values, as ``FilterEvaluator`` does, which also answers
/// whatever looks at several properties at once.
///
/// Belongs to one thread at a time, and to one snapshot.
public final class ResidentFilter {
  private let root: Part
  private let collection: ResidentCollection

  /// `filter` is resolved, as ``FilterEvaluator`` asks. Throws the first of what ``FeatureQuery/validate(against:)`` throws for it.
  public init(_ filter: FilterExpression, _ collection: ResidentCollection) throws(FeatureError) {
    if let fault = filter.faults(for: collection.descriptor).first { throw fault }
    self.collection = collection
    root = try Part(filter, collection)
  }

  /// Keeps, of the rows of `chunk` that stand in `rows`, those that match, in their order, and answers how many they are.
  public func select(_ rows: UnsafeMutablePointer<Int32>, count: Int, in chunk: ResidentChunk) -> Int {
    var kept = 0
    for index in 0..<count where root.truth(Int(rows[index]), chunk) == .yes {
      rows[kept] = rows[index]
      kept += 1
    }
    return kept
  }

  public func matches(_ row: Int, in chunk: ResidentChunk) -> Bool { root.truth(row, chunk) == .yes }
}

/// The three values of logic; 0 is left for what has not been asked yet.
private enum Truth: UInt8 {
  case no = 1
  case yes, unknown

  init(_ truth: Bool?) {
    switch truth {
    case false?: self = .no
    case true?: self = .yes
    case nil: self = .unknown
    }
  }

  var negated: Truth {
    switch self {
    case .no: .yes
    case .yes: .no
    case .unknown: .unknown
    }
  }
}

private indirect enum Part {
  case constant(Truth)
  case values(ValueTruths)
  case place(PlaceTruth)
  case hasNoPlace
  case rows(RowTruth)
  case not(Part)
  case and([Part])
  case or([Part])

  init(_ filter: FilterExpression, _ collection: ResidentCollection) throws(FeatureError) {
    let descriptor = collection.descriptor
    let references = filter.references(in: descriptor)
    if references.isEmpty {
      self = .constant(Truth(try FilterEvaluator(filter, descriptor: descriptor).evaluate(descriptor.noValues)))
      return
    }
    if references.count == 1, let only = references.first, only != .geometry {
      self = .values(ValueTruths(try FilterEvaluator(filter, descriptor: descriptor), of: only, collection))
      return
    }
    if let place = try GeometryCondition(filter, storageCrs: descriptor.storageCrs) {
      self = .place(PlaceTruth(place))
      return
    }
    switch filter {
    case .not(let part): self = .not(try Part(part, collection))
    case .and(let parts): self = .and(try Self.parts(parts, collection))
    case .or(let parts): self = .or(try Self.parts(parts, collection))
    case .isNull(.property): self = .hasNoPlace
    default: self = .rows(RowTruth(try FilterEvaluator(filter, descriptor: descriptor), references, collection))
    }
  }

  private static func parts(_ parts: [FilterExpression], _ collection: ResidentCollection) throws(FeatureError) -> [Part] {
    var result: [Part] = []
    for part in parts { result.append(try Part(part, collection)) }
    return result
  }

  func truth(_ row: Int, _ chunk: ResidentChunk) -> Truth {
    switch self {
    case .constant(let truth): return truth
    case .values(let truths): return truths.truth(row, chunk)
    case .place(let place): return place.truth(row, chunk)
    case .hasNoPlace: return chunk.hasGeometry(row) ? .no : .yes
    case .rows(let rows): return rows.truth(row, chunk)
    case .not(let part): return part.truth(row, chunk).negated
    case .and(let parts):
      var result = Truth.yes
      for part in parts {
        switch part.truth(row, chunk) {
        case .no: return .no
        case .unknown: result = .unknown
        case .yes: continue
        }
      }
      return result
    case .or(let parts):
      var result = Truth.no
      for part in parts {
        switch part.truth(row, chunk) {
        case .yes: return .yes
        case .unknown: result = .unknown
        case .no: continue
        }
      }
      return result
    }
  }
}

extension CollectionDescriptor {
  fileprivate var noValues: [PropertyValue] { Array(repeating: .null, count: schema.properties.count) }
}

/// What a condition on one property is for each of its values.
private final class ValueTruths {
  private let evaluator: FilterEvaluator
  private let dictionary: ValueDictionary
  private let column: Int
  private let kind: PropertyKind
  private var values: [PropertyValue]
  /// By entry: a ``Truth``, or 0. Memory that nobody has written costs nothing, so the table is as long as the dictionary.
  private let known: UnsafeMutablePointer<UInt8>

  init(_ evaluator: FilterEvaluator, of property: FilterProperty, _ collection: ResidentCollection) {
    self.evaluator = evaluator
    dictionary = collection.dictionary
    values = collection.descriptor.noValues
    if case .column(let index) = property {
      column = 1 + index
      kind = collection.descriptor.schema.properties[index].kind
    } else {
      column = 0
      kind = .text
    }
    known = ZeroedMemory.allocate(collection.entryCount)
  }

  deinit { ZeroedMemory.deallocate(known) }

  @inline(__always)
  func truth(_ row: Int, _ chunk: ResidentChunk) -> Truth {
    let entry = chunk.values[column &* chunk.count &+ row]
    return Truth(rawValue: known[Int(truncatingIfNeeded: entry)]) ?? ask(entry)
  }

  private func ask(_ entry: UInt32) -> Truth {
    let value = dictionary.value(of: entry).value(as: kind)
    let truth: Truth
    if column == 0 {
      truth = Truth(evaluator.evaluate(values, id: value.spelling ?? ""))
    } else {
      values[column - 1] = value
      truth = Truth(evaluator.evaluate(values))
    }
    known[Int(entry)] = truth.rawValue
    return truth
  }
}

/// A condition on the place alone: the envelope first, the geometry where that does not tell.
private final class PlaceTruth {
  private let condition: GeometryCondition
  private var shape = Geometry(kind: .point)
  private let room = UnsafeMutableRawPointer.allocate(byteCount: ResidentChunk.pointByteCount, alignment: 8)

  init(_ condition: GeometryCondition) { self.condition = condition }

  deinit { room.deallocate() }

  func truth(_ row: Int, _ chunk: ResidentChunk) -> Truth {
    let envelope = chunk.envelope(ofRow: row)
    guard !envelope.isEmpty else { return .unknown }
    if let verdict = condition.verdict(by: envelope) { return Truth(verdict) }
    guard let bytes = chunk.geometry(ofRow: row, in: room), (try? shape.decode(bytes)) != nil else { return .unknown }
    return Truth(condition.holds(for: shape))
  }
}

/// A condition on several things at once, asked of each row.
private final class RowTruth {
  private let evaluator: FilterEvaluator
  private let collection: ResidentCollection
  private let indices: [Int]
  private let needsId: Bool
  private let needsGeometry: Bool
  private var values: [PropertyValue]
  private let room = UnsafeMutableRawPointer.allocate(byteCount: ResidentChunk.pointByteCount, alignment: 8)

  init(_ evaluator: FilterEvaluator, _ references: Set<FilterProperty>, _ collection: ResidentCollection) {
    self.evaluator = evaluator
    self.collection = collection
    indices = references.compactMap { if case .column(let index) = $0 { index } else { nil } }
    needsId = references.contains(.id)
    needsGeometry = references.contains(.geometry)
    values = collection.descriptor.noValues
  }

  deinit { room.deallocate() }

  func truth(_ row: Int, _ chunk: ResidentChunk) -> Truth {
    for index in indices {
      let entry = chunk.values[(1 + index) * chunk.count + row]
      values[index] = collection.dictionary.value(of: entry).value(as: collection.descriptor.schema.properties[index].kind)
    }
    let id = needsId ? String(decoding: collection.dictionary.text(of: chunk.values[row]), as: UTF8.self) : ""
    // A geometry that cannot be read is unknown to every condition.
    let geometry = needsGeometry ? chunk.geometry(ofRow: row, in: room).flatMap { try? Geometry(decoding: $0) } : nil
    return Truth(evaluator.evaluate(values, id: id, geometry: geometry))
  }
}
