import ArgumentParser
import LageplanFeatures
import LageplanGeometry
import LageplanStore

/// `lageplan collections`: what the database holds, and how it is described.
struct CollectionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collections",
    abstract: "List, describe and drop the collections of the database.",
    subcommands: [ListCollections.self, DescribeCollection.self, DropCollection.self],
    defaultSubcommand: ListCollections.self)

  struct ListCollections: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the collections with their numbers of features.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var output: OutputOption

    func run() throws {
      let store = try database.openForReading()
      defer { store.close() }
      let collections = try store.collections()
      if output.json {
        var writer = JSONWriter()
        writer.beginArray()
        for collection in collections { collection.write(to: &writer) }
        writer.endArray()
        try Terminal.write(writer.bytes + [UInt8(ascii: "\n")])
      } else {
        try Terminal.write(Array(Self.table(of: collections).utf8))
      }
    }

    static func table(of collections: [CollectionDescriptor]) -> String {
      guard !collections.isEmpty else {
        return "No collections yet. Bring some in with `lageplan import`, or try `lageplan demo`.\n"
      }
      let rows = collections.map { collection in
        [
          collection.id, String(collection.featureCount), collection.geometryKind.map { "\($0)" } ?? "mixed",
          collection.storageCrs.name, collection.isPublic ? "public" : "not public", collection.title,
        ]
      }
      let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
      return rows.map { row in
        let cells = row.enumerated().map { column, cell in
          let padding = String(repeating: " ", count: widths[column] - cell.count)
          // Numbers stand under one another; the last column needs no padding.
          return column == 1 ? padding + cell : column == row.count - 1 ? cell : cell + padding
        }
        return cells.joined(separator: "  ") + "\n"
      }.joined()
    }
  }

  struct DescribeCollection: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set",
      abstract: "Change the description of a collection.",
      discussion: "Only what is named changes; an empty text takes a setting away.")

    enum Visibility: String, EnumerableFlag {
      case shown = "public"
      case hidden = "not-public"

      static func name(for value: Visibility) -> NameSpecification { .customLong(value.rawValue) }

      static func help(for value: Visibility) -> ArgumentHelp? {
        switch value {
        case .shown: "Show the collection to everybody."
        case .hidden: "Show it over HTTP to holders of a token only; the commands still see it."
        }
      }
    }

    @OptionGroup var database: DatabaseOption
    @OptionGroup var output: OutputOption

    @Argument(help: "The collection's id.")
    var collection: String

    @Option(help: "The name for people.")
    var title: String?
    @Option(help: "What the collection is, in a sentence or two.")
    var description: String?
    @Option(help: "Keywords, with commas between.")
    var keywords: String?
    @Option(help: "The licence: an SPDX id or a URL.")
    var licence: String?
    @Option(help: "Who is to be named as the source.")
    var attribution: String?
    @Option(help: "The first zoom at which tiles are served.")
    var minZoom: Int?
    @Option(help: "The last zoom at which tiles are served.")
    var maxZoom: Int?
    @Flag var visibility: Visibility?
    @Option(name: .customLong("property-title"), help: ArgumentHelp("What to call a property.", valueName: "name=title"))
    var propertyTitles: [String] = []
    @Option(name: .customLong("property-unit"), help: ArgumentHelp("A property's unit, as UCUM code.", valueName: "name=unit"))
    var propertyUnits: [String] = []
    @Option(
      name: .customLong("reference"),
      help: ArgumentHelp("The collection whose ids a property holds.", valueName: "name=collection"))
    var references: [String] = []

    func validate() throws {
      let texts = [title, description, keywords, licence, attribution].compactMap { $0 }
      let lists = propertyTitles + propertyUnits + references
      guard !texts.isEmpty || minZoom != nil || maxZoom != nil || visibility != nil || !lists.isEmpty else {
        throw ValidationError("Nothing to change. Name a setting, such as --title.")
      }
      for entry in lists where !entry.contains("=") {
        throw ValidationError("`\(entry)` is no NAME=VALUE.")
      }
      if title?.isEmpty == true { throw ValidationError("A collection needs a title.") }
    }

    func run() throws {
      let store = try Store(path: database.path, readers: 1)
      defer { store.close() }
      var descriptor = try store.described(collection)
      if let title { descriptor.title = title }
      if let description { descriptor.description = description.isEmpty ? nil : description }
      if let keywords { descriptor.keywords = Self.list(keywords) }
      if let licence { descriptor.licence = licence.isEmpty ? nil : licence }
      if let attribution { descriptor.attribution = attribution.isEmpty ? nil : attribution }
      if let minZoom { descriptor.minZoom = minZoom }
      if let maxZoom { descriptor.maxZoom = maxZoom }
      if let visibility { descriptor.isPublic = visibility == .shown }
      try change(propertyTitles, of: &descriptor) { $0.title = $1 }
      try change(propertyUnits, of: &descriptor) { $0.unit = $1 }
      let known = try store.collections().map(\.id)
      try change(references, of: &descriptor) { property, target in
        if let target, !known.contains(target) {
          throw CommandFailure("There is no collection \(target) to refer to. Known: \(known.joined(separator: ", ")).")
        }
        property.reference = target
      }
      try store.updateCollection(descriptor)
      if output.json {
        var writer = JSONWriter()
        try store.described(collection).write(to: &writer)
        try Terminal.write(writer.bytes + [UInt8(ascii: "\n")])
      } else {
        try Terminal.write(Array("\(collection): description changed\n".utf8))
      }
    }

    private func change(
      _ entries: [String], of descriptor: inout CollectionDescriptor, _ apply: (inout PropertyDefinition, String?) throws -> Void
    ) throws {
      for entry in entries {
        // Names may hold `=`: the longest one that the collection has is meant.
        let splits = entry.indices.filter { entry[$0] == "=" }.reversed()
        let split = splits.first { descriptor.schema.index(of: String(entry[..<$0])) != nil }
        guard let split, let index = descriptor.schema.index(of: String(entry[..<split])) else {
          let names = descriptor.schema.properties.map(\.name).joined(separator: ", ")
          throw CommandFailure("`\(entry)` names no property of \(collection). It has: \(names).")
        }
        let value = String(entry[entry.index(after: split)...])
        try apply(&descriptor.schema.properties[index], value.isEmpty ? nil : value)
      }
    }

    private static func list(_ text: String) -> [String] {
      text.split(separator: ",").map { String($0.trimmingPrefix(while: \.isWhitespace)) }.filter { !$0.isEmpty }
    }
  }

  struct DropCollection: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "drop",
      abstract: "Delete a collection with all its features.",
      discussion: "There is no way back but a copy: see `lageplan backup`.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var output: OutputOption

    @Argument(help: "The collection's id.")
    var collection: String

    func run() throws {
      let store = try Store(path: database.path, readers: 1)
      defer { store.close() }
      let features = try store.described(collection).featureCount
      try store.dropCollection(collection)
      if output.json {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("dropped", collection)
        writer.member("features", features)
        writer.endObject()
        try Terminal.write(writer.bytes + [UInt8(ascii: "\n")])
      } else {
        try Terminal.write(Array("\(collection): dropped, with \(features) features\n".utf8))
      }
    }
  }
}

extension Store {
  /// The description of a collection, or a failure that names those there are.
  fileprivate func described(_ collection: String) throws -> CollectionDescriptor {
    do {
      return try descriptor(of: collection)
    } catch FeatureError.unknownCollection {
      let known = try collections().map(\.id).joined(separator: ", ")
      throw CommandFailure("There is no collection \(collection). Known: \(known.isEmpty ? "none" : known).")
    }
  }
}

extension CollectionDescriptor {
  /// One object with all that is known.
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("id", id)
    writer.member("title", title)
    if let description { writer.member("description", description) }
    writer.key("keywords")
    writer.beginArray()
    for keyword in keywords { writer.value(keyword) }
    writer.endArray()
    if let licence { writer.member("licence", licence) }
    if let attribution { writer.member("attribution", attribution) }
    writer.member("geometryKind", geometryKind.map { "\($0)" } ?? "mixed")
    writer.member("storageCrs", storageCrs.uri)
    writer.member("featureCount", featureCount)
    writer.member("dataVersion", Int(dataVersion))
    if let extent {
      writer.key("extent")
      writer.beginArray()
      for bound in [extent.minX, extent.minY, extent.maxX, extent.maxY] { writer.value(bound) }
      writer.endArray()
    }
    if let temporalExtent {
      writer.key("temporalExtent")
      writer.beginArray()
      writer.value(temporalExtent.start)
      writer.value(temporalExtent.end)
      writer.endArray()
    }
    writer.member("minZoom", minZoom)
    writer.member("maxZoom", maxZoom)
    writer.member("public", isPublic)
    writer.key("properties")
    writer.beginArray()
    for property in schema.properties {
      writer.beginObject()
      writer.member("name", property.name)
      writer.member("type", property.kind.rawValue)
      if let title = property.title { writer.member("title", title) }
      if let unit = property.unit { writer.member("unit", unit) }
      if let reference = property.reference { writer.member("reference", reference) }
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }
}
