import Foundation
import LageplanFeatures
import TestSupport
import Testing

@Suite struct JSONParserTests {
  @Test func readsEveryKindInOrder() throws {
    let value = try JSONValue(parsing: #" {"b": [1, -2.5, 1e3, true, false, null], "a": "Eiche \u00e4\n\ud83c\udf33", "": {}} "#)
    #expect(
      value == ["b": [1, -2.5, .real(1000), true, false, nil], "a": "Eiche ä\n🌳", "": .object([])])
    #expect(value["b"]?[1] == -2.5)
    #expect(value["missing"] == nil)
  }

  @Test(arguments: [
    ("9223372036854775807", JSONValue.integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("9223372036854775808", .real(9_223_372_036_854_775_808)), ("-0", .real(-0.0)), ("1.0", .real(1)),
    ("123456789012345678901234567890", .real(0x1.8ee90ff6c373ep96)),
    ("0.1", .real(0.1)),
    ("4.9e-324", .real(.leastNonzeroMagnitude)), ("1e-400", .real(0)),
    ("179769313486231570000e288", .real(.greatestFiniteMagnitude)),
  ])
  func numbersAreExactOrNearest(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == value)
  }

  @Test(arguments: Seed.hundred) func decimalsReadAsTheStandardLibraryReadsThem(seed: Seed) throws {
    var seed = seed
    for _ in 0..<100 {
      let digits = String(UInt64.random(in: 0 ... .max, using: &seed) >> UInt64.random(in: 0..<64, using: &seed))
      let text = "\(digits).\(UInt32.random(in: 0 ... .max, using: &seed))e\(Int.random(in: -40...40, using: &seed))"
      #expect(try JSONValue(parsing: text) == .real(try #require(Double(text))), "\(text)")
    }
  }

  @Test(arguments: [
    ("", 0, "expected a value, found the end of the text"),
    ("[1,]", 3, "expected a value"), ("[1 2]", 3, "expected \",\" or \"]\""), ("{\"a\" 1}", 5, "expected \":\""),
    ("{a:1}", 1, "expected a member name"), ("[1] x", 4, "expected the end of the text"), ("NaN", 0, "expected a value"),
    ("[Infinity]", 1, "expected a value"), ("01", 0, "leading zero"), ("1.", 2, "a digit after the decimal point"),
    ("-", 1, "expected a digit"), ("1e", 2, "a digit in the exponent"), ("1e400", 0, "beyond the range"),
    ("+1", 0, "expected a value"),
    ("\"a", 2, "closing quote"), ("\"\\x\"", 2, "after the backslash"), ("\"\\ud800\"", 1, "surrogate"),
    ("\"\\udc00\"", 1, "surrogate"), ("\"\\ud800\\u0041\"", 1, "surrogate"), ("\"\\u12g4\"", 5, "hexadecimal"),
    ("\"a\u{1}\"", 2, "control character"), ("{\"a\":1,\"a\":2}", 7, "\"a\" comes twice"), ("tru", 0, "expected a value"),
    ("// x\n1", 0, "expected a value"), ("[\n1,\n  }", 7, "expected a value"),
  ])
  func faultsNameTheirPlace(text: String, offset: Int, message: String) throws {
    let error = try #require(throws: JSONError.self) { try JSONValue(parsing: text) }
    #expect(error.offset == offset)
    #expect(error.message.contains(message), "\(error)")
  }

  @Test func lineAndColumnCountCharacters() throws {
    let error = try #require(throws: JSONError.self) { try JSONValue(parsing: "{\n \"ä\": x}") }
    #expect((error.line, error.column) == (2, 7))
  }

  @Test func invalidUTF8IsRefusedWhereItStands() throws {
    let error = try #require(throws: JSONError.self) {
      try JSONValue(parsing: Array("[\"M".utf8) + [0xFC] + Array("nster\"]".utf8))
    }
    #expect(error.offset == 3)
  }

  @Test func limitsHold() throws {
    func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    #expect(throws: Never.self) { try JSONValue(parsing: nested(64)) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: nested(65)) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: nested(100_000), limits: JSONLimits(depth: 1_000_000)) }
    #expect(throws: Never.self) { try JSONValue(parsing: "[1,2]", limits: JSONLimits(values: 3)) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: "[1,2]", limits: JSONLimits(values: 2)) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: "[1,2]", limits: JSONLimits(bytes: 4)) }
  }

  @Test func duplicateAmongManyMembersIsFound() {
    let members = (0..<100).map { "\"k\($0)\":\($0)" }
    #expect(throws: Never.self) { try JSONValue(parsing: "{\(members.joined(separator: ","))}") }
    #expect(throws: JSONError.self) { try JSONValue(parsing: "{\((members + ["\"k7\":0"]).joined(separator: ","))}") }
    #expect(throws: JSONError.self) { try JSONValue(parsing: "{\((members + ["\"k99\":0"]).joined(separator: ","))}") }
  }

  @Test(arguments: Seed.hundred) func damagedTextNeverCrashes(seed: Seed) {
    var seed = seed
    var bytes = Array(#"{"type":"Feature","p":[1.5,-2e3,"\u00e4\ud83c\udf33",null,true],"o":{"a":{}}}"#.utf8)
    for _ in 0..<3 { bytes[Int.random(in: bytes.indices, using: &seed)] = UInt8.random(in: 0...255, using: &seed) }
    bytes.removeLast(Int.random(in: 0..<bytes.count, using: &seed))
    // Where we accept, so must Foundation.
    guard (try? JSONValue(parsing: bytes)) != nil else { return }
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) }
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func readsAForeignFileAsFoundationDoes() throws {
    let data = try Data(contentsOf: SharedData.file("cities/leipzig/spielplaetze-geraete.json"))
    let ours = try JSONValue(parsing: Array(data), limits: .trusted)
    let theirs = try JSONSerialization.jsonObject(with: data)
    let again = try JSONSerialization.jsonObject(with: Data(ours.json.utf8))
    #expect((theirs as? NSObject)?.isEqual(again) == true)
  }
}

@Suite struct JSONWriterTests {
  private func write(_ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    body(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func commasComeByThemselves() {
    let text = write {
      $0.beginObject()
      $0.member("id", "baum-1042")
      $0.key("list")
      $0.beginArray()
      $0.value(1)
      $0.beginArray()
      $0.endArray()
      $0.null()
      $0.endArray()
      $0.member("height", 12.5)
      $0.endObject()
    }
    #expect(text == #"{"id":"baum-1042","list":[1,[],null],"height":12.5}"#)
  }

  @Test func stringsAreEscapedAndRepaired() throws {
    #expect(write { $0.value("a\"\\\n\t\r\u{8}\u{C}\u{1}/ä🌳") } == #""a\"\\\n\t\r\b\f\u0001/ä🌳""#)
    let broken: [UInt8] = [0x4D, 0xFC, 0x6E, 0x22, 0xC3, 0xA4, 0xF0, 0x9F]
    #expect(write { writer in broken.withUnsafeBytes { writer.text(utf8: $0) } } == "\"M\u{FFFD}n\\\"ä\u{FFFD}\"")
  }

  @Test(arguments: [
    (0.0, "0"), (-0.0, "-0"),
    (1.0, "1"), (-12.5, "-12.5"), (0.1, "0.1"), (0.001, "0.001"), (1e21, "1e+21"), (.leastNonzeroMagnitude, "5e-324"),
    (123456.789, "123456.789"), (0.30000000000000004, "0.30000000000000004"), (1e15, "1000000000000000"), (1e16, "1e+16"),
    (999_999_999_999.5, "999999999999.5"),
  ])
  func doublesAreShortest(value: Double, text: String) {
    let written = write { $0.value(value) }
    #expect(written == text)
    #expect(Double(written)?.bitPattern == value.bitPattern)
  }

  @Test(arguments: Seed.hundred) func doublesRoundTripAtLeastAsShortAsTheStandardLibrary(seed: Seed) {
    var seed = seed
    for _ in 0..<100 {
      let values = [
        Double(bitPattern: UInt64.random(in: 0 ... .max, using: &seed)),
        Double(Int64.random(in: -2_000_000...2_000_000, using: &seed)) / 1000,
      ]
      for value in values where value.isFinite {
        let text = write { $0.value(value) }
        #expect(Double(text) == value)
        #expect(text.count <= value.description.count)
      }
    }
  }

  @Test(arguments: Seed.hundred) func fixedDecimalsRoundAsPrintfDoes(seed: Seed) {
    var seed = seed
    for _ in 0..<100 {
      let decimals = Int.random(in: 0...9, using: &seed)
      // Half of the numbers are ties or lie next to one.
      let tie = (Double(Int.random(in: -2_000_000...2_000_000, using: &seed)) + 0.5) / pow(10, Double(decimals))
      let value = [tie, tie.nextUp, tie.nextDown, Double.random(in: -200...200, using: &seed), 0.5 + tie.rounded()]
      for value in value {
        var oracle = String(format: "%.\(decimals)f", value)
        if decimals > 0 {
          while oracle.hasSuffix("0") { oracle.removeLast() }
          if oracle.hasSuffix(".") { oracle.removeLast() }
        }
        if oracle == "-0" { oracle = "0" }
        #expect(write { $0.fixed(value, decimals: decimals) } == oracle, "\(value) to \(decimals)")
      }
    }
  }

  @Test func numbersThatJSONLacksBecomeNull() {
    #expect(write { $0.value(Double.nan) } == "null")
    #expect(write { $0.fixed(.infinity, decimals: 3) } == "null")
  }

  @Test func brokenJSONColumnBecomesAString() {
    #expect(write { $0.value(PropertyValue.json(#"{"a": [1]}"#)) } == #"{"a": [1]}"#)
    #expect(write { $0.value(PropertyValue.json(#"{"a": "#)) } == #""{\"a\": ""#)
  }
}

@Suite struct JSONNodeTests {
  @Test func everyFaultIsCollectedWithItsPath() throws {
    let node = JSONNode(try JSONValue(parsing: #"{"day": 5, "limit": -1, "odd name": [true, "x"], "z": null}"#))
    var faults: [JSONFault] = []
    #expect(node.required("day", &faults)?.text(&faults) == nil)
    #expect(node.required("limit", &faults)?.integer(in: 1...10, &faults) == nil)
    #expect(node.required("z", &faults) == nil)
    #expect(node.required("missing", &faults) == nil)
    #expect(node.optional("odd name")?.elements(&faults)?.compactMap { $0.boolean(&faults) } == [true])
    node.refuseMembers(except: ["day", "limit", "z"], &faults)
    #expect(
      faults.map(\.path) == ["$.day", "$.limit", "$.z", "$.missing", "$['odd name'][1]", "$['odd name']"])
    #expect(faults[1].value == "-1")
    #expect(faults[1].remedy == "send a whole number from 1 to 10")
  }
}
