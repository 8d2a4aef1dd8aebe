/// The entries of an archive, split so that the packed root directory fits into the bytes that clients fetch first.
struct PMTilesDirectories {
  /// 16,384 bytes without the header.
  static let rootLimit = PMTilesHeader.prefixLength - PMTilesHeader.length
  /// More entries than this never fit.
  private static let mostInRoot = 16_384
  private static let smallestLeaf = 4_096
  /// Directories are few and sent to everybody, so they are packed well.
  private static let level = 9

  /// Both packed as gzip; the leaves one behind the other, empty where the root holds all.
  let root: [UInt8]
  let leaves: [UInt8]

  init(_ entries: [PMTilesEntry], packer: TilePacker) throws(TilePackingError) {
    if entries.count < Self.mostInRoot {
      let root = try packer.pack(PMTilesDirectory.encode(entries[...]), as: .gzip, level: Self.level)
      if root.count <= Self.rootLimit {
        self.root = root
        leaves = []
        return
      }
    }
    var size = Self.smallestLeaf
    while true {
      let (root, leaves) = try Self.split(entries, leafSize: size, packer)
      if root.count <= Self.rootLimit {
        self.root = root
        self.leaves = leaves
        return
      }
      size *= 2
    }
  }

  private static func split(
    _ entries: [PMTilesEntry], leafSize: Int, _ packer: TilePacker
  ) throws(TilePackingError) -> (root: [UInt8], leaves: [UInt8]) {
    var leaves: [UInt8] = []
    var root: [PMTilesEntry] = []
    var start = 0
    while start < entries.count {
      let part = entries[start..<min(start + leafSize, entries.count)]
      let leaf = try packer.pack(PMTilesDirectory.encode(part), as: .gzip, level: level)
      root.append(
        PMTilesEntry(id: entries[start].id, offset: UInt64(leaves.count), length: UInt32(leaf.count), runLength: 0))
      leaves += leaf
      start += leafSize
    }
    return (try packer.pack(PMTilesDirectory.encode(root[...]), as: .gzip, level: level), leaves)
  }
}
