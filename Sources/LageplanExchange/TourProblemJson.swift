public import LageplanFeatures
import LageplanGeometry
public import LageplanTours

/// A tour problem as JSON: the solver's own model, member by member, for programs that make problems themselves.
///
/// Everything is counted as in `TourProblem`: locations, jobs and shifts from 0, seconds after an origin of choice, metres. What may be left out
/// has the model's standard. The article on the VROOM interface describes each member.
public struct TourProblemJson: FaultGathering, Sendable {
  /// All that is wrong, each line with its place.
  public struct Faults: Error, Hashable, Sendable, CustomStringConvertible {
    public var lines: [String]
    public var description: String { lines.joined(separator: "\n") }
  }

  var faults: [String] = []
  private static let clock = Int64(TravelTable.longest)
  private static let largest: Int64 = 1_000_000_000

  private init() {}

  /// Throws ``Faults``.
  public static func read(_ json: JSONValue) throws(Faults) -> TourProblem {
    var reader = TourProblemJson()
    let travel = reader.table(json["travel"] ?? .null, at: "travel")
    let others = reader.list(json, "otherTravel", at: "otherTravel", isRequired: false).enumerated().compactMap { index, value in
      reader.table(value, at: "otherTravel[\(index)]")
    }
    let jobs = reader.list(json, "jobs", at: "jobs").enumerated().map { reader.job($1, at: "jobs[\($0)]") }
    let shifts = reader.list(json, "shifts", at: "shifts").enumerated().map { reader.shift($1, at: "shifts[\($0)]") }
    let objective = json["objective"].map { reader.objective($0, at: "objective") } ?? TourObjective()
    let ties = reader.ties(json)
    let mostChanges = reader.whole(json, "mostChanges", at: "", most: largest)
    guard reader.faults.isEmpty, let travel else { throw Faults(lines: reader.faults) }
    let faults = TourProblem.faults(
      jobs: jobs, shifts: shifts, travel: travel, objective: objective, ties: ties, otherTravel: others, mostChanges: mostChanges)
    guard faults.isEmpty else { throw Faults(lines: faults.map { "\($0)" }) }
    do {
      return try TourProblem(
        jobs: jobs, shifts: shifts, travel: travel, objective: objective, ties: ties, otherTravel: others,
        mostChanges: mostChanges)
    } catch {
      throw Faults(lines: ["\(error)"])
    }
  }

  // MARK: Parts

  private mutating func table(_ json: JSONValue, at place: String) -> TravelTable? {
    guard let seconds = cells(json, "seconds", at: place) else {
      faults.append("\(place).seconds: a square table of whole numbers is missing, null where there is no way")
      return nil
    }
    let count = Int(Double(seconds.count).squareRoot().rounded())
    do {
      return try TravelTable(
        locationCount: count, seconds: seconds,
        metres: cells(json, "metres", at: place) ?? seconds.map { $0 == TravelTable.unreachable ? $0 : 0 },
        costs: cells(json, "costs", at: place))
    } catch {
      faults.append("\(place): \(error)")
      return nil
    }
  }

  private mutating func cells(_ json: JSONValue, _ key: String, at place: String) -> [Int32]? {
    guard json[key] != nil else { return nil }
    let rows = list(json, key, at: "\(place).\(key)")
    var cells: [Int32] = []
    for (index, row) in rows.enumerated() {
      let values = row.array ?? []
      let numbers = values.compactMap { $0.isNull ? TravelTable.unreachable : $0.whole.flatMap { Int32(exactly: $0) } }
      if numbers.count != rows.count || values.count != rows.count {
        faults.append("\(place).\(key)[\(index)]: expected \(rows.count) whole numbers or null")
      }
      cells += numbers
    }
    return cells
  }

  private mutating func window(_ json: JSONValue, at place: String) -> TimeWindow {
    guard let span = span(json, at: place, most: Self.clock) else { return TimeWindow(earliest: 0, latest: 0) }
    return TimeWindow(earliest: Seconds(span.lowerBound), latest: Seconds(span.upperBound))
  }

  private mutating func seconds(_ json: JSONValue, _ key: String, at place: String) -> Seconds? {
    whole(json, key, at: place, most: Self.clock).map { Seconds($0) }
  }

  private mutating func load(_ json: JSONValue, _ key: String, at place: String) -> TourLoad? {
    guard let amounts = wholes(json, key, at: place, most: Self.largest) else { return nil }
    if amounts.count > TourLoad.measures {
      faults.append("\(place).\(key): at most \(TourLoad.measures) measures, not \(amounts.count)")
    }
    var load = TourLoad(0)
    for (measure, amount) in amounts.prefix(TourLoad.measures).enumerated() { load.amounts[measure] = amount }
    return load
  }

  private mutating func skills(_ json: JSONValue, at place: String) -> SkillSet {
    SkillSet(rawValue: (wholes(json, "skills", at: place, most: 63) ?? []).reduce(0) { $0 | 1 << UInt64($1) })
  }

  private mutating func job(_ json: JSONValue, at place: String) -> TourJob {
    let windows = list(json, "windows", at: "\(place).windows", isRequired: false).enumerated().map {
      window($1, at: "\(place).windows[\($0)]")
    }
    if json["location"] == nil { faults.append("\(place).location: is missing") }
    var job = TourJob(
      location: whole(json, "location", at: place, most: Self.largest) ?? 0, service: seconds(json, "service", at: place) ?? 0,
      windows: windows, skills: skills(json, at: place), level: whole(json, "level", at: place, most: 15) ?? 0,
      prize: whole(json, "prize", at: place, most: Self.largest) ?? 1, load: load(json, "load", at: place) ?? 0,
      pinned: wholes(json, "pinned", at: place, most: Self.largest).map { Set($0) })
    job.delivery = load(json, "delivery", at: place) ?? 0
    job.setUp = seconds(json, "setUp", at: place) ?? 0
    for (type, _) in json["serviceByType"]?.object ?? [] {
      guard let number = Int(type) else {
        faults.append("\(place).serviceByType: expected the number of a type, not \(type)")
        continue
      }
      job.serviceByType[number] = json["serviceByType"].flatMap { seconds($0, type, at: "\(place).serviceByType") }
    }
    job.wishes = list(json, "wishes", at: "\(place).wishes", isRequired: false).enumerated().map { index, wish in
      let place = "\(place).wishes[\(index)]"
      return TourWish(
        shifts: Set(wholes(wish, "shifts", at: place, most: Self.largest) ?? []),
        cost: whole(wish, "cost", at: place, most: Self.largest) ?? 0)
    }
    if let promise = json["promise"], !promise.isNull {
      job.promise = TourPromise(
        shift: whole(promise, "shift", at: "\(place).promise", most: Self.largest) ?? 0,
        begin: window(promise["begin"] ?? .null, at: "\(place).promise.begin"),
        cost: whole(promise, "cost", at: "\(place).promise", most: Self.largest) ?? 0)
    }
    return job
  }

  private mutating func shift(_ json: JSONValue, at place: String) -> TourShift {
    for key in ["start", "end"] where json[key] == nil { faults.append("\(place).\(key): is missing") }
    var shift = TourShift(
      start: whole(json, "start", at: place, most: Self.largest) ?? 0,
      end: whole(json, "end", at: place, most: Self.largest) ?? 0,
      span: window(json["span"] ?? .null, at: "\(place).span"), longestWork: seconds(json, "longestWork", at: place),
      longestTravel: seconds(json, "longestTravel", at: place), skills: skills(json, at: place),
      capacity: load(json, "capacity", at: place),
      breaks: list(json, "breaks", at: "\(place).breaks", isRequired: false).enumerated().map { index, pause in
        let place = "\(place).breaks[\(index)]"
        return TourBreak(
          duration: seconds(pause, "duration", at: place) ?? 0, window: window(pause["window"] ?? .null, at: "\(place).window"),
          largestLoad: load(pause, "largestLoad", at: place))
      },
      fixed: wholes(json, "fixed", at: place, most: Self.largest) ?? [],
      type: whole(json, "type", at: place, most: Self.largest) ?? 0)
    shift.longestWay = whole(json, "longestWay", at: place, most: Self.clock).map { Metres(Double($0)) }
    shift.mostJobs = whole(json, "mostJobs", at: place, most: Self.largest)
    shift.profile = whole(json, "profile", at: place, most: Self.largest) ?? 0
    shift.costs = json["costs"].flatMap { $0.isNull ? nil : objective($0, at: "\(place).costs") }
    return shift
  }

  private mutating func objective(_ json: JSONValue, at place: String) -> TourObjective {
    TourObjective(
      travelSecond: whole(json, "travelSecond", at: place, most: Self.largest) ?? 1,
      metre: whole(json, "metre", at: place, most: Self.largest) ?? 0,
      usedShift: whole(json, "usedShift", at: place, most: Self.largest) ?? 0,
      workSecond: whole(json, "workSecond", at: place, most: Self.largest) ?? 0)
  }

  private mutating func ties(_ json: JSONValue) -> TourTies {
    var ties = TourTies()
    for (index, group) in list(json, "together", at: "together", isRequired: false).enumerated() {
      ties.together.append(wholes(["jobs": group], "jobs", at: "together[\(index)]", most: Self.largest) ?? [])
    }
    for (index, shipment) in list(json, "shipments", at: "shipments", isRequired: false).enumerated() {
      let place = "shipments[\(index)]"
      ties.shipments.append(
        TourShipment(
          pickup: whole(shipment, "pickup", at: place, most: Self.largest) ?? 0,
          delivery: whole(shipment, "delivery", at: place, most: Self.largest) ?? 0,
          amount: load(shipment, "amount", at: place) ?? 0))
    }
    return ties
  }
}
