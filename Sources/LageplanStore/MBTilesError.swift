/// What can be wrong with an MBTiles file, told so that a person can act.
public enum MBTilesError: Error, Hashable, Sendable {
  /// Not there, or not to be opened or written; `reason` is the system's word.
  case unusable(path: String, reason: String)
  /// An SQLite file without what MBTiles asks for, or no SQLite file at all.
  case notMBTiles(path: String, reason: String)
  case fileExists(path: String)
  /// SQLite failed on the way.
  case failed(path: String, reason: String)
}

extension MBTilesError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unusable(let path, let reason): "\(path) cannot be used: \(reason)"
    case .notMBTiles(let path, let reason): "\(path) is no MBTiles file: \(reason)"
    case .fileExists(let path): "\(path) is there already: name another file, or replace it with --force."
    case .failed(let path, let reason): "\(path): \(reason)"
    }
  }

  init(_ error: any Error, path: String) {
    self =
      switch error {
      case let error as MBTilesError: error
      case StoreError.fileUnusable(_, let reason): .unusable(path: path, reason: reason)
      case StoreError.database(let code, let message, let doing):
        .failed(path: path, reason: "\(message) (SQLite code \(code)) while \(doing)")
      default: .failed(path: path, reason: "\(error)")
      }
  }
}
