/// A small deterministic generator (SplitMix64, Steele et al. 2014, doi:10.1145/2714064.2660195): same seed, same numbers, on every machine.
public struct Seed: RandomNumberGenerator, Sendable, Hashable, CustomStringConvertible {
  private var state: UInt64

  public init(_ seed: UInt64) { state = seed }

  /// One hundred seeds for property tests.
  public static var hundred: [Seed] { (1...100).map { Seed($0) } }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  public var description: String { "seed \(state)" }
}
