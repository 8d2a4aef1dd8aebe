import LageplanGeometry
import TestSupport
import Testing

struct GeometryCodecTests {
  @Test(arguments: Seed.hundred) func wkbRoundTripKeepsEverything(seed: Seed) throws {
    var random = RandomGeometry(seed: seed)
    for _ in 0..<20 {
      let geometry = random.geometry()
      #expect(try geometry.wkb().decoded(.wkb) == geometry)
    }
  }

  @Test(arguments: Seed.hundred) func spatiaLiteRoundTripKeepsEverything(seed: Seed) throws {
    var random = RandomGeometry(seed: seed)
    for _ in 0..<20 {
      let geometry = random.geometry()
      #expect(try geometry.spatiaLiteBlob(srid: 25832).decoded(.spatiaLite) == geometry)
    }
  }

  @Test(arguments: Seed.hundred) func reusedGeometryHoldsOnlyTheLastOne(seed: Seed) throws {
    var random = RandomGeometry(seed: seed)
    var reused = Geometry(kind: .point)
    for _ in 0..<20 {
      let geometry = random.geometry()
      try geometry.wkb().asGeometry(.wkb) { try reused.decode($0) }
      #expect(reused == geometry)
    }
  }

  /// GEOS 3.11 knows x, y and z; it reads our bytes and gives them back in both byte orders, ISO and extended.
  @Test(arguments: Seed.hundred) func geosReadsAndWritesTheSameGeometry(seed: Seed) throws {
    let geos = GeosOracle()
    var random = RandomGeometry(seed: seed)
    for _ in 0..<10 {
      var geometry = random.geometry()
      // GEOS gives an empty geometry and a collection of mixed dimensions back in other words; those have their own examples.
      guard geometry.kind != .geometryCollection, !geometry.isEmpty else { continue }
      geometry.m = []
      for (bigEndian, extended) in [(false, false), (true, false), (false, true), (true, true)] {
        let bytes = try #require(geos.wkb(ofWkb: geometry.wkb(), bigEndian: bigEndian, extended: extended))
        #expect(try bytes.decoded(.wkb) == geometry)
      }
    }
  }

  @Test func sridOfExtendedWkbIsTold() throws {
    let bytes = try #require(GeosOracle().wkb(ofWkt: "POINT (1 2)", bigEndian: true, extended: true, srid: 25832))
    #expect(bytes.asGeometry(.wkb) { $0.srid } == 25832)
    #expect(try bytes.decoded(.wkb) == .point(Coordinate(x: 1, y: 2)))
  }

  @Test func collectionInCollectionIsRead() throws {
    let bytes = try #require(
      GeosOracle().wkb(ofWkt: "GEOMETRYCOLLECTION (POINT (1 2), GEOMETRYCOLLECTION (LINESTRING (1 2, 3 4)))", bigEndian: true))
    let inner = Geometry.geometryCollection([.lineString([Coordinate(x: 1, y: 2), Coordinate(x: 3, y: 4)])])
    #expect(try bytes.decoded(.wkb) == .geometryCollection([.point(Coordinate(x: 1, y: 2)), inner]))
  }

  /// Bytes written by SpatiaLite 5.0.1 (`hex(CompressGeometry(…))`, `hex(TinyPointEncode(…))`).
  @Test(arguments: [
    (
      "0001E8640000000000000000F03F0000000000000040000000000000F03F00000000000000407C01000000000000000000F03F0000000000000040FE",
      "POINT (1 2)", 25832
    ),
    ("0081E864000001000000000000F03F0000000000000040FE", "POINT (1 2)", 25832),
    ("0081E864000004000000000000F03F000000000000004000000000000008400000000000001040FE", "POINT ZM (1 2 3 4)", 25832),
    (
      "0001E6100000000000000000F03F0000000000000040000000000000164000000000000019407C42420F0003000000000000000000F03F"
        + "0000000000000040000000400000004000000000000016400000000000001940FE",
      "LINESTRING (1 2, 3 4, 5.5 6.25)", 4326
    ),
    (
      "0001E6100000000000000000F03F0000000000000040000000000000164000000000000019407CFA4D0F0003000000000000000000F03F0000"
        + "0000000000400000000000001C40000000000000F03F00000040000000400000803F000000000000004000000000000016400000000000001940"
        + "00000000000022400000000000000840FE",
      "LINESTRING ZM (1 2 7 1, 3 4 8 2, 5.5 6.25 9 3)", 4326
    ),
    (
      "0001E610000000000000000000000000000000000000000000000000164000000000000019407CFB4D0F000100000004000000000000000000"
        + "000000000000000000000000000000001C40000000000000F03F00004040000080400000803F000000000000004000002040000010400000803F"
        + "0000000000000840000000000000000000000000000000000000000000001C40000000000000F03FFE",
      "POLYGON ZM ((0 0 7 1, 3 4 8 2, 5.5 6.25 9 3, 0 0 7 1))", 4326
    ),
    (
      "000100000000000000000000F03F0000000000000040000000000000144000000000000018407C07000000020000006901000000000000000000"
        + "F03F00000000000000406902000000020000000000000000000840000000000000104000000000000014400000000000001840FE",
      "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (3 4, 5 6))", 0
    ),
    (
      "000100000000000000000000F03F0000000000000040000000000000104000000000000014407CEC0300000200000069E9030000000000000000"
        + "F03F0000000000000040000000000000084069E9030000000000000000104000000000000014400000000000001840FE",
      "MULTIPOINT Z ((1 2 3), (4 5 6))", 0
    ),
  ])
  func spatiaLitesOwnBytesAreRead(hex: String, wkt: String, srid: Int32) throws {
    let bytes = [UInt8](hex: hex)
    #expect(try bytes.decoded(.spatiaLite).wkt == wkt)
    #expect(bytes.asGeometry(.spatiaLite) { $0.srid } == srid)
    #expect(bytes.asGeometry(.spatiaLite) { $0.envelope() } == (try Geometry(wkt: wkt).envelope))
  }

  @Test func bigEndianBlobIsRead() throws {
    let point = "00" + "00" + "000064E8" + "3FF00000000000004000000000000000" + "3FF00000000000004000000000000000" + "7C"
    let bytes = [UInt8](hex: point + "00000001" + "3FF00000000000004000000000000000" + "FE")
    #expect(try bytes.decoded(.spatiaLite) == .point(Coordinate(x: 1, y: 2)))
    let tiny = [UInt8](hex: "0080000064E8" + "01" + "3FF00000000000004000000000000000" + "FE")
    #expect(try tiny.decoded(.spatiaLite) == .point(Coordinate(x: 1, y: 2)))
    #expect(tiny.asGeometry(.spatiaLite) { $0.point() } == Coordinate(x: 1, y: 2))
    #expect(bytes.asGeometry(.spatiaLite) { $0.point() } == Coordinate(x: 1, y: 2))
  }

  @Test(arguments: Seed.hundred) func envelopeWithoutDecodingIsTheEnvelope(seed: Seed) {
    var random = RandomGeometry(seed: seed)
    for _ in 0..<20 {
      let geometry = random.geometry()
      let expected: Envelope? = geometry.isEmpty ? nil : geometry.envelope
      #expect(geometry.wkb().asGeometry(.wkb) { $0.envelope() } == expected)
      #expect(geometry.spatiaLiteBlob(srid: 1).asGeometry(.spatiaLite) { $0.envelope() } == expected)
      let point = geometry.kind == .point ? geometry.coordinates.first : nil
      #expect(geometry.wkb().asGeometry(.wkb) { $0.point() } == point)
      #expect(geometry.spatiaLiteBlob(srid: 1).asGeometry(.spatiaLite) { $0.point() } == point)
      #expect(geometry.wkb().asGeometry(.wkb) { $0.kind } == geometry.kind)
      #expect(geometry.spatiaLiteBlob(srid: 1).asGeometry(.spatiaLite) { $0.kind } == geometry.kind)
    }
  }

  // MARK: Faults

  private func fault(_ hex: String, _ encoding: GeometryEncoding = .wkb) -> GeometryDecodingError? {
    do {
      _ = try [UInt8](hex: hex).decoded(encoding)
      return nil
    } catch {
      return error as? GeometryDecodingError
    }
  }

  @Test func faultsNameTheirByte() {
    #expect(fault("") == GeometryDecodingError(offset: 0, reason: .endsEarly(needed: 1, left: 0)))
    #expect(fault("02") == GeometryDecodingError(offset: 0, reason: .unknownByteOrder(2)))
    #expect(fault("0108000000") == GeometryDecodingError(offset: 1, reason: .unknownType(8)))
    #expect(fault("0101000000") == GeometryDecodingError(offset: 5, reason: .endsEarly(needed: 16, left: 0)))
    #expect(
      fault("0102000000FFFFFFFF") == GeometryDecodingError(offset: 5, reason: .countTooLarge(count: 4_294_967_295, possible: 0)))
    #expect(fault("01020000000000000000") == GeometryDecodingError(offset: 9, reason: .trailingBytes(1)))
    #expect(
      fault("01050000000100000001010000000000000000")
        == GeometryDecodingError(offset: 9, reason: .unexpectedMember(.point, in: .multiLineString)))
    #expect(
      fault("01ED0300000100000001" + "0200000000000000") == GeometryDecodingError(offset: 9, reason: .mixedDimensions))
    #expect(fault("01", .spatiaLite) == GeometryDecodingError(offset: 0, reason: .missingMark(expected: 0, found: 1)))
    #expect(fault("0002", .spatiaLite) == GeometryDecodingError(offset: 1, reason: .unknownByteOrder(2)))
  }

  @Test func nestingIsLimited() throws {
    let nested = String(repeating: "010700000001000000", count: 10_000) + "010700000000000000"
    #expect(fault(nested)?.reason == .tooDeep(limit: 32))
    #expect([UInt8](hex: nested).asGeometry(.wkb) { $0.envelope() } == nil)
  }

  @Test func failedDecodeLeavesAnEmptyPoint() throws {
    var geometry = Geometry.lineString([Coordinate(x: 1, y: 2), Coordinate(x: 3, y: 4)])
    let cut = Array(geometry.wkb().dropLast())
    #expect(throws: GeometryDecodingError.self) { try cut.asGeometry(.wkb) { try geometry.decode($0) } }
    #expect(geometry == Geometry(kind: .point))
  }

  /// 10,000 geometries with flipped, cut or doubled bytes: each is read or refused, none reads beyond its end.
  @Test(arguments: Seed.hundred) func mutatedBytesAreReadOrRefused(seed: Seed) {
    var seed = seed
    var random = RandomGeometry(seed: seed)
    for round in 0..<100 {
      let geometry = random.geometry()
      let encoding: GeometryEncoding = round.isMultiple(of: 2) ? .wkb : .spatiaLite
      var bytes = encoding == .wkb ? geometry.wkb() : geometry.spatiaLiteBlob(srid: 25832)
      for _ in 0...Int.random(in: 0..<4, using: &seed) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &seed)
        switch Int.random(in: 0..<4, using: &seed) {
        case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &seed)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &seed)
        case 2: bytes.removeSubrange(place...)
        default: bytes.insert(contentsOf: bytes[..<place], at: place)
        }
      }
      bytes.asGeometry(encoding) { lent in
        _ = lent.envelope()
        _ = lent.kind
        _ = lent.point()
        do {
          let result = try Geometry(decoding: lent)
          #expect(result.vertexCount <= bytes.count)
        } catch {
          #expect((error as? GeometryDecodingError).map { $0.offset <= bytes.count } == true)
        }
      }
    }
  }
}
