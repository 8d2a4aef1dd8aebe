/// Seconds per number of breaks taken before: of a shift without breaks only the first counts.
typealias Clock = InlineArray<4, Int32>

extension SearchSpace {
  /// Later than any window. A few ways may be added to it in 32 bits.
  static let never: Int32 = 1 << 29
  /// No moment is early enough.
  static let tooLate: Int32 = -(1 << 29)

  @inline(__always)
  static func clock(_ value: Int32) -> Clock { Clock(repeating: value) }

  /// When service at the job begins for whoever is ready at `arrival`; ``never`` after the last window.
  @inline(__always)
  borrowing func begin(_ job: Int, _ arrival: Int32) -> Int32 {
    let asked = self.job + job
    if arrival <= asked.pointee.closes { return max(arrival, asked.pointee.opens) }
    return asked.pointee.windowCount == 1 ? Self.never : laterBegin(job, arrival)
  }

  private borrowing func laterBegin(_ job: Int, _ arrival: Int32) -> Int32 {
    let first = Int(self.job[job].firstWindow)
    for window in (first + 1)..<(first + Int(self.job[job].windowCount)) where arrival <= windows[window].closes {
      return max(arrival, windows[window].opens)
    }
    return Self.never
  }

  /// The last moment to be ready at the job for a service that begins at `limit` or before; ``tooLate`` where no window opens by then.
  @inline(__always)
  borrowing func latestArrival(_ job: Int, _ limit: Int32) -> Int32 {
    let asked = self.job + job
    if asked.pointee.windowCount == 1 {
      return limit < asked.pointee.opens ? Self.tooLate : min(limit, asked.pointee.closes)
    }
    let first = Int(asked.pointee.firstWindow)
    for window in (first..<(first + Int(asked.pointee.windowCount))).reversed() where windows[window].opens <= limit {
      return min(limit, windows[window].closes)
    }
    return Self.tooLate
  }

  /// When the job is done, for whoever left the stop before at `early` and needs `way` seconds: without a break on the way, or with the next one.
  ///
  /// Whoever leaves at t and takes a break that may begin within a…b arrives at max(t + way, a) + the break, if t ≤ b: it may lie
  /// at either end of the way or on it.
  @inline(__always)
  borrowing func done(_ early: borrowing Clock, way: Int32, _ job: Int, service: Int32, _ shift: Int) -> Clock {
    let count = Int(self.shift[shift].breakCount)
    guard count > 0 else { return Self.clock(begin(job, early[0] &+ way) &+ service) }
    var result = Self.clock(Self.never)
    for taken in 0...count {
      var earliest = begin(job, early[taken] &+ way)
      if taken > 0 {
        let pause = breaks[Int(self.shift[shift].firstBreak) &+ taken &- 1]
        if early[taken &- 1] <= pause.closes {
          earliest = min(earliest, begin(job, max(early[taken &- 1] &+ way, pause.opens) &+ pause.duration))
        }
      }
      result[taken] = min(Self.never, earliest &+ service)
    }
    return result
  }

  /// The last moment to leave, `way` seconds before a stop that must be reached by `late`.
  @inline(__always)
  borrowing func leave(by late: borrowing Clock, way: Int32, _ taken: Int, _ shift: Int) -> Int32 {
    let limit = late[taken] &- way
    guard taken < Int(self.shift[shift].breakCount) else { return limit }
    let pause = breaks[Int(self.shift[shift].firstBreak) &+ taken]
    let after = late[taken &+ 1] &- pause.duration
    return after < pause.opens ? limit : max(limit, min(pause.closes, after &- way))
  }

  /// The last moment to arrive at the job, when the next stop, `way` seconds on, must be reached by `late`.
  @inline(__always)
  borrowing func arrive(before late: borrowing Clock, way: Int32, _ job: Int, service: Int32, _ shift: Int) -> Clock {
    let count = Int(self.shift[shift].breakCount)
    guard count > 0 else { return Self.clock(latestArrival(job, late[0] &- way &- service)) }
    var result = Self.clock(Self.tooLate)
    for taken in 0...count {
      result[taken] = latestArrival(job, max(Self.tooLate, leave(by: late, way: way, taken, shift)) &- service)
    }
    return result
  }

  /// Whoever left at `early` reaches, `way` seconds on, a stop that must be reached by `late`.
  @inline(__always)
  borrowing func joins(_ early: borrowing Clock, way: Int32, _ late: borrowing Clock, _ shift: Int) -> Bool {
    let count = Int(self.shift[shift].breakCount)
    if count == 0 { return early[0] &+ way <= late[0] }
    for taken in 0...count where early[taken] <= leave(by: late, way: way, taken, shift) { return true }
    return false
  }
}
