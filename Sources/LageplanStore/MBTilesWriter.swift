import CSpatiaLite
import Foundation

/// Writes an MBTiles 1.3 file (https://github.com/mapbox/mbtiles-spec/blob/master/1.3/spec.md) while tiles come.
///
/// Equal bytes are stored once: `map` says which image a tile has, `images` holds them, and the view `tiles` joins both to the
/// table that the specification asks for. The file is written beside its target and moved there when it is whole on the disk;
/// dropped before that, nothing is left. Rows count from the north here and from the south in the file.
///
/// Belongs to one thread at a time.
public final class MBTilesWriter {
  public let path: String
  private let isReplacing: Bool
  private let draft: Draft
  private var connection: SQLiteConnection?
  private var images: [UInt64: [Int64]] = [:]
  private var imageCount: Int64 = 0
  /// Tiles appended, and different bytes among them.
  public private(set) var tileCount = 0
  public var contentCount: Int { Int(imageCount) }

  /// Throws `MBTilesError.fileExists` where something stands at `path` already, unless it `isReplacing`, and `unusable`.
  public init(path: String, isReplacing: Bool = false) throws(MBTilesError) {
    guard isReplacing || !FileManager.default.fileExists(atPath: path) else { throw .fileExists(path: path) }
    self.path = path
    self.isReplacing = isReplacing
    draft = Draft(besides: path)
    do {
      let connection = try SQLiteConnection(making: draft.path)
      try connection.execute(Self.layout)
      self.connection = connection
    } catch {
      throw MBTilesError(error, path: path)
    }
  }

  /// A draft that fails is thrown away, so nothing guards it against a power cut. The application id is the one registered for MBTiles.
  private static let layout = """
    PRAGMA page_size = 8192;
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA application_id = 0x4D504258;
    BEGIN;
    CREATE TABLE "metadata" ("name" TEXT, "value" TEXT);
    CREATE UNIQUE INDEX "metadata_name" ON "metadata" ("name");
    CREATE TABLE "images" ("tile_id" INTEGER PRIMARY KEY, "tile_data" BLOB NOT NULL);
    CREATE TABLE "map" (
      "zoom_level" INTEGER NOT NULL,
      "tile_column" INTEGER NOT NULL,
      "tile_row" INTEGER NOT NULL,
      "tile_id" INTEGER NOT NULL REFERENCES "images" ("tile_id"),
      PRIMARY KEY ("zoom_level", "tile_column", "tile_row")
    ) WITHOUT ROWID;
    CREATE VIEW "tiles" AS
      SELECT "map"."zoom_level", "map"."tile_column", "map"."tile_row", "images"."tile_data"
      FROM "map"
      JOIN "images" ON "images"."tile_id" = "map"."tile_id";
    """

  /// Appends the bytes of a tile, as its format asks for them: vector tiles as gzip. `row` counts from the north;
  /// `hash` is the same for equal bytes.
  public func append(_ bytes: [UInt8], hash: UInt64, zoom: Int, column: Int, row: Int) throws(MBTilesError) {
    guard let connection else { throw .failed(path: path, reason: "it has been finished already") }
    do {
      let image = try image(bytes, hash, connection)
      try connection.run(
        #"INSERT INTO "map" ("zoom_level", "tile_column", "tile_row", "tile_id") VALUES (?, ?, ?, ?)"#,
        [.integer(Int64(zoom)), .integer(Int64(column)), .integer(Int64((1 << zoom) - 1 - row)), .integer(image)])
      tileCount += 1
    } catch {
      throw MBTilesError(error, path: path)
    }
  }

  private func image(_ bytes: [UInt8], _ hash: UInt64, _ connection: SQLiteConnection) throws -> Int64 {
    for image in images[hash] ?? [] {
      // Equal hashes are a hint, equal bytes are the proof.
      let isEqual = try connection.withStatement(#"SELECT "tile_data" FROM "images" WHERE "tile_id" = ?"#) { statement in
        try statement.bind(.integer(image), at: 1)
        return try statement.step() && statement.bytes(0).elementsEqual(bytes)
      }
      if isEqual { return image }
    }
    imageCount += 1
    try connection.run(
      #"INSERT INTO "images" ("tile_id", "tile_data") VALUES (?, ?)"#, [.integer(imageCount), .blob(bytes)])
    images[hash, default: []].append(imageCount)
    return imageCount
  }

  /// Writes what the file tells of itself (section "Metadata") and puts it at its path. Nothing may be appended afterwards.
  public func finish(metadata: [(name: String, value: String)]) throws(MBTilesError) {
    guard let connection else { throw .failed(path: path, reason: "it has been finished already") }
    do {
      for (name, value) in metadata {
        try connection.run(#"INSERT INTO "metadata" ("name", "value") VALUES (?, ?)"#, [.text(name), .text(value)])
      }
      try connection.execute("COMMIT")
      try connection.execute("ANALYZE")
    } catch {
      throw MBTilesError(error, path: path)
    }
    self.connection = nil
    try draft.moveIntoPlace(isReplacing: isReplacing)
  }
}

/// The name of the file while it is written; dropped before it is moved, the file is removed.
private final class Draft {
  let path: String
  private let target: String
  private var isMoved = false

  init(besides target: String) {
    self.target = target
    path = "\(target).\(UUID().uuidString).partial"
  }

  deinit { if !isMoved { unlink(path) } }

  func moveIntoPlace(isReplacing: Bool) throws(MBTilesError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    guard descriptor >= 0, fsync(descriptor) == 0 else { throw failure() }
    guard isReplacing || access(target, F_OK) != 0 else { throw .fileExists(path: target) }
    guard rename(path, target) == 0 else { throw failure() }
    isMoved = true
  }

  private func failure() -> MBTilesError { .unusable(path: target, reason: String(cString: strerror(errno))) }
}
