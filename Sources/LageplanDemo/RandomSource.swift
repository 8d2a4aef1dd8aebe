/// SplitMix64 (Steele, Lea, Flood 2014, doi:10.1145/2714064.2660195): the only source of chance in the sample town.
///
/// Each purpose draws from a stream of its own, so that a change to one collection leaves the others as they were.
struct RandomSource: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64, stream: UInt64) {
    state = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15 &* (stream &+ 1))
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// In [0, 1), with 53 random bits.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  mutating func real(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * unit()
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + min(Int(unit() * Double(range.count)), range.count - 1)
  }

  mutating func chance(_ probability: Double) -> Bool { unit() < probability }

  /// Bell-shaped, mean 0, standard deviation 1, never beyond ±6: twelve uniform draws (Irwin–Hall).
  mutating func bell() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += unit() }
    return sum
  }

  /// `choices` must not be empty.
  mutating func pick<Element>(_ choices: [Element]) -> Element { choices[integer(0...(choices.count - 1))] }

  /// One of `choices`, each as likely as its weight says; at least one weight is positive.
  mutating func pick<Element>(_ choices: [(Element, weight: Double)]) -> Element {
    var left = unit() * choices.reduce(0) { $0 + $1.weight }
    for choice in choices {
      left -= choice.weight
      if left < 0 { return choice.0 }
    }
    return choices[choices.count - 1].0
  }

  /// Fisher–Yates, written out: the standard library may change its own order between versions.
  mutating func shuffle<Element>(_ items: inout [Element]) {
    guard items.count > 1 else { return }
    for last in stride(from: items.count - 1, to: 0, by: -1) {
      items.swapAt(last, integer(0...last))
    }
  }
}
