import LageplanGeometry
import TestSupport
import Testing

@testable import LageplanServer

/// Lines as text, against the examples that others publish.
@Suite struct RoutingPolylineTests {
  /// The example of Google's description of the format.
  @Test func theDocumentedLineIsWrittenAsDocumented() {
    let line = [
      Coordinate(longitude: -120.2, latitude: 38.5), Coordinate(longitude: -120.95, latitude: 40.7),
      Coordinate(longitude: -126.453, latitude: 43.252),
    ]
    #expect(String(decoding: Polyline.encode(line, decimals: 5), as: UTF8.self) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@")
    #expect(Polyline.decode("_p~iF~ps|U_ulLnnqC_mqNvxq`@".utf8, decimals: 5) == line)
  }

  /// The example of OSRM's documentation: three places in Berlin.
  @Test func theCoordinatesOfOsrmsExampleAreRead() throws {
    let line = try #require(Polyline.decode("ofp_Ik_vpAilAyu@te@g`E".utf8, decimals: 5))
    let told = [(13.38886, 52.51704), (13.39763, 52.52941), (13.42855, 52.52322)]
    #expect(line.count == 3)
    for (place, expected) in zip(line, told) {
      #expect(abs(place.x - expected.0) < 1e-9 && abs(place.y - expected.1) < 1e-9)
    }
  }

  @Test(arguments: Seed.hundred.prefix(20), [5, 6]) func whatIsWrittenIsRead(seed: Seed, decimals: Int) throws {
    var random = seed
    let scale = decimals == 5 ? 1e5 : 1e6
    let line = (0..<50).map { _ in
      Coordinate(
        longitude: (Double.random(in: -180...180, using: &random) * scale).rounded() / scale,
        latitude: (Double.random(in: -90...90, using: &random) * scale).rounded() / scale)
    }
    #expect(Polyline.decode(Polyline.encode(line, decimals: decimals), decimals: decimals) == line)
  }

  @Test(arguments: ["_p~iF", "_p~iF~ps|", "_p iF~ps|U", "~~~~~~~~~~~~~~~~?"]) func whatIsNoLineIsRefused(text: String) {
    #expect(Polyline.decode(text.utf8, decimals: 5) == nil)
  }
}
