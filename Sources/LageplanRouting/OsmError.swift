/// Why OpenStreetMap data cannot be read. `offset` is a place in the file, in bytes from its start.
public enum OsmError: Error, Equatable, Sendable, CustomStringConvertible {
  case cannotRead(path: String, reason: String)
  case notPbf(path: String, found: String)
  case endsEarly(path: String, offset: Int, needed: Int, left: Int)
  case unknownFeature(path: String, feature: String)
  case broken(path: String, offset: Int, reason: String)
  case tooLarge(what: String, limit: Int)
  case cancelled

  public var description: String {
    switch self {
    case .cannotRead(let path, let reason):
      "\(path) cannot be read: \(reason)."
    case .notPbf(let path, let found):
      """
      \(path) is not an OpenStreetMap PBF file: \(found). Wanted is a file such as town.osm.pbf; `osmium cat town.osm -o town.osm.pbf` \
      makes one from other forms of OpenStreetMap data.
      """
    case .endsEarly(let path, let offset, let needed, let left):
      """
      \(path) ends early: at byte \(offset), \(needed) bytes should follow, \(left) are left. The download was probably cut off: \
      fetch the file again.
      """
    case .unknownFeature(let path, let feature):
      """
      \(path) demands of its reader the feature "\(feature)", which Lageplan does not know. Known are OsmSchema-V0.6 and DenseNodes; \
      a file with the history of the elements is made plain by `osmium time-filter`.
      """
    case .broken(let path, let offset, let reason):
      "\(path) is damaged in the block at byte \(offset): \(reason). Fetch the file again, or check it with `osmium fileinfo -e`."
    case .tooLarge(let what, let limit):
      "The data have more than \(limit) \(what), more than this program can number. Cut a smaller extract, with `osmium extract`."
    case .cancelled:
      "Stopped before the end."
    }
  }
}
