import Foundation
import LageplanExchange
public import LageplanFeatures
public import LageplanStore

/// Runs sources: fetches one, takes it as a difference into its collection, and keeps what became of it.
///
/// Everything is fetched before the database is written, so nobody waits for a slow service. What goes wrong is a report, not an error.
public struct SourceRunner: Sendable {
  /// How a run ended.
  public enum Status: String, Sendable, CaseIterable {
    /// The collection is as the source has it.
    case ok
    /// The source has not changed since the last time, nor has the collection: it was not read.
    case unchanged
    /// What came was not taken, as a whole.
    case refused
    case failed

    /// The collection is as the source has it.
    public var isGood: Bool { self == .ok || self == .unchanged }
  }

  public var store: Store
  public var town: TownTime
  /// Takes a delivery however much smaller it is.
  public var acceptsShrink = false
  public var isCancelled: @Sendable () -> Bool

  public init(store: Store, town: TownTime, isCancelled: @escaping @Sendable () -> Bool = { false }) {
    self.store = store
    self.town = town
    self.isCancelled = isCancelled
  }

  /// Runs the source now, and keeps the report.
  ///
  /// Throws `FetchError.cancelled` where the run was cancelled: that says nothing about the source, so no run is noted and it stays due.
  /// Otherwise throws only what keeps the report from being kept.
  public func run(_ source: StoredSource) throws -> SourceRun {
    let started = Instant.now
    var report = SourceReport()
    let status: Status
    do {
      status = try run(source, into: &report)
    } catch let refusal as CollectionImport.Refusal {
      status = .refused
      report.reason = "\(refusal)"
    } catch  where isCancelled() {
      throw FetchError.cancelled
    } catch {
      status = .failed
      report.reason = "\(error)"
    }
    report.failures = status.isGood ? 0 : (SourceReport(source.lastReport).failures + 1)
    if !status.isGood { report.state = SourceReport(source.lastReport).state }
    let run = SourceRun(
      source: source.id, started: started, ended: .now, status: status.rawValue, report: report.json.json)
    try store.noteRun(run)
    return run
  }

  private func run(_ source: StoredSource, into report: inout SourceReport) throws -> Status {
    guard let kind = SourceKind(rawValue: source.kind) else {
      throw SourceSettings.Fault(description: "\(source.kind) is no kind of source.")
    }
    let settings = try SourceSettings(try JSONValue(parsing: source.settings))
    let last = SourceReport(source.lastReport).state
    let known = try store.collections().first { $0.id == source.collection }
    // A file that has not changed is read again all the same where the collection was edited or the source described anew.
    let isSettled = last.settings == source.settings && last.address == source.address && last.version == known?.dataVersion
    let fetched = try settings.request(kind: kind, address: source.address).fetch(
      limits: settings.limits, since: isSettled ? last.file : SourceState(), town: town, isCancelled: isCancelled)
    report.requests = fetched.requests
    report.bytes = fetched.bytes
    report.state = SourceReport.State(
      file: fetched.state, settings: source.settings, address: source.address, version: known?.dataVersion)
    guard let records = fetched.source else { return .unchanged }

    var reading = try settings.importSettings(for: kind, town: town)
    reading.existing = try CollectionImport.existingKinds(of: source.collection, in: store)
    let delivery = try Delivery([records], settings: reading)
    var work = CollectionImport(
      into: source.collection,
      options: ImportOptions(
        mode: settings.keepsMissing ? .merge : .replace, ignoring: Set(settings.ignored), actor: "source \(source.id)"))
    work.smallestShare = acceptsShrink ? nil : settings.smallestShare
    work.isCancelled = isCancelled
    work.description.title = settings.title ?? source.collection
    work.description.isPublic = !settings.isHidden
    work.description.licence = settings.licence
    work.description.attribution = settings.attribution
    var taken = try work.run(delivery, into: store)
    taken.warnings = fetched.notes + taken.warnings
    report.taken = taken.json
    report.summary = taken.summary
    report.state.version = try? store.dataVersion(of: source.collection)
    if taken.read > 0, taken.rejected.count == taken.read {
      report.reason = "no record could be taken: \(taken.rejected.first?.reason ?? "")"
      return .refused
    }
    return .ok
  }
}

/// What is kept of one run.
public struct SourceReport: Sendable {
  /// By what the next run sees whether anything has changed.
  struct State: Hashable {
    var file = SourceState()
    var settings: String?
    var address: String?
    var version: Int64?
  }

  /// One line: what came and what became of it.
  public internal(set) var summary: String?
  /// Why nothing was taken.
  public internal(set) var reason: String?
  /// The import's own report.
  public internal(set) var taken: JSONValue?
  public internal(set) var requests = 0
  public internal(set) var bytes: Int64 = 0
  /// How many runs in a row have not succeeded, this one included.
  public internal(set) var failures = 0
  var state = State()

  init() {}

  /// What a run kept; empty where there is none, or none that can be read.
  public init(_ text: String?) {
    guard let text, let json = try? JSONValue(parsing: text, limits: .trusted) else { return }
    summary = json["summary"]?.text
    reason = json["reason"]?.text
    taken = json["import"]
    requests = json["requests"]?.integer.map { Int($0) } ?? 0
    bytes = json["bytes"]?.integer ?? 0
    failures = json["failures"]?.integer.map { Int($0) } ?? 0
    let state = json["state"]
    self.state = State(
      file: SourceState(entityTag: state?["entityTag"]?.text, modified: state?["modified"]?.text),
      settings: state?["settings"]?.text, address: state?["address"]?.text, version: state?["version"]?.integer)
  }

  /// Rejected rows are kept one by one only so far: a report is no copy of a register.
  private static let rejectedLimit = 100

  var json: JSONValue {
    var members: [(key: String, value: JSONValue)] = []
    if let summary { members.append(("summary", .text(summary))) }
    if let reason { members.append(("reason", .text(reason))) }
    members.append(("requests", .integer(Int64(requests))))
    members.append(("bytes", .integer(bytes)))
    members.append(("failures", .integer(Int64(failures))))
    if let taken { members.append(("import", Self.shortened(taken))) }
    var kept: [(key: String, value: JSONValue)] = []
    let texts = [
      ("entityTag", state.file.entityTag), ("modified", state.file.modified), ("settings", state.settings),
      ("address", state.address),
    ]
    for (name, text) in texts { if let text { kept.append((name, .text(text))) } }
    if let version = state.version { kept.append(("version", .integer(version))) }
    members.append(("state", .object(kept)))
    return .object(members)
  }

  private static func shortened(_ report: JSONValue) -> JSONValue {
    guard case .object(let members) = report else { return report }
    return .object(
      members.map { key, value in
        guard ["rejectedRows", "warnings"].contains(key), let all = value.array, all.count > rejectedLimit else {
          return (key, value)
        }
        return (key, .array(Array(all.prefix(rejectedLimit))))
      })
  }
}

extension StoredSource {
  /// After a failure a source is asked again soon, then ever later, up to a day or its own interval.
  private static let firstPause: Int64 = 5

  /// When it is to run next; `nil`: it is switched off.
  public var nextRun: Instant? {
    guard isEnabled else { return nil }
    guard let lastRun else { return Instant(millisecondsSince1970: 0) }
    let failures = SourceReport(lastReport).failures
    let minutes =
      failures == 0
      ? Int64(intervalMinutes) : min(max(Int64(intervalMinutes), 24 * 60), Self.firstPause << Int64(min(failures - 1, 20)))
    return Instant(millisecondsSince1970: lastRun.millisecondsSince1970 + minutes * 60_000)
  }

  public func isDue(at now: Instant) -> Bool { nextRun.map { $0 <= now } ?? false }
}
