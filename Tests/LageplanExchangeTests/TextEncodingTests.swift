import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

struct TextEncodingTests {
  private func encode(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }

  @Test func utf8WithAndWithoutMarkIsUtf8() throws {
    for mark in [[], [0xEF, 0xBB, 0xBF]] as [[UInt8]] {
      let run = try Deliver(bytes: mark + Array("straße,n\nGroße Straße,1\n".utf8))
      #expect(run.values(of: "straße") == [.text("Große Straße")])
      #expect(run.report.sources[0].encoding?.name == "UTF-8")
      #expect(run.report.sources[0].encoding?.doubtfulBytes == 0)
    }
  }

  @Test func latin1IsRecognised() throws {
    let run = try Deliver(bytes: encode("straße,n\nMühlenstraße,1\n"))
    #expect(run.values(of: "straße") == [.text("Mühlenstraße")])
    #expect(run.report.sources[0].encoding?.name == "ISO-8859-1")
  }

  @Test func windowsQuotesMakeWindows1252() throws {
    let run = try Deliver(bytes: encode("name,n\n") + [0x84] + encode("Süd") + [0x93] + encode(",1\n"))
    #expect(run.values(of: "name") == [.text("„Süd“")])
    #expect(run.report.sources[0].encoding?.name == "Windows-1252")
  }

  @Test func bytesWithoutMeaningAreCountedAndNamed() throws {
    let run = try Deliver(bytes: encode("n;name\n1;Eiche\n2;Bl\u{FC}") + [0x81] + encode("ten\n"))
    let encoding = try #require(run.report.sources[0].encoding)
    #expect(run.values(of: "name") == [.text("Eiche"), .text("Blü\u{FFFD}ten")])
    #expect(encoding.doubtfulBytes == 1)
    let example = try #require(encoding.examples.first)
    #expect(example.position == .line(3))
    #expect(example.byte == 0x81)
    #expect(example.context == "Blü\u{FFFD}ten")
  }

  @Test func strayByteInUtf8DoesNotChangeTheEncoding() throws {
    let run = try Deliver(bytes: Array("n;name\n1;Mühle\n2;Straße\n3;Größe\n4;ca".utf8) + [0xE9] + Array("fé\n".utf8))
    let encoding = try #require(run.report.sources[0].encoding)
    #expect(encoding.name == "UTF-8")
    #expect(encoding.doubtfulBytes == 1)
    #expect(encoding.examples.map(\.position) == [.line(5)])
    #expect(run.values(of: "name").last == .text("ca\u{FFFD}fé"))
  }

  @Test func utf16OfASpreadsheetIsRead() throws {
    let units = Array("\u{FEFF}name\tn\nMühle\t1\nSüd\t2\n".utf16)
    let run = try Deliver(bytes: units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, suffix: "txt")
    #expect(run.values(of: "name") == [.text("Mühle"), .text("Süd")])
    #expect(run.report.sources[0].encoding?.name == "UTF-16LE")
  }

  @Test func givenEncodingCounts() throws {
    // 0x81 is ü in CP850.
    let run = try Deliver(bytes: encode("n;name\n1;M") + [0x81] + encode("hle\n"), encoding: "CP850")
    #expect(run.values(of: "name") == [.text("Mühle")])
    #expect(run.report.sources[0].encoding?.isGiven == true)
  }

  @Test func unknownEncodingIsRefused() {
    #expect(throws: ExchangeError.unknownEncoding("EBCDIC-XYZ")) {
      _ = try Deliver(bytes: Array("a\nü\n".utf8), encoding: "EBCDIC-XYZ")
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func münsterHasTwentySevenStrayBytes() throws {
    let run = try Deliver("muenster/baumkataster_muenster.csv") { $0.crs = .utm32 }
    let encoding = try #require(run.report.sources[0].encoding)
    #expect(encoding.name == "ISO-8859-1")
    #expect(encoding.doubtfulBytes == 27)
    #expect(encoding.examples.count == 27)
    #expect(encoding.examples.allSatisfy { $0.byte == 0x81 })
    #expect(run.features.count == 2723)
    #expect(run.features.allSatisfy { $0.geometry != nil })
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func shapefileWithoutCodePageIsReadAsItLooks() throws {
    let run = try Deliver("koeln/basis-shp/Stadtteil.shp")
    #expect(run.values(of: "STT_NAME").contains(.text("Müngersdorf")))
    #expect(run.values(of: "STT_NAME").contains(.text("Sülz")))
  }
}
