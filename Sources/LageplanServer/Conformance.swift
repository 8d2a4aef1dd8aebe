import LageplanFeatures

/// The conformance classes of the service. What is declared is what works, no more: clients choose their requests by this list.
enum Conformance {
  static func classes(isWritable: Bool) -> [String] {
    reading + (isWritable ? writing : [])
  }

  static func document(isWritable: Bool) -> JSONValue {
    ["conformsTo": .array(classes(isWritable: isWritable).map { .text($0) })]
  }

  private static let reading =
    of("ogcapi-common-1", ["core", "landing-page", "json", "html", "oas30"])
    + of("ogcapi-common-2", ["collections", "json", "html"])
    + of("ogcapi-features-1", ["core", "geojson", "html", "oas30"])
    + of("ogcapi-features-2", ["crs"])
    + of("ogcapi-features-3", ["filter", "features-filter", "queryables", "queryables-query-parameters"])
    + of(
      "cql2",
      [
        "cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison",
        "accent-insensitive-comparison", "basic-spatial-functions", "basic-spatial-functions-plus", "spatial-functions",
        "temporal-functions", "array-functions", "property-property", "functions", "arithmetic",
        // The draft's name of basic-spatial-functions: QGIS up to 3.34 sends spatial filters only where it stands.
        "basic-spatial-operators",
      ])
    + of(
      "ogcapi-tiles-1",
      [
        "core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets", "collections-selection", "datetime", "oas30",
        "mvt",
      ])
    + of(
      "tms", version: "2.0",
      [
        "tilematrixset", "json-tilematrixset", "tilematrixsetlimits", "json-tilematrixsetlimits", "tilesetmetadata",
        "json-tilesetmetadata",
      ])
    + of("ogcapi-features-5", ["schemas", "core-roles-features", "feature-references", "queryables", "sortables"])

  private static let writing =
    of("ogcapi-features-4", ["create-replace-delete", "update", "optimistic-locking-etags", "features"])
    + of("ogcapi-features-5", ["returnables-and-receivables"])

  private static func of(_ standard: String, version: String = "1.0", _ classes: [String]) -> [String] {
    classes.map { "http://www.opengis.net/spec/\(standard)/\(version)/conf/\($0)" }
  }
}
