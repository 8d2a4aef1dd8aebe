import Foundation
import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import TestSupport
import Testing

@testable import LageplanServer

/// Whole collections as files, read by others.
struct DownloadTests {
  /// More than one turn of a download: lamps a few metres apart, one in ten without a place.
  private static let lamps = CollectionDescriptor(
    id: "lamps", title: "Leuchten", geometryKind: .point, storageCrs: .utm32,
    schema: Schema(properties: [
      PropertyDefinition(name: "name", kind: .text), PropertyDefinition(name: "watts", kind: .integer),
      PropertyDefinition(name: "installed", kind: .date),
    ]))
  private static let lampCount = 3_000

  private static func lamp(_ index: Int) -> Feature {
    let place = Coordinate(x: 610_000 + Double(index % 60) * 7, y: 5_808_000 + Double(index / 60) * 7)
    let watts: PropertyValue = index % 7 == 0 ? .null : .integer(Int64(index % 5) * 30)
    let day: PropertyValue = .date(CalendarDate(daysSince1970: Int32(10_000 + index)))
    return Feature(
      id: "lamp-\(index)", geometry: index % 10 == 9 ? nil : .point(place),
      values: [.text("Größe „\(index)“, =1+1"), watts, day])
  }

  private static func fill(_ store: Store) throws {
    try TestTown.fill(store)
    var index = 0
    _ = try store.importFeatures(into: lamps) {
      defer { index += 1 }
      return index < lampCount ? lamp(index) : nil
    }
  }

  private static let every = Set((0..<lampCount).map { "lamp-\($0)" })

  /// What GDAL says of the answer as a file.
  private func foreign(_ reply: TestService.Reply, _ name: String, _ arguments: String...) throws -> String {
    try TemporaryFolder.with { folder in
      let file = folder.appendingPathComponent(name)
      try Data(reply.body).write(to: file)
      let run = try CommandRun.program("ogrinfo", ["-ro", "-al"] + arguments + [file.path])
      #expect(run.status == 0, "\(run.errors)")
      return run.output
    }
  }

  // MARK: Streams

  @Test func sequencesHoldEveryFeatureOnce() async throws {
    try await TestService.with(Self.fill) { service in
      for (format, separator) in [("ndjson", ""), ("geojsonseq", "\u{1E}")] {
        let reply = try await service.get("/collections/lamps/items?f=\(format)")
        #expect(reply.status == 200)
        let lines = reply.text.split(separator: "\n").map(String.init)
        #expect(lines.allSatisfy { $0.hasPrefix(separator + "{") })
        let ids = try lines.map { try JSONValue(parsing: String($0.dropFirst(separator.count)))["id"]?.text ?? "" }
        #expect(ids.count == Self.lampCount && Set(ids) == Self.every)
        // A stream has no length beforehand.
        #expect(reply.headers[.contentLength] == nil)
      }
    }
  }

  @Test func sortedStreamsKeepTheirOrderAcrossTurns() async throws {
    try await TestService.with(Self.fill) { service in
      let reply = try await service.get("/collections/lamps/items?f=ndjson&sortby=-watts,name&properties=installed")
      let features = try reply.text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
      #expect(features.count == Self.lampCount)
      // The keys are read, but only what was asked for is written.
      #expect(features.allSatisfy { $0["properties"]?.object?.map(\.key) == ["installed"] })
      let expected = (0..<Self.lampCount).map(Self.lamp).sorted { a, b in
        guard case .text(let nameA) = a.values[0], case .text(let nameB) = b.values[0] else { return false }
        let (wattsA, wattsB) = (Self.watts(a), Self.watts(b))
        return wattsA == wattsB ? Array(nameA.utf8).lexicographicallyPrecedes(Array(nameB.utf8)) : wattsA > wattsB
      }
      #expect(features.map { $0["id"]?.text } == expected.map(\.id))
    }
  }

  /// Nulls come last, whichever the direction.
  private static func watts(_ feature: Feature) -> Int64 {
    if case .integer(let number) = feature.values[1] { number } else { -1 }
  }

  @Test func turnsNeitherSkipNorRepeatWhileOthersEdit() async throws {
    try await TestService.with(Self.fill) { service in
      let store = service.application.store
      var turns = try RowTurns(FeatureQuery(collection: "lamps"), of: Self.lamps)
      var seen: [String] = []
      var deleted: Set<String> = []
      while !turns.isFinished {
        let before = turns
        let (ids, after) = try store.readSync { reader in
          var turns = before
          var ids: [String] = []
          try turns.next(from: reader) { row in
            ids.append(String(decoding: row.id, as: UTF8.self))
            return ids.count == 200 ? .stop : .next
          }
          return (ids, turns)
        }
        seen += ids
        turns = after
        // Behind and before the place where the next turn begins features go, and one comes at the end.
        guard deleted.count < 20, let first = ids.first else { continue }
        let gone = [first, "lamp-\(Self.lampCount - 1 - deleted.count)"].filter { deleted.insert($0).inserted }
        let new = Feature(id: "new-\(deleted.count)", geometry: nil, values: [.text("neu"), .null, .null])
        _ = try store.edit(gone.map { FeatureEdit(.delete(id: $0)) } + [FeatureEdit(.insert(new))], in: "lamps", actor: nil)
      }
      #expect(Set(seen).count == seen.count)
      #expect(Self.every.subtracting(deleted).isSubset(of: seen))
      #expect(seen.count { $0.hasPrefix("new-") } == 10)
    }
  }

  @Test func headAndSmallDownloadsTellWhatTheyAre() async throws {
    try await TestService.with(Self.fill) { service in
      let small = try await service.get("/collections/playgrounds/items?f=csv&limit=2")
      #expect(small.headers[.contentLength] == String(small.body.count))
      #expect(small.headers[.contentType] == "text/csv; charset=utf-8; header=present")
      #expect(small.headers[.contentDisposition]?.contains("playgrounds.csv") == true)
      #expect(small.text.split(separator: "\r\n").count == 3)
      let tag = try #require(small.headers[.eTag])
      let again = try await service.get("/collections/playgrounds/items?f=csv&limit=2", headers: [.ifNoneMatch: tag])
      #expect(again.status == 304 && again.body.isEmpty)
      for format in ["csv", "gpkg", "ndjson"] {
        let head = try await service.send(.head, "/collections/lamps/items?f=\(format)")
        #expect(head.status == 200 && head.body.isEmpty && head.headers[.contentLength] == nil)
        #expect(head.headers[.connection] == "close")
      }
    }
  }

  @Test func whatAFormatCannotHoldIsRefused() async throws {
    try await TestService.with(Self.fill) { service in
      for (path, fault) in [
        ("/collections/parks/items?f=gpx", "f"),
        ("/collections/lamps/items?f=kml&crs=http://www.opengis.net/def/crs/EPSG/0/25832", "crs"),
        ("/collections/lamps/items?f=csv&near=10.7,52.4", "near"), ("/collections/lamps/items?f=csv&limit=0", "limit"),
        ("/collections/lamps/items?f=gpkg&sortby=nothing", "sortby"),
      ] {
        let reply = try await service.get(path)
        #expect(reply.status == 400)
        #expect(try reply.json["parameter"]?.text == fault, "\(path)")
      }
      let reply = try await service.get("/collections/parks/items", headers: [.accept: "application/gpx+xml"])
      #expect(reply.status == 406)
    }
  }

  // MARK: Read by others

  @Test(arguments: ["csv", "gpkg", "geojsonseq", "kml", "gpx", "flatgeobuf", "xlsx", "ndjson"])
  func othersReadEveryFormat(format: String) async throws {
    try await TestService.with(Self.fill) { service in
      let reply = try await service.get("/collections/lamps/items?f=\(format)")
      #expect(reply.status == 200, "\(reply.text.prefix(300))")
      let suffix = ["geojsonseq": "geojsons", "ndjson": "geojsonl", "flatgeobuf": "fgb"][format] ?? format
      // The driver is named where it is ours to choose: a sequence by record separators is told by its content.
      let output = try foreign(reply, "lamps.\(suffix)", "-so")
      // GPX has no features without a place, and FlatGeobuf's index neither.
      let count = format == "gpx" || format == "flatgeobuf" ? Self.lampCount * 9 / 10 : Self.lampCount
      #expect(output.contains("Feature Count: \(count)"), "\(output)")
      if format != "xlsx" { #expect(output.contains("Extent: (10.6") || output.contains("Extent: (10.7"), "\(output)") }
    }
  }

  @Test func systemAndSelectionAreHonoured() async throws {
    try await TestService.with(Self.fill) { service in
      let crs = "http://www.opengis.net/def/crs/EPSG/0/25832"
      for (format, suffix) in [("csv", "csv"), ("gpkg", "gpkg"), ("flatgeobuf", "fgb")] {
        let reply = try await service.get(
          "/collections/lamps/items?f=\(format)&crs=\(crs)&properties=watts&watts=60&limit=100")
        #expect(reply.headers[.contentCrs] == "<\(crs)>")
        let output = try foreign(reply, "lamps.\(suffix)")
        #expect(output.contains("ID[\"EPSG\",25832]"))
        #expect(output.contains("Feature Count: ") && output.contains("watts"))
        #expect(output.contains("POINT (610014 5808000)"), "\(format): \(output.prefix(3_000))")
        #expect(!output.contains("installed") && !output.contains("Größe"))
        #expect(!output.contains("= 30"))
      }
    }
  }

  @Test func textsSurviveInEveryFormat() async throws {
    try await TestService.with(Self.fill) { service in
      for (format, suffix) in [
        ("csv", "csv"), ("gpkg", "gpkg"), ("kml", "kml"), ("gpx", "gpx"), ("flatgeobuf", "fgb"), ("xlsx", "xlsx"),
      ] {
        let reply = try await service.get("/collections/lamps/items?f=\(format)&limit=3")
        let output = try foreign(reply, "lamps.\(suffix)")
        #expect(output.contains("Größe „") && output.contains("“, =1+1"), "\(format): \(output)")
      }
    }
  }

  @Test func areasWithHolesSurvive() async throws {
    try await TestService.with(Self.fill) { service in
      for (format, suffix) in [("kml", "kml"), ("csv", "csv"), ("gpkg", "gpkg"), ("flatgeobuf", "fgb")] {
        let reply = try await service.get("/collections/parks/items?f=\(format)")
        let output = try foreign(reply, "parks.\(suffix)")
        let polygon = output.split(separator: "\n").first { $0.contains("POLYGON") }.map(String.init) ?? output
        #expect(polygon.contains("10.705 52.405") && polygon.contains("10.715 52.415"), "\(format): \(polygon)")
        #expect(polygon.contains("),(") || polygon.contains("), ("), "\(format): \(polygon)")
      }
    }
  }

  // MARK: JSON-FG

  @Test func jsonFGHasPlaceTimeAndGeometry() async throws {
    try await TestService.with(Self.fill) { service in
      let plain = try await service.get("/collections/playgrounds/items?f=jsonfg").json
      #expect(plain["conformsTo"]?.array?.first == "http://www.opengis.net/spec/json-fg-1/1.0/conf/core")
      #expect(plain["featureType"] == "playgrounds" && plain["geometryDimension"] == 0)
      #expect(plain["featureSchema"]?.text?.hasSuffix("/collections/playgrounds/schema") == true)
      #expect(plain["coordRefSys"] == nil)
      let features = try #require(plain["features"]?.array)
      #expect(features.count == 26 && plain["numberReturned"] == 26)
      #expect(features.allSatisfy { $0["place"] == .null })
      let timed = try #require(features.first { $0["id"] == "p30" })
      #expect(timed["time"]?["date"] == "2001-03-15")
      #expect(features.first { $0["id"] == "p00" }?["time"] == .null)

      // Latitude first in EPSG:4326, as its authority has it; geometry stays as every GeoJSON reader expects it.
      let crs = "http://www.opengis.net/def/crs/EPSG/0/4326"
      let placed = try await service.get("/collections/playgrounds/items?f=jsonfg&crs=\(crs)").json
      #expect(placed["coordRefSys"]?.text == crs)
      let one = try #require(placed["features"]?.array?.first { $0["id"] == "p30" })
      #expect(one["place"]?["coordinates"] == [52.4, 10.73])
      #expect(one["geometry"]?["coordinates"] == [10.73, 52.4])
    }
  }
}
