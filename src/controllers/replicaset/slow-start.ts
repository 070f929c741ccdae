/**
 * The sizes of the batches in which `count` pods are created: 1, 2, 4, … A ReplicaSet whose pods are
 * refused thus learns it from one attempt and not from hundreds (replica_set.go, slowStartBatch).
 */
export function slowStartBatches(count: number): readonly number[] {
  const sizes: number[] = []
  for (let left = count, size = 1; left > 0; left -= size, size *= 2) {
    sizes.push(Math.min(size, left))
  }
  return sizes
}
