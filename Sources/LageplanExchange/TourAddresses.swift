public import LageplanFeatures
public import LageplanPlanner

/// Where the objects of a plan stand, in the words of the register: what a tour sheet prints beside their names.
public enum TourAddresses {
  /// Reads the addresses of everything in the plan. A collection has them in a property `adresse` or `address`, or in parts: the street
  /// (`strasse`, `addr:street` …), the number, the code and the town. What has none is missing in the answer. `descriptors` are the collections that the caller may see.
  public static func read(
    _ plan: TourPlan, reader: some FeatureReading, descriptors: [CollectionDescriptor]
  ) throws -> [FeatureReference: String] {
    let features = plan.routes.flatMap { $0.stops.flatMap(\.features) } + plan.unassigned.map(\.feature)
    var addresses: [FeatureReference: String] = [:]
    for (collection, references) in Dictionary(grouping: features, by: \.collection) {
      guard let descriptor = descriptors.first(where: { $0.id == collection }), let columns = Columns(of: descriptor) else {
        continue
      }
      let query = FeatureQuery(
        collection: collection, ids: references.map(\.id), properties: .named(columns.names), geometry: false)
      try reader.forEachRow(matching: query) { row in
        var texts: [String] = []
        for (index, name) in columns.names.enumerated() {
          let kind = descriptor.schema[name]?.kind ?? .text
          texts.append(index < row.values.count ? row.values[index].value(as: kind).spelling ?? "" : "")
        }
        if let address = columns.address(texts) {
          addresses[FeatureReference(collection: collection, id: String(decoding: row.id, as: UTF8.self))] = address
        }
        return .next
      }
    }
    return addresses
  }

  /// The properties of a collection that make an address.
  private struct Columns {
    /// Street, number, code, town; of a whole address only the first.
    private let parts: [String?]
    var names: [String] { parts.compactMap { $0 } }

    init?(of descriptor: CollectionDescriptor) {
      func first(_ words: [String]) -> String? {
        let properties = descriptor.schema.properties.map(\.name)
        return words.lazy.compactMap { word in properties.first { $0.lowercased() == word } }.first
      }
      if let whole = first(["adresse", "address", "anschrift", "lage"]) {
        parts = [whole, nil, nil, nil]
      } else if let street = first(["addr:street", "strasse", "straße", "street", "strassenname"]) {
        parts = [
          street, first(["addr:housenumber", "hausnummer", "housenumber", "hausnr"]),
          first(["addr:postcode", "plz", "postcode"]),
          first(["addr:city", "ort", "city"]),
        ]
      } else {
        return nil
      }
    }

    /// `Hauptstraße 5, 69117 Heidelberg`; `nil` where there is no street.
    func address(_ texts: [String]) -> String? {
      var texts = texts.makeIterator()
      let values = parts.map { $0 == nil ? "" : texts.next() ?? "" }
      guard !values[0].isEmpty else { return nil }
      func joined(_ words: ArraySlice<String>, by separator: String) -> String {
        words.filter { !$0.isEmpty }.joined(separator: separator)
      }
      return joined([joined(values[0...1], by: " "), joined(values[2...3], by: " ")], by: ", ")
    }
  }
}
