import type { PodTemplate } from '../../api/pod.ts'
import { canonicalJson } from '../canonical-json.ts'

/** The label by which the pods of one template are told from those of another. */
export const POD_TEMPLATE_HASH_LABEL = 'pod-template-hash'

/** Characters of a hash: none that could spell a word (apimachinery, util/rand). */
const SAFE_CHARACTERS = 'bcdfghjklmnpqrstvwxz2456789'

/**
 * Whether two templates ask for the same pods: null and empty fields count as absent, and the hash label is
 * ignored, since only templates of ReplicaSets carry it (deployment_util.go, EqualIgnoreHash).
 */
export function areTemplatesEqual(
  left: PodTemplate | undefined,
  right: PodTemplate | undefined,
): boolean {
  return left === right || canonicalTemplate(left) === canonicalTemplate(right)
}

/**
 * The value of the hash label: FNV-32a over the template and, after a collision, its count, in the safe
 * alphabet. Kubernetes' own values differ: they are made from Go's memory layout and no contract. What matters
 * is that equal templates give equal hashes.
 */
export function hashTemplate(template: PodTemplate, collisionCount: number | undefined): string {
  const bytes = new TextEncoder().encode(canonicalTemplate(template))
  let hash = fnv32a(bytes, FNV_OFFSET_BASIS)
  if (collisionCount !== undefined) {
    const count = new DataView(new ArrayBuffer(8))
    count.setUint32(0, collisionCount, true)
    hash = fnv32a(new Uint8Array(count.buffer), hash)
  }
  return Array.from(String(hash), safeCharacter).join('')
}

function safeCharacter(digit: string): string {
  return SAFE_CHARACTERS.charAt(digit.charCodeAt(0) % SAFE_CHARACTERS.length)
}

/** draft-eastlake-fnv, section 5: 32 bits. */
const FNV_OFFSET_BASIS = 0x811c9dc5
const FNV_PRIME = 0x01000193

function fnv32a(bytes: Uint8Array, start: number): number {
  let hash = start
  for (const byte of bytes) hash = Math.imul(hash ^ byte, FNV_PRIME)
  return hash >>> 0
}

/** Stored objects never change, so each template is written out once. */
const WRITTEN_OUT = new WeakMap<PodTemplate, string>()

function canonicalTemplate(template: PodTemplate | undefined): string {
  if (template === undefined) return ''
  const known = WRITTEN_OUT.get(template)
  if (known !== undefined) return known
  const { [POD_TEMPLATE_HASH_LABEL]: _hash, ...labels } = template.metadata?.labels ?? {}
  const text = canonicalJson({ ...template, metadata: { ...template.metadata, labels } })
  WRITTEN_OUT.set(template, text)
  return text
}
