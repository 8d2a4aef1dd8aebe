import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

struct CrsGuardTests {
  /// A CSV of the points, with x and y.
  private func table(_ points: [(Double, Double)]) -> String { "name,x,y\n" + points.map { "p,\($0.0),\($0.1)\n" }.joined() }

  /// Positions of German towns, in each system as PROJ's `cs2cs` gives them (rounded to the metre).
  static let towns: [(CoordinateReferenceSystem, Double, Double)] = [
    (.utm32, 404_880, 5_755_264), (.webMercator, 772_125, 6_610_677), (.epsg(31467), 3_405_419, 5_755_854),
    (.epsg(4647), 32_404_880, 5_755_264),
  ]

  @Test(arguments: towns) func metresWithoutASystemNameTheLikelyOne(town: (CoordinateReferenceSystem, Double, Double)) throws {
    let error = #expect(throws: ExchangeError.self) { _ = try Deliver(text: self.table([(town.1, town.2)])) }
    guard case .crsNotDeclared(_, _, let likely)? = error else {
      Issue.record("another error: \(error.map { "\($0)" } ?? "none")")
      return
    }
    #expect(likely.first?.crs == town.0)
    #expect("\(try #require(error))".contains("--crs \(town.0.name)"))
  }

  @Test func degreesUnderMetresAreRefused() throws {
    let error = #expect(throws: ExchangeError.self) { _ = try Deliver(text: self.table([(7.6, 51.9)])) { $0.crs = .utm32 } }
    #expect("\(try #require(error))".contains("--crs EPSG:4326"))
  }

  @Test func metresUnderDegreesAreRefused() throws {
    let error = #expect(throws: ExchangeError.self) {
      _ = try Deliver(text: self.table([(404_880, 5_755_264)])) { $0.crs = .wgs84 }
    }
    #expect("\(try #require(error))".contains("--crs EPSG:25832"))
  }

  @Test func otherMetresThanDeclaredAreRefusedWithTheLikelySystem() throws {
    let error = #expect(throws: ExchangeError.self) {
      _ = try Deliver(text: self.table([(772_125, 6_610_677)])) { $0.crs = .utm32 }
    }
    #expect("\(try #require(error))".contains("--crs EPSG:3857"))
  }

  @Test func swappedAxesAreTold() throws {
    let error = #expect(throws: ExchangeError.self) {
      _ = try Deliver(text: self.table([(51.9, 7.6), (51.8, 7.5), (52, 7.7)])) { $0.crs = .epsg(4258) }
    }
    guard case .axesSwapped? = error else {
      Issue.record("another error: \(error.map { "\($0)" } ?? "none")")
      return
    }
    #expect("\(try #require(error))".contains("--x y --y x"))
  }

  @Test func unknownSystemIsRefused() {
    #expect(throws: CrsError.self) { _ = try Deliver(text: self.table([(7.6, 51.9)])) { $0.crs = .epsg(999_999) } }
  }

  @Test func bavariaEastOfTwelveDegreesPassesAndIsCounted() throws {
    // Passau in zone 32, 13.46° E, and Munich, 11.58° E.
    let run = try Deliver(text: table([(826_600, 5_389_300), (691_600, 5_334_800)])) { $0.crs = .utm32 }
    #expect(run.features.count == 2)
    #expect(run.report.outsideArea == 1)
  }

  @Test func schwerinInZone33Passes() throws {
    // 11.42° E, 53.63° N: 0.6° west of the area of use of zone 33.
    let run = try Deliver(text: table([(263_400, 5_948_300)])) { $0.crs = .utm33 }
    #expect(run.features.count == 1)
    #expect(run.report.outsideArea == 1)
  }

  @Test func rowsThatCannotBeAreRejectedWithTheirCause() throws {
    let good = Array(repeating: (404_880.0, 5_755_264.0), count: 7)
    let bad = [(5_755_264.0, 404_880.0), (404_880_123.0, 5_755_264.0), (12.5, 13.5)]
    let run = try Deliver(text: table(good + bad)) { $0.crs = .utm32 }
    #expect(run.features.count == 7)
    #expect(run.report.rejected.map(\.position) == [.line(9), .line(10), .line(11)])
    #expect(run.report.rejected[0].reason.contains("swapped"))
    #expect(run.report.rejected[1].reason.contains("decimal point"))
    #expect(run.report.rejected[2].reason.contains("far outside"))
  }

  @Test func nullIslandIsRejectedAmongGermanPositions() throws {
    let run = try Deliver(text: table([(7.6, 51.9), (7.5, 51.8), (0, 0)]))
    #expect(run.features.count == 2)
    #expect(run.report.rejected.count == 1)
  }

  @Test func positionsElsewhereAreNobodysBusiness() throws {
    // Vienna and Sydney: degrees, not mostly in Germany.
    let run = try Deliver(text: table([(16.4, 48.2), (151.2, -33.9), (16.3, 48.1)]))
    #expect(run.features.count == 3)
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func lostDecimalPointsLoseTheirRowsByName() throws {
    for crs in [nil, CoordinateReferenceSystem.webMercator] {
      let run = try Deliver("koeln/wahllokale-bereinigt.csv") { $0.crs = crs }
      #expect(run.report.read == 909)
      #expect(run.report.rejected.count == 909)
      #expect(run.report.rejected.allSatisfy { $0.reason.contains("decimal point") })
      #expect(run.report.rejected.first?.position == .line(2))
      #expect(run.report.rejected.last?.position == .line(910))
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func shiftedColumnsAreNamed() throws {
    let run = try Deliver("muenster/sportstaetten.geojson")
    #expect(run.features.count == 196)
    #expect(run.report.rejected.count { $0.reason.contains("columns are shifted") } == 13)
    #expect(run.report.rejected.first?.position == .feature(14))
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func systemOfTheFilesOwnIsMovedToItsNeighbour() throws {
    // The same environmental zone in both: once with a false easting of 2,500,000 m, once as EPSG:32632.
    let moved = try Deliver("koeln/basis-shp/Stadtbezirk.shp")
    #expect(moved.delivery.crs == .epsg(32632))
    let extent = moved.features.compactMap(\.geometry).reduce(into: Envelope.empty) { $0.formUnion($1.envelope) }
    #expect(abs(extent.minX - 343_914.6838) < 0.001)
    #expect(abs(extent.maxY - 5_661_476.08) < 0.001)
  }

  @Test(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
  func degreesUnderALyingSystemComeInWithTheRightOne() throws {
    let run = try Deliver("koeln/gruenflaechen-json/7.json") { $0.crs = .wgs84 }
    #expect(run.features.count == 873)
    #expect(run.report.repaired == 12)
    #expect(run.report.warnings.contains { $0.contains("declares EPSG:3044") })
  }
}
