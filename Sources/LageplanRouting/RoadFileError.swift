/// What is wrong with a file of roads.
public enum RoadFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// It cannot be opened, read or written; `reason` in the system's words.
  case system(path: String, action: String, reason: String)
  /// It is something else.
  case notRoads(path: String)
  /// It was written by another version of the program.
  case version(path: String, found: Int, known: Int)
  /// It is not as it was written: `what` says how one can tell.
  case damaged(path: String, what: String)

  public var description: String {
    switch self {
    case .system(let path, let action, let reason): "cannot \(action) the roads in \(path): \(reason)"
    case .notRoads(let path):
      "\(path) holds no roads: move it away, then run `lageplan roads import FILE.osm.pbf --database DATABASE`"
    case .version(let path, let found, let known):
      "\(path) has version \(found) of the form of roads, this program knows version \(known): import the extract again with "
        + "`lageplan roads import FILE.osm.pbf --database DATABASE`"
    case .damaged(let path, let what):
      "\(path) is damaged (\(what)): import the extract again with `lageplan roads import FILE.osm.pbf --database DATABASE`"
    }
  }
}
