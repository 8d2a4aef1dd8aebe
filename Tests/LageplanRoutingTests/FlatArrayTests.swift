import LageplanRouting
import Testing

@Suite struct FlatArrayTests {
  @Test(arguments: [[], [7], [3, -1, 4, 1, 5]] as [[Int32]])
  func holdsWhatItWasMadeFrom(values: [Int32]) {
    let array = FlatArray(values)
    #expect(array.count == values.count)
    #expect(Array(array) == values)
    #expect(array.indices.map { array[$0] } == values)
    #expect(array.withUnsafeBufferPointer { Array($0) } == values)
  }

  @Test func keepsTheOwnerOfLentMemory() {
    final class Owner {
      let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: 2)
      init() { memory.initialize(repeating: 9, count: 2) }
      deinit { memory.deallocate() }
    }
    weak var seen: Owner?
    var array: FlatArray<UInt8>?
    do {
      let owner = Owner()
      seen = owner
      array = FlatArray(lent: UnsafePointer(owner.memory), count: 2, by: owner)
    }
    #expect(seen != nil)
    #expect(array.map(Array.init) == [9, 9])
    array = nil
    #expect(seen == nil)
  }
}
