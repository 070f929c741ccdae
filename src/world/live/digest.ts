import { createHash } from 'node:crypto'
import type { Digest } from '../digest.ts'

export function liveDigest(): Digest {
  return {
    sha256() {
      const hash = createHash('sha256')
      return {
        update: (bytes) => void hash.update(bytes),
        hex: () => hash.digest('hex'),
      }
    },
  }
}
