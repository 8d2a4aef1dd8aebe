import LageplanTiles
import Testing

@testable import LageplanServer

@Suite struct AcceptedCodingsTests {
  @Test(arguments: ["gzip;q=nan", "gzip;q=-nan", "gzip;q=inf", "gzip;q=-inf", "gzip;q=", "gzip;q=1e999", "gzip;q=x", "*;q=nan"])
  func aWeightThatIsNoNumberIsNoWish(header: String) {
    #expect(AcceptedCodings(header).best { _ in nil } == .identity)
  }

  @Test(arguments: [
    ("gzip", TileCoding.gzip), ("br;q=0.5, gzip;q=0.8", .gzip), ("gzip;q=0", .identity), ("*", .gzip),
    ("identity;q=1, gzip;q=0.1", .identity),
  ])
  func theWeightsDecide(header: String, coding: TileCoding) {
    #expect(AcceptedCodings(header).best { _ in nil } == coding)
  }

  @Test(arguments: ["text/html;q=nan", "text/html;q=inf"])
  func mediaRangesShareTheRule(text: String) {
    #expect(MediaRange(text).quality == 0)
  }

  @Test func onlyOurOwnTagsAreRepeated() {
    for own in ["\"abc\"", "\"abc.gzip1\"", "\"abc.br5\"", "\"abc.zstd3\""] { #expect(KeptTile.isForm(own, of: "abc")) }
    for other in [
      "\"abc.\"", "\"abc.gzip99\"", "\"abc.gzip1x\"", "\"abd\"", "abc", "\"abc.\(String(repeating: "A", count: 70_000))\"",
    ] {
      #expect(!KeptTile.isForm(other, of: "abc"))
    }
  }
}
