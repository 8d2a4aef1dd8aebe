import HTTPTypes
import LageplanFeatures
import LageplanGeometry
import LageplanStore
import LageplanTiles
import Testing

@testable import LageplanServer

/// Tile matrix sets and tile sets over HTTP, in the test town.
@Suite struct TileSetEndpointTests {
  private func relations(_ document: JSONValue) -> [String] { document["links"]?.array?.compactMap { $0["rel"]?.text } ?? [] }

  private func link(_ relation: String, of document: JSONValue) -> String? {
    document["links"]?.array?.first { $0["rel"]?.text == relation }?["href"]?.text
  }

  @Test func listsNameEveryTileMatrixSet() async throws {
    try await TestService.with(TestTown.fill) { service in
      let sets = try await service.get("/tileMatrixSets").json
      let names = sets["tileMatrixSets"]?.array?.compactMap { $0["id"]?.text }
      #expect(names == ["WebMercatorQuad", "AdV_25832", "AdV_25833", "WorldCRS84Quad"])
      for path in ["/tiles", "/collections/parks/tiles"] {
        let list = try await service.get(path).json
        let tileSets = try #require(list["tilesets"]?.array)
        #expect(tileSets.count == 4)
        for tileSet in tileSets {
          let own = try #require(link("self", of: tileSet)).replacing("http://town.example:8080", with: "")
          #expect(own.hasPrefix(path + "/"))
          #expect(try await service.get(own).status == 200)
          let scheme = try #require(link(TileSetDocuments.tilingScheme, of: tileSet))
          let set = try await service.get(scheme.replacing("http://town.example:8080", with: "")).json
          #expect(set["crs"] == tileSet["crs"])
        }
      }
    }
  }

  /// The tiles of the dataset are those of its collections, by whichever address one asks.
  @Test func everyAddressGivesTheSameTile() async throws {
    try await TestService.with(TestTown.fill) { service in
      let alias = try await service.get("/tiles/playgrounds,parks/10/542/336.mvt")
      #expect(alias.status == 200)
      let selected = try await service.get("/tiles/WebMercatorQuad/10/336/542?collections=playgrounds,parks")
      #expect(selected.body == alias.body)
      let turned = try await service.get("/tiles/WebMercatorQuad/10/336/542?collections=parks,playgrounds")
      #expect(try MvtDecoder.decode(turned.body).layers.map(\.name) == ["parks", "playgrounds"])
      let all = try await service.get("/tiles/WebMercatorQuad/10/336/542")
      #expect(try MvtDecoder.decode(all.body).layers.map(\.name) == ["equipment", "parks", "playgrounds"])
    }
  }

  /// A place is in the tile that the grid's own reckoning names, in each of the sets.
  @Test(arguments: TileMatrixSet.all) func everySetHasTheTileOfAPlace(set: TileMatrixSet) async throws {
    try await TestService.with(TestTown.fill) { service in
      let place = try CoordinateTransform(from: .crs84, to: set.crs).transform(TestTown.place(column: 2, row: 2))
      let tile = try #require(set.tile(at: place, matrix: 9))
      let path = "/collections/playgrounds/tiles/\(set.id)"
      let reply = try await service.get("\(path)/9/\(tile.row)/\(tile.column)?thinning=none")
      #expect(reply.status == 200)
      let names = try MvtDecoder.decode(reply.body).layers.flatMap(\.features).compactMap { $0["id"] }
      #expect(names.contains(.text("p22")))
      let limits = try #require(try await service.get(path).json["tileMatrixSetLimits"]?.array)
      let limit = try #require(limits.first { $0["tileMatrix"] == "9" })
      let edges = ["minTileRow", "maxTileRow", "minTileCol", "maxTileCol"].compactMap { limit[$0]?.integer.map(Int.init) }
      try #require(edges.count == 4)
      #expect(edges[0] <= tile.row && tile.row <= edges[1])
      #expect(edges[2] <= tile.column && tile.column <= edges[3])
    }
  }

  @Test func tileSetTellsItsLayersAndWhereTheyAre() async throws {
    try await TestService.with(TestTown.fill) { service in
      var parks = try service.application.store.descriptor(of: "parks")
      parks.attribution = "Grünflächenamt"
      parks.licence = "CC0-1.0"
      parks.minZoom = 8
      parks.maxZoom = 16
      parks.tiles = TileSettings(thinBelow: 12, statusProperty: "name", propertyMinZooms: ["name": 13])
      try service.application.store.updateCollection(parks)
      let set = try await service.get("/collections/parks/tiles/AdV_25832").json
      #expect(set["dataType"] == "vector")
      #expect(set["crs"] == "http://www.opengis.net/def/crs/EPSG/0/25832")
      // No register holds this set.
      #expect(set["tileMatrixSetURI"] == nil)
      #expect(set["attribution"] == "Grünflächenamt" && set["license"] == "CC0-1.0" && set["accessConstraints"] == "unclassified")
      let layer = try #require(set["layers"]?[0])
      #expect(layer["id"] == "parks" && layer["geometryDimension"] == 2)
      // Zooms 8 to 16 are the scales of levels 3 to 11.
      #expect(layer["minTileMatrix"] == "3" && layer["maxTileMatrix"] == "11")
      #expect(set["tileMatrixSetLimits"]?.array?.compactMap { $0["tileMatrix"]?.text } == (3...11).map(String.init))
      #expect(layer["propertiesSchema"]?["properties"]?["name"]?["type"] == "string")
      #expect(layer["tileSettings"]?["thinBelow"] == 12 && layer["tileSettings"]?["propertyMinZooms"]?["name"] == 13)
      // The park's corner at 10.705/52.405, as GDAL's gdaltransform places it in zone 32.
      let corner = set["boundingBox"]?["lowerLeft"]?.array?.compactMap(\.number) ?? []
      try #require(corner.count == 2)
      #expect(abs(corner[0] - 616_000) < 500 && abs(corner[1] - 5_807_400) < 500, "\(corner)")
      #expect(relations(set).contains(TileSetDocuments.tilingScheme))
      for relation in ["stylesheet", "preview", "http://www.opengis.net/def/rel/ogc/1.0/geodata"] {
        let path = try #require(link(relation, of: set)).replacing("http://town.example:8080", with: "")
        #expect(try await service.get(path).status == 200, "\(path)")
      }
      #expect(
        link("item", of: set) == "http://town.example:8080/collections/parks/tiles/AdV_25832/{tileMatrix}/{tileRow}/{tileCol}")
    }
  }

  @Test func aSelectionStaysOneInEveryLink() async throws {
    try await TestService.with(TestTown.fill) { service in
      let set = try await service.get("/tiles/WebMercatorQuad?collections=parks,equipment").json
      #expect(set["layers"]?.array?.compactMap { $0["id"]?.text } == ["parks", "equipment"])
      let links = set["links"]?.array?.filter { $0["href"]?.text?.contains("/tiles/WebMercatorQuad") == true } ?? []
      #expect(links.count == 5)
      #expect(links.allSatisfy { $0["href"]?.text?.contains("collections=parks,equipment") == true })
    }
  }

  @Test func tileJsonNamesEveryStateOfTheTilesAnew() async throws {
    try await TestService.with(TestTown.fill) { service in
      func template(_ path: String) async throws -> String {
        let document = try await service.get(path).json
        #expect(document["tilejson"] == "3.0.0")
        return try #require(document["tiles"]?[0]?.text)
      }
      let paths = [
        "/tiles/playgrounds,parks.json", "/tiles/WebMercatorQuad?collections=playgrounds,parks&f=tilejson",
        "/collections/parks/tiles/WebMercatorQuad?f=tilejson", "/tiles/WebMercatorQuad?f=tilejson",
      ]
      var before: [String] = []
      for path in paths { before.append(try await template(path)) }
      #expect(before[0] == before[1])
      var parks = try service.application.store.descriptor(of: "parks")
      parks.title = "Parks"
      try service.application.store.updateCollection(parks)
      for (path, old) in zip(paths, before) {
        let new = try await template(path)
        #expect(new != old)
        // Both lead to a tile.
        for template in [old, new] {
          let tile = template.replacing("http://town.example:8080", with: "").replacing("{z}", with: "10")
            .replacing("{x}", with: "542").replacing("{y}", with: "336")
          #expect(try await service.get(tile).status == 200, "\(tile)")
        }
      }
    }
  }

  @Test func tileJsonTakesWhatItsTilesTake() async throws {
    try await TestService.with(TestTown.fill) { service in
      let document = try await service.get("/tiles/playgrounds.json?filter=area%3E300&properties=name&thinning=none").json
      let template = try #require(document["tiles"]?[0]?.text)
      #expect(template.contains("filter=area%3E300&properties=name&thinning=none&v="))
      let tile = template.replacing("http://town.example:8080", with: "").replacing("{z}", with: "10").replacing(
        "{x}", with: "542"
      )
      .replacing("{y}", with: "336")
      let drawn = try MvtDecoder.decode(try await service.get(tile).body).layers.flatMap(\.features)
      #expect(!drawn.isEmpty && drawn.allSatisfy { $0["area"] == nil && $0["name"] != nil })
      #expect(try await service.get("/tiles/playgrounds.json?filter=size%3E300").status == 400)
      #expect(try await service.get("/tiles/playgrounds.json?colour=red").status == 400)
    }
  }

  /// A collection that comes later is in the tiles of the dataset at once.
  @Test func tilesOfTheDatasetHaveEveryCollection() async throws {
    try await TestService.with(TestTown.fill) { service in
      let path = "/tiles/WebMercatorQuad/10/336/542"
      let names = { (reply: TestService.Reply) in try MvtDecoder.decode(reply.body).layers.map(\.name) }
      #expect(try names(try await service.get(path)) == ["equipment", "parks", "playgrounds"])
      #expect(try names(try await service.get(path)) == ["equipment", "parks", "playgrounds"])
      let benches = CollectionDescriptor(
        id: "benches", title: "Bänke", geometryKind: .point, storageCrs: .crs84, schema: Schema())
      var rest = [Feature(id: "b", geometry: .point(TestTown.place(column: 1, row: 1)), values: [])][...]
      _ = try service.application.store.importFeatures(into: benches) { rest.popFirst() }
      #expect(try names(try await service.get(path)) == ["benches", "equipment", "parks", "playgrounds"])
    }
  }

  @Test func tilesOutsideOfTheLimitsAreNotThereAndEmptyOnesInsideAre() async throws {
    try await TestService.with(TestTown.fill) { service in
      let path = "/collections/playgrounds/tiles/WebMercatorQuad"
      #expect(try await service.get("\(path)/10/0/0").status == 404)
      // Between the playgrounds, a hundredth of a degree apart, lies nothing.
      let between = try CoordinateTransform(from: .crs84, to: .webMercator)
        .transform(Coordinate(longitude: 10.715, latitude: 52.415))
      let tile = try #require(TileMatrixSet.webMercatorQuad.tile(at: between, matrix: 18))
      #expect(try await service.get("\(path)/18/\(tile.row)/\(tile.column)").status == 204)
      // For web maps every tile of the grid is there.
      #expect(try await service.get("/tiles/playgrounds/10/0/0.mvt").status == 204)
    }
  }

  @Test func aCollectionWithoutPlacesHasNoLimits() async throws {
    try await TestService.with { store in
      let plain = CollectionDescriptor(id: "plain", title: "Ohne Ort", geometryKind: .point, storageCrs: .utm32, schema: Schema())
      var rest = [Feature(id: "a", geometry: nil, values: [])][...]
      _ = try store.importFeatures(into: plain) { rest.popFirst() }
    } _: { service in
      let set = try await service.get("/collections/plain/tiles/AdV_25832").json
      #expect(set["tileMatrixSetLimits"] == nil && set["boundingBox"] == nil && set["centerPoint"] == nil)
      #expect(try await service.get("/collections/plain/tiles/AdV_25832/3/1/1").status == 204)
    }
  }
}

/// `subset` as the other spelling of `datetime`.
@Suite struct TileSubsetTests {
  @Test(
    arguments: [
      (#"datetime("2026-01-01":"2026-12-31")"#, "2026-01-01/2026-12-31"), (#"datetime(*:"2026-12-31")"#, "../2026-12-31"),
      (#"datetime("2026-01-01T10:00:00Z":*)"#, "2026-01-01T10:00:00Z/.."), (#"datetime("2026-01-01")"#, "2026-01-01"),
      ("datetime(*:*)", nil),
    ] as [(String, String?)])
  func subsetSaysTheSameAsDatetime(subset: String, datetime: String?) throws {
    #expect(try TileSubset(subset).datetime == datetime)
  }

  @Test(arguments: [
    "", "datetime", "datetime()", "datetime(*)", "datetime(2026-01-01)", #"datetime("2026-01-01""#, #"Lat("2026-01-01")"#,
    #"datetime("2026-01-01":)"#, #"datetime("2026-01-01":"2026-01-02":"2026-01-03")"#, #"datetime("../2026-01-01")"#,
    #"datetime("2026-01-01"),Lat(3)"#,
  ])
  func whatIsNoSubsetIsRefused(subset: String) {
    #expect(throws: Problem.self) { try TileSubset(subset) }
  }

  @Test func aTileIsCutToItsTime() async throws {
    try await TestService.with(TestTown.fill) { service in
      let path = "/collections/playgrounds/tiles/WebMercatorQuad/10/336/542"
      let ids = { (reply: TestService.Reply) in
        try MvtDecoder.decode(reply.body).layers.flatMap(\.features).compactMap { $0["id"] }
      }
      let all = try ids(try await service.get("\(path)?thinning=none"))
      // Opened in February 2001 are those of column 2; those of column 0 have no date.
      let asked = "datetime=2001-02-01/2001-02-28"
      let cut = try ids(try await service.get("\(path)?thinning=none&\(asked)"))
      #expect(cut.contains(.text("p22")) && !cut.contains(.text("p33")) && cut.count < all.count)
      let subset = "subset=datetime(%222001-02-01%22:%222001-02-28%22)"
      #expect(try ids(try await service.get("\(path)?thinning=none&\(subset)")) == cut)
      let dataset = "/tiles/WebMercatorQuad/10/336/542?collections=playgrounds&thinning=none&\(subset)"
      #expect(try ids(try await service.get(dataset)) == cut)
      #expect(try await service.get("\(path)?\(subset)&\(asked)").status == 400)
    }
  }
}
