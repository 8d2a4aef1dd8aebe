import LageplanTours

extension VroomProblem {
  /// Plan mode: the steps of the vehicles as they stand, timed so that they break as little as can be, with every rule that they break.
  ///
  /// Throws ``VroomInput/Faults`` where the moments that steps prescribe cannot be kept in their order, and `CancellationError` where `isEnded`, which is
  /// asked after each hundred steps, says so.
  public func timedSteps(isEnded: () -> Bool = { false }) throws -> VroomAnswer {
    var numbers: [VroomInput.Task.Kind: [Int64: Int]] = [:]
    for (index, task) in input.tasks.enumerated() { numbers[task.kind, default: [:]][task.id] = index }
    var routes: [VroomRoute] = []
    var faults: [String] = []
    var timed = 0
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
      do {
        let schedule = try VroomSchedule(items, steps: steps, start: start, end: end, of: vehicle, in: self) {
          timed += 1
          if timed.isMultiple(of: 100), isEnded() { throw CancellationError() }
        }
        routes.append(
          VroomRoute(items, of: vehicle, leavingAt: schedule.departure, begins: schedule.begins, in: self))
      } catch VroomSchedule.Failure.cannotBeKept {
        faults.append(
          "vehicles[\(vehicle)].steps: their service_at, service_after and service_before cannot be kept in this order")
      } catch VroomSchedule.Failure.tooManyMoments {
        throw VroomInput.Faults(
          lines: ["vehicles[\(vehicle)].steps: \(items.count) of them with too many moments of their own; check them in parts"],
          isTooLarge: true)
      }
    }
    guard faults.isEmpty else { throw VroomInput.Faults(lines: faults) }
    let done = Set(routes.flatMap(\.tasks))
    let left = input.tasks.indices.filter { !done.contains($0) }.map { VroomAnswer.Left(task: $0, reason: VroomWords.notInSteps) }
    return VroomAnswer(input: input, routes: routes, left: left)
  }
}
