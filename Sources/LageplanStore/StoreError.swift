/// What can go wrong with the database file, told so that a person can act.
public enum StoreError: Error, Hashable, Sendable {
  /// There is no file at `path`, and the mode does not make one.
  case fileMissing(path: String)
  /// A file that is there but cannot be opened, read or written; `reason` is the system's word.
  case fileUnusable(path: String, reason: String)
  /// A file that is no SQLite database, or one that Lageplan did not make.
  case notALageplanFile(path: String, reason: String)
  /// A file written by a later version of this program.
  case newerVersion(path: String, version: Int, known: Int)
  case invalidCollectionId(String)
  case collectionExists(String)
  /// `setting`: what of the description cannot be, or cannot be changed while there are features.
  case invalidDescription(collection: String, setting: String, remedy: String)
  /// Every reader is at work and the queue is full: ask again later.
  case busy(waiting: Int)
  /// A read took longer than it may.
  case tookTooLong(limit: Duration)
  /// The store has been closed.
  case closed
  /// The file has an older layout, and was to be opened for reading only.
  case olderVersion(path: String, version: Int, known: Int)
  /// The store was opened for reading only.
  case readOnly(path: String)
  /// The backup's target is there already.
  case fileExists(path: String)
  /// The backup's target must not be replaced by a copy; `reason` is why.
  case unfitTarget(path: String, reason: String)
  /// An edit, or a read of versions, names a feature that is not there. `position`: of the edit among all, from 0.
  case unknownFeature(id: String, collection: String, position: Int)
  /// A feature of this id is there already.
  case idTaken(id: String, collection: String, position: Int)
  /// The feature has changed since the editor saw it.
  case versionMismatch(id: String, collection: String, position: Int, expected: Int64, found: Int64)
  /// An edit that the collection cannot take.
  case unfitFeature(id: String, collection: String, position: Int, reason: String, remedy: String)
  /// The key came before with another request.
  case idempotencyConflict(key: String)
  /// Changes up to the cursor `oldest` have been cleared away: who has not seen them must read the collection anew.
  case changesPruned(asked: Int64, oldest: Int64)
  case tokenExists(String)
  case unknownToken(String)
  case invalidToken(name: String, reason: String, remedy: String)
  case unknownSource(String)
  case invalidSource(id: String, reason: String, remedy: String)
  case unknownTourPlan(String)
  /// A collection that shall take released tours lacks what they need.
  case unfitTourCollection(id: String, reason: String)
  /// Something in the bookkeeping tables that this program cannot have written.
  case damagedBookkeeping(what: String, value: String)
  /// SQLite refused a statement: `code` is its extended result code, `doing` what was being done.
  case database(code: Int32, message: String, doing: String)
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .fileMissing(let path):
      "No database at \(path). Name another with --database, or make one with `lageplan import` or `lageplan demo`."
    case .fileUnusable(let path, let reason):
      "The database \(path) cannot be used: \(reason). Check that the file and its folder may be read and written."
    case .notALageplanFile(let path, let reason):
      "\(path) is not a Lageplan database: \(reason). To bring its data in, make a new database with `lageplan import \(path)`."
    case .olderVersion(let path, let version, let known):
      "\(path) has version \(version) of the database layout; this program reads \(known). Open it once with a command that may write to it."
    case .newerVersion(let path, let version, let known):
      "\(path) has version \(version) of the database layout; this program knows \(known). Use a newer Lageplan."
    case .invalidCollectionId(let id):
      "`\(id)` is no collection id: use lower case letters, digits, - and _, starting with a letter, at most 64."
    case .collectionExists(let id):
      "The collection \(id) is there already."
    case .invalidDescription(let collection, let setting, let remedy):
      "\(collection): \(setting). \(remedy)"
    case .busy(let waiting):
      "All readers are busy and \(waiting) requests wait already. Ask again in a moment."
    case .tookTooLong(let limit):
      "The question took longer than \(limit.components.seconds) seconds. Narrow it: a smaller box, a simpler filter, fewer features."
    case .closed:
      "The database has been closed."
    case .readOnly(let path):
      "\(path) is open for reading only."
    case .fileExists(let path):
      "\(path) is there already. Name another file, or allow overwriting."
    case .unfitTarget(let path, let reason):
      "\(path) cannot be replaced by a copy: \(reason). Name another file."
    case .unknownFeature(let id, let collection, _):
      "\(collection) has no feature \(id). It may have been deleted; read the collection again."
    case .idTaken(let id, let collection, _):
      "\(collection) has a feature \(id) already. Leave the id out, or replace that feature."
    case .versionMismatch(let id, let collection, _, let expected, let found):
      """
      \(id) of \(collection) has changed since it was read: the edit is for version \(expected), the feature has \(found). \
      Read it again and repeat the edit.
      """
    case .unfitFeature(let id, let collection, let position, let reason, let remedy):
      "\(id.isEmpty ? "Edit \(position)" : id) does not fit into \(collection): \(reason). \(remedy)"
    case .idempotencyConflict(let key):
      "The key \(key) came before with another request. Give each request a key of its own."
    case .changesPruned(let asked, let oldest):
      "Changes after \(asked) are not kept any more; the oldest cursor is \(oldest). Read the collection anew and go on from there."
    case .tokenExists(let name):
      "There is a token \(name) already. Choose another name."
    case .unknownToken(let name):
      "There is no token \(name). List them with `lageplan token list`."
    case .invalidToken(let name, let reason, let remedy):
      "The token \(name) cannot be made: \(reason). \(remedy)"
    case .unknownSource(let id):
      "There is no source \(id). List them with `lageplan sources list`."
    case .invalidSource(let id, let reason, let remedy):
      "The source \(id) cannot be kept: \(reason). \(remedy)"
    case .unknownTourPlan(let id):
      "There is no tour plan \(id), or not this version of it. The list of plans names those that there are."
    case .unfitTourCollection(let id, let reason):
      "The collection \(id) cannot take released tours: \(reason). Rename it, or drop it to have it made anew."
    case .damagedBookkeeping(let what, let value):
      "\(what) is `\(value)`, which Lageplan cannot have written. Correct it, or restore a backup."
    case .database(let code, let message, let doing):
      "The database failed while \(doing): \(message) (SQLite code \(code))."
    }
  }
}
