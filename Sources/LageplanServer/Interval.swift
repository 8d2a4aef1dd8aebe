/// A span of time as people write it: `30m`, `6h`, `1d`.
public struct Interval: Hashable, Sendable, CustomStringConvertible {
  public var minutes: Int

  public init(minutes: Int) { self.minutes = minutes }

  /// `nil`: neither minutes (`m`) nor hours (`h`) nor days (`d`), or not at least one minute and at most a year.
  public init?(parsing text: String) {
    let factors: [Character: Int] = ["m": 1, "h": 60, "d": 1_440]
    guard let last = text.last, let factor = factors[last], let number = Int(text.dropLast()), (1...525_600).contains(number),
      number * factor <= 525_600
    else { return nil }
    minutes = number * factor
  }

  public var description: String {
    minutes % 1_440 == 0 ? "\(minutes / 1_440)d" : minutes % 60 == 0 ? "\(minutes / 60)h" : "\(minutes)m"
  }
}
