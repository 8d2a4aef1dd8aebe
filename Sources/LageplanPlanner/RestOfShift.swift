import LageplanGeometry
import LageplanTours

/// What a change of a plan during the day has left of its shifts.
extension TourModel {
  /// How much of a shift is over; 0 where it is as the request says.
  func over(ofShift shift: Int) -> Seconds {
    max(0, Seconds(problem.shifts[shift].span.earliest.value - calendar.span(calendar.shifts[shift]).earliest.value))
  }

  /// Whether somebody who is on the way could carry this work with an empty vehicle.
  func couldCarry(_ stop: TourStopWork) -> Bool {
    calendar.shifts.indices.contains { shift in
      let inspector = inspector(ofShift: shift)
      return over(ofShift: shift) > 0 && stop.conditions.qualifications.isSubset(of: inspector.qualifications)
        && ShiftRefusal(of: stop.conditions, by: inspector, on: calendar.shifts[shift].day) == nil
        && zip(request.loads, stop.loads).allSatisfy { $1 <= inspector.capacity[$0.measure] ?? .max }
    }
  }
}
