import LageplanFeatures
import LageplanGeometry

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
    var places: [(String, VroomInput.Place?)] = []
    for (index, vehicle) in vehicles.enumerated() {
      places += [("vehicles[\(index)].start", vehicle.start), ("vehicles[\(index)].end", vehicle.end)]
    }
    places += tasks.enumerated().map { index, task in
      let part = task.shipment.map { "shipments[\($0)].\(task.kind.rawValue)" } ?? "jobs[\(index)]"
      return ("\(part).location", task.place)
    }
    var positions = Set<Coordinate>()
    for (name, place) in places {
      guard let place, place.row != nil || place.position != nil else { continue }
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
      faults.append("jobs, vehicles: \(positions.count) places; at most \(VroomInput.mostPlaces)")
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
