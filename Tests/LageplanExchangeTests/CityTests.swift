import Foundation
import LageplanExchange
import LageplanFeatures
import LageplanGeometry
import TestSupport
import Testing

/// Every city file of the shared data, with the counts of its manifest as the oracle.
@Suite(.enabled(if: SharedData.isPresent, "skipped: no shared data"))
struct CityTests {
  /// One row of the manifest that has records.
  struct CityFile: Sendable, CustomTestStringConvertible {
    var path: String
    var count: Int
    var testDescription: String { path }
  }

  /// Rows of MANIFEST.tsv below `cities/` whose eighth column starts with a count: `1480 Unknown`, `1879 records`.
  static let files: [CityFile] = {
    guard let text = try? String(contentsOf: SharedData.file("MANIFEST.tsv"), encoding: .utf8) else { return [] }
    return text.split(separator: "\n").compactMap { row in
      let fields = row.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count > 7, fields[0].hasPrefix("cities/"),
        let count = fields[7].split(separator: " ").first.flatMap({ Int($0) })
      else { return nil }
      return CityFile(path: String(fields[0].dropFirst("cities/".count)), count: count)
    }
  }()

  /// Files that nobody can place without being told the system.
  static let undeclared: [String: CoordinateReferenceSystem] = [
    "muenster/baumkataster_muenster.csv": .utm32, "muenster/baumkataster_muenster.geojson": .utm32,
    "koeln/wahllokale-original.csv": .webMercator, "koeln/wahllokale-bereinigt.csv": .webMercator,
    "parken/reutlingen_bike.csv": .utm32,
    "koeln/gruenflaechen-json/11.json": .wgs84, "koeln/gruenflaechen-json/12.json": .wgs84,
    "koeln/gruenflaechen-json/2.json": .wgs84,
    "koeln/gruenflaechen-json/4.json": .wgs84, "koeln/gruenflaechen-json/7.json": .wgs84,
    "koeln/gruenflaechen-json/8.json": .wgs84,
    "koeln/gruenflaechen-json/9.json": .wgs84,
  ]

  /// Rows that are broken in the file itself: counted by hand from the files.
  static let broken = ["koeln/wahllokale-bereinigt.csv": 909, "muenster/sportstaetten.geojson": 13, "parken/radvis_bw.json": 1]

  @Test func manifestNamesFiftySixFiles() {
    #expect(Self.files.count == 56)
  }

  @Test(arguments: files) func everyRecordIsTakenOrNamed(file: CityFile) throws {
    let run = try Deliver(file.path) { $0.crs = Self.undeclared[file.path] }
    let report = run.report
    #expect(report.read == file.count)
    #expect(report.rejected.count == Self.broken[file.path] ?? 0, "\(report.text(rejectedLimit: 3))")
    #expect(run.features.count == file.count - report.rejected.count)
    let germany = Envelope(minX: 5.8, minY: 47.2, maxX: 15.1, maxY: 55.1)
    let transform = try CoordinateTransform(from: run.delivery.crs, to: .crs84)
    for feature in run.features {
      guard let geometry = feature.geometry else { continue }
      let place = try transform.transform(geometry.envelope.centre)
      guard germany.contains(place) else {
        Issue.record("\(feature.id) lies at \(place)")
        break
      }
    }
  }

  @Test(arguments: undeclared.keys.sorted()) func systemIsAskedForWhereItIsNotKnown(path: String) throws {
    guard path != "koeln/wahllokale-bereinigt.csv" else { return }
    let expected = try #require(Self.undeclared[path])
    let error = #expect(throws: ExchangeError.self) { _ = try Deliver(path) }
    let message = "\(try #require(error))"
    #expect(message.contains("--crs \(expected.name)"), "\(message)")
    #expect(message.contains(path))
  }
}
