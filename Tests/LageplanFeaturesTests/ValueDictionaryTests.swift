import LageplanGeometry
import TestSupport
import Testing

@testable import LageplanFeatures

struct ValueDictionaryTests {
  private func entries(_ dictionary: ValueDictionary, _ values: [(LentValue, PropertyKind)]) -> [UInt32] {
    var batch = SpellingBatch()
    for (value, kind) in values { batch.append(value, as: kind) }
    return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: max(1, values.count)) { room in
      guard let start = room.baseAddress else { return [] }
      dictionary.intern(batch, into: start)
      return (0..<values.count).map { start[$0] }
    }
  }

  private func spelling(_ dictionary: ValueDictionary, _ entry: UInt32) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: dictionary.spelling(of: entry), count: dictionary.spellingLength(of: entry)))
  }

  private func withText<T>(_ bytes: [UInt8], _ body: (LentValue) -> T) -> T { bytes.withUnsafeBytes { body(.text($0)) } }

  /// Written out by hand from vector_tile.proto: field 4 of the layer, then string 1, double 3, int 4, sint 6, bool 7 of the value.
  @Test func spellingsAreThoseOfTheStandard() {
    let dictionary = ValueDictionary()
    let values: [(LentValue, PropertyKind, [UInt8])] = [
      (.integer(5), .integer, [0x22, 2, 0x20, 5]), (.integer(300), .integer, [0x22, 3, 0x20, 0xAC, 0x02]),
      (.integer(-1), .integer, [0x22, 2, 0x30, 1]), (.integer(-2), .text, [0x22, 2, 0x30, 3]),
      (.integer(.max), .integer, [0x22, 10, 0x20] + Array(repeating: 0xFF, count: 8) + [0x7F]),
      (.integer(.min), .integer, [0x22, 11, 0x30] + Array(repeating: 0xFF, count: 9) + [0x01]),
      (.real(1), .real, [0x22, 9, 0x19, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]),
      (.integer(1), .real, [0x22, 9, 0x19, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]),
      (.boolean(true), .boolean, [0x22, 2, 0x38, 1]), (.integer(0), .boolean, [0x22, 2, 0x38, 0]),
    ]
    for (value, kind, expected) in values {
      #expect(spelling(dictionary, entries(dictionary, [(value, kind)])[0]) == expected)
    }
    withText(Array("ab".utf8)) {
      #expect(spelling(dictionary, entries(dictionary, [($0, .text)])[0]) == [0x22, 4, 0x0A, 2, 0x61, 0x62])
    }
    withText([]) { #expect(spelling(dictionary, entries(dictionary, [($0, .text)])[0]) == [0x22, 2, 0x0A, 0]) }
  }

  @Test func valuesComeBackAndEqualOnesAreOneEntry() {
    let dictionary = ValueDictionary()
    var random = Seed(5)
    var known: [PropertyValue: UInt32] = [:]
    for _ in 0..<30_000 {
      let value: PropertyValue =
        switch Int.random(in: 0..<4, using: &random) {
        case 0: .integer(Int64.random(in: Bool.random(using: &random) ? -99...99 : .min ... .max, using: &random))
        case 1: .real(Double.random(in: -1e9...1e9, using: &random))
        case 2: .boolean(Bool.random(using: &random))
        default:
          .text(
            String(repeating: "ä", count: Int.random(in: 0...400, using: &random)) + "\(Int.random(in: 0..<9, using: &random))")
        }
      let entry: UInt32
      switch value {
      case .integer(let number): entry = entries(dictionary, [(.integer(number), .integer)])[0]
      case .real(let number): entry = entries(dictionary, [(.real(number), .real)])[0]
      case .boolean(let flag): entry = entries(dictionary, [(.boolean(flag), .boolean)])[0]
      case .text(let text): entry = withText(Array(text.utf8)) { entries(dictionary, [($0, .text)])[0] }
      default: continue
      }
      #expect(known[value, default: entry] == entry)
      known[value] = entry
      let kind: PropertyKind = value.kind ?? .text
      #expect(dictionary.value(of: entry).value(as: kind) == value)
    }
    #expect(dictionary.count == known.count + 1)
    for (value, entry) in known {
      if case .text(let text) = value { #expect(dictionary.entry(ofText: text) == entry) }
    }
    #expect(dictionary.entry(ofText: "nobody") == nil)
  }

  @Test func nullAndNotANumberAreNoValue() {
    let dictionary = ValueDictionary()
    #expect(entries(dictionary, [(.null, .text), (.real(.nan), .real)]) == [0, 0])
    guard case .null = dictionary.value(of: 0) else { return #expect(Bool(false), "entry 0 is a value") }
  }

  @Test func whatIsNoUtf8IsRepairedAsSwiftDoes() {
    let dictionary = ValueDictionary()
    for bytes: [UInt8] in [[0x4C, 0xFF], [0xC3], [0xED, 0xA0, 0x80, 0x41], Array(repeating: 0xFE, count: 40)] {
      let entry = withText(bytes) { entries(dictionary, [($0, .text)])[0] }
      let repaired = String(decoding: bytes, as: UTF8.self)
      #expect(Array(dictionary.text(of: entry)) == Array(repaired.utf8))
      #expect(withText(bytes) { entries(dictionary, [($0, .text)])[0] } == entry)
      #expect(withText(Array(repaired.utf8)) { entries(dictionary, [($0, .text)])[0] } == entry)
    }
  }

  /// What a snapshot names may be read while another thread adds.
  @Test func entriesStayWhereTheyAreWhileOthersAreAdded() async {
    let dictionary = ValueDictionary()
    let first = (0..<2_000).map { number in entries(dictionary, [(.integer(Int64(number)), .integer)])[0] }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for number in 2_000..<200_000 { _ = entries(dictionary, [(.integer(Int64(number)), .integer)]) } }
      group.addTask {
        for _ in 0..<50 {
          for (number, entry) in first.enumerated() {
            guard case .integer(Int64(number)) = dictionary.value(of: entry) else {
              Issue.record("entry \(entry) has moved")
              return
            }
          }
        }
      }
    }
    #expect(dictionary.count == 200_001)
  }
}
