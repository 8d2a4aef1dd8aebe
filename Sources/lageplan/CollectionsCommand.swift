import ArgumentParser
import LageplanFeatures
import LageplanGeometry
import LageplanStore

/// `lageplan collections`: what the database holds, and how it is described.
struct CollectionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collections",
    abstract: "List, show, describe and drop the collections of the database.",
    subcommands: [ListCollections.self, ShowCollection.self, DescribeCollection.self, DropCollection.self],
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
        try Terminal.write(JSONValue.array(collections.map(\.document)).jsonLine)
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

  struct ShowCollection: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show the description of a collection, and how it is drawn into tiles.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var output: OutputOption

    @Argument(help: "The collection's id.")
    var collection: String

    func run() throws {
      let store = try database.openForReading()
      defer { store.close() }
      let descriptor = try store.described(collection)
      try Terminal.write(output.json ? descriptor.document.jsonLine : Array(descriptor.lines.utf8))
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
    @OptionGroup(title: "Tiles") var tiles: TileOptions
    @Option(name: .customLong("property-title"), help: ArgumentHelp("What to call a property.", valueName: "name=title"))
    var propertyTitles: [String] = []
    @Option(name: .customLong("property-unit"), help: ArgumentHelp("A property's unit, as UCUM code.", valueName: "name=unit"))
    var propertyUnits: [String] = []
    @Option(
      name: .customLong("reference"),
      help: ArgumentHelp("The collection whose ids a property holds.", valueName: "name=collection"))
    var references: [String] = []

    func validate() throws {
      let lists = propertyTitles + propertyUnits + references
      for entry in lists where !entry.contains("=") {
        throw ValidationError("`\(entry)` is no NAME=VALUE.")
      }
      if title?.isEmpty == true { throw ValidationError("A collection needs a title.") }
    }

    func run() throws {
      // Not in `validate`, which comes before the search for misspelt options.
      let texts = [title, description, keywords, licence, attribution].compactMap { $0 }
      let lists = propertyTitles + propertyUnits + references
      guard !texts.isEmpty || minZoom != nil || maxZoom != nil || visibility != nil || !lists.isEmpty || tiles.change else {
        throw ValidationError("Nothing to change. Name a setting, such as --title.")
      }
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
      try tiles.apply(to: &descriptor)
      try store.updateCollection(descriptor)
      if output.json {
        try Terminal.write(try store.described(collection).document.jsonLine)
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
  func described(_ collection: String) throws -> CollectionDescriptor {
    do {
      return try descriptor(of: collection)
    } catch FeatureError.unknownCollection {
      let known = try collections().map(\.id).joined(separator: ", ")
      throw CommandFailure("There is no collection \(collection). Known: \(known.isEmpty ? "none" : known).")
    }
  }
}
