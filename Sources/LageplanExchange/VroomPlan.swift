import LageplanTours

extension VroomProblem {
  /// Plan mode: the steps of the vehicles as they stand, timed so that they break as little as can be, with every rule that they break.
  ///
  /// Throws ``VroomInput/Faults`` where the moments that steps prescribe cannot be kept in their order.
  public func timedSteps() throws(VroomInput.Faults) -> VroomAnswer {
    var numbers: [VroomInput.Task.Kind: [Int64: Int]] = [:]
    for (index, task) in input.tasks.enumerated() { numbers[task.kind, default: [:]][task.id] = index }
    var routes: [VroomRoute] = []
    var faults: [String] = []
    for (vehicle, about) in input.vehicles.enumerated() where !about.steps.isEmpty {
      var items: [VroomRoute.Item] = []
      var steps: [VroomInput.Step?] = []
      for step in about.steps {
        let item: VroomRoute.Item? =
          switch step.kind {
          case .start, .end: nil
          case .pause: about.breaks.firstIndex { $0.id == step.id }.map { .pause($0) }
          case .task(let kind): step.id.flatMap { numbers[kind]?[$0] }.map { .task($0) }
          }
        guard let item else { continue }
        items.append(item)
        steps.append(step)
      }
      let (start, end) = (about.steps.first { $0.kind == .start }, about.steps.last { $0.kind == .end })
      guard let schedule = VroomSchedule(items, steps: steps, start: start, end: end, of: vehicle, in: self) else {
        faults.append(
          "vehicles[\(vehicle)].steps: their service_at, service_after and service_before cannot be kept in this order")
        continue
      }
      routes.append(
        VroomRoute(items, of: vehicle, leavingAt: schedule.departure, begins: schedule.begins, in: self))
    }
    guard faults.isEmpty else { throw VroomInput.Faults(lines: faults) }
    let done = Set(routes.flatMap(\.tasks))
    let left = input.tasks.indices.filter { !done.contains($0) }.map { VroomAnswer.Left(task: $0, reason: VroomWords.notInSteps) }
    return VroomAnswer(input: input, routes: routes, left: left)
  }
}
