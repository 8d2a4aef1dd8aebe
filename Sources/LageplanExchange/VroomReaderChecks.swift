import LageplanFeatures
import LageplanGeometry
import LageplanTours

/// What no single part of a document tells.
extension VroomReader {
  /// Ids are unique among the jobs, the pickups, the deliveries, the vehicles, and the breaks of one vehicle.
  mutating func checkUniqueness(of tasks: [VroomInput.Task], _ vehicles: [VroomInput.Vehicle]) {
    var seen: [VroomInput.Task.Kind: Set<Int64>] = [:]
    for task in tasks where !seen[task.kind, default: []].insert(task.id).inserted {
      faults.append("\(task.kind.rawValue) \(task.id): its id is used twice")
    }
    var ids = Set<Int64>()
    for (index, vehicle) in vehicles.enumerated() {
      if !ids.insert(vehicle.id).inserted { faults.append("vehicles[\(index)].id: \(vehicle.id) is used twice") }
      var breaks = Set<Int64>()
      for pause in vehicle.breaks where !breaks.insert(pause.id).inserted {
        faults.append("vehicles[\(index)].breaks: the id \(pause.id) is used twice")
      }
    }
  }

  /// Steps name tasks and breaks that there are, each once.
  mutating func checkSteps(of vehicles: [VroomInput.Vehicle], _ tasks: [VroomInput.Task]) {
    var known: [VroomInput.Task.Kind: Set<Int64>] = [:]
    for task in tasks { known[task.kind, default: []].insert(task.id) }
    for (index, vehicle) in vehicles.enumerated() {
      var breaks = Set(vehicle.breaks.map(\.id))
      for (number, step) in vehicle.steps.enumerated() {
        let place = "vehicles[\(index)].steps[\(number)]"
        switch step.kind {
        case .start where number > 0: faults.append("\(place): start is the first step")
        case .end where number + 1 < vehicle.steps.count: faults.append("\(place): end is the last step")
        case .start, .end: break
        case .pause:
          if step.id.map({ breaks.remove($0) == nil }) ?? true {
            faults.append("\(place): the vehicle has no break \(step.id ?? 0), or it stands there twice")
          }
        case .task(let kind):
          if step.id.map({ known[kind]?.remove($0) == nil }) ?? true {
            faults.append("\(place): there is no \(kind.rawValue) \(step.id ?? 0), or it stands in two steps")
          }
        }
      }
    }
  }

  /// With matrices all places are rows of them, without all are places on earth.
  mutating func checkPlaces(of tasks: [VroomInput.Task], _ vehicles: [VroomInput.Vehicle], rows: Int?) {
    var positions = Set<Coordinate>()
    for (name, place) in Self.places(of: tasks, vehicles) where place.row != nil || place.position != nil {
      if let rows {
        guard let row = place.row else {
          faults.append("\(name)_index: is missing; where there are matrices, places are rows of them")
          continue
        }
        if row >= rows { faults.append("\(name)_index: \(row) lies outside the matrices of \(rows) rows") }
      } else if let position = place.position {
        positions.insert(position)
      } else {
        faults.append("\(name): [longitude, latitude] is missing; rows are understood only with matrices")
      }
    }
    if positions.count > VroomInput.mostPlaces {
      excess.append("jobs, vehicles: \(positions.count) places; at most \(VroomInput.mostPlaces)")
    }
  }

  /// All places with their names.
  private static func places(
    of tasks: [VroomInput.Task], _ vehicles: [VroomInput.Vehicle]
  ) -> [(name: String, place: VroomInput.Place)] {
    var places: [(name: String, place: VroomInput.Place)] = []
    for (index, vehicle) in vehicles.enumerated() {
      if let start = vehicle.start { places.append(("vehicles[\(index)].start", start)) }
      if let end = vehicle.end { places.append(("vehicles[\(index)].end", end)) }
    }
    return places + tasks.enumerated().map { ("\($1.part($0)).location", $1.place) }
  }

  /// Where some profiles have a matrix and others have none, the roads are asked between the rows: each row in use stands at one place on earth.
  mutating func checkPositions(
    of tasks: [VroomInput.Task], _ vehicles: [VroomInput.Vehicle], _ matrices: [String: VroomInput.Matrices]
  ) {
    let asked = Set(vehicles.map(\.profile)).subtracting(matrices.keys).min()
    guard !matrices.isEmpty, let asked else { return }
    let places = Self.places(of: tasks, vehicles)
    var known: [Int: (name: String, position: Coordinate)] = [:]
    for (name, place) in places {
      guard let row = place.row, let position = place.position else { continue }
      guard let first = known[row] else {
        known[row] = (name, position)
        continue
      }
      if first.position != position {
        faults.append(
          "\(name): row \(row) stands at [\(first.position.x), \(first.position.y)] by \(first.name); give a row one place")
      }
    }
    var told = Set<Int>()
    for (name, place) in places {
      guard let row = place.row, known[row] == nil, told.insert(row).inserted else { continue }
      faults.append("\(name): [longitude, latitude] of row \(row) is missing; give it, or matrices.\(asked)")
    }
  }

  /// A visit ends before the clock does.
  mutating func checkVisits(of tasks: [VroomInput.Task]) {
    for (index, task) in tasks.enumerated() {
      let types = Set(task.setUpByType.keys).union(task.serviceByType.keys)
      let longest = types.reduce(task.setUp + task.service) { longest, type in
        max(longest, (task.setUpByType[type] ?? task.setUp) + (task.serviceByType[type] ?? task.service))
      }
      if longest > TravelTable.longest {
        faults.append("\(task.part(index)): setup and service together are \(longest) s; at most \(TravelTable.longest)")
      }
    }
  }

  /// All amounts count the same measures; lengths are known where they matter.
  mutating func checkMeasures(
    of tasks: [VroomInput.Task], _ vehicles: [VroomInput.Vehicle], _ matrices: [String: VroomInput.Matrices]
  ) {
    var counts = Set(tasks.flatMap { [$0.delivered.count, $0.pickedUp.count] })
    for vehicle in vehicles {
      counts.formUnion([vehicle.capacity?.count ?? 0] + vehicle.breaks.map { $0.largestLoad?.count ?? 0 })
    }
    counts.remove(0)
    if counts.count > 1 {
      faults.append(
        "capacity, delivery, pickup, amount, max_load: lists of \(counts.sorted().map(String.init).joined(separator: " and ")) measures; "
          + "give all the same number, with 0 where nothing is meant")
    }
    for (index, vehicle) in vehicles.enumerated() {
      guard let own = matrices[vehicle.profile], own.distances == nil else { continue }
      if vehicle.longestWay != nil {
        faults.append("vehicles[\(index)].max_distance: matrices.\(vehicle.profile).distances is missing")
      }
      if vehicle.costs.perKilometre > 0 {
        faults.append("vehicles[\(index)].costs.per_km: matrices.\(vehicle.profile).distances is missing")
      }
    }
  }
}
