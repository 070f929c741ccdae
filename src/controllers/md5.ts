/**
 * MD5 (RFC 1321) of a short text, in hexadecimal. Kubernetes orders ports by it; it protects nothing.
 */
export function md5(text: string): string {
  const message = padded(new TextEncoder().encode(text))
  const state: State = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
  for (let offset = 0; offset < message.byteLength; offset += BLOCK) {
    digestBlock(state, (word) => message.getUint32(offset + 4 * word, true))
  }
  const digest = new DataView(new ArrayBuffer(16))
  state.forEach((word, index) => digest.setUint32(4 * index, word >>> 0, true))
  return Array.from({ length: 16 }, (_, index) => hexByte(digest.getUint8(index))).join('')
}

type State = [number, number, number, number]

/** Bytes of a block. */
const BLOCK = 64
/** Bits to rotate by, four to a round. */
const ROTATIONS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const SINES = Array.from({ length: 64 }, (_, index) =>
  Math.floor(Math.abs(Math.sin(index + 1)) * 2 ** 32),
)

/** The text, a bit that is set, and in the last eight bytes its length in bits. */
function padded(bytes: Uint8Array): DataView {
  const size = BLOCK * Math.ceil((bytes.length + 9) / BLOCK)
  const message = new Uint8Array(size)
  message.set(bytes)
  message[bytes.length] = 0x80
  const view = new DataView(message.buffer)
  view.setUint32(size - 8, bytes.length * 8, true)
  return view
}

function digestBlock(state: State, word: (index: number) => number): void {
  let [a, b, c, d] = state
  for (let step = 0; step < 64; step++) {
    const round = step >> 4
    const { mixed, index } = mix(round, step, [b, c, d])
    const sum = (a + mixed + (SINES[step] ?? 0) + word(index)) | 0
    const bits = ROTATIONS[4 * round + (step % 4)] ?? 0
    ;[a, d, c, b] = [d, c, b, (b + ((sum << bits) | (sum >>> (32 - bits)))) | 0]
  }
  state[0] = (state[0] + a) | 0
  state[1] = (state[1] + b) | 0
  state[2] = (state[2] + c) | 0
  state[3] = (state[3] + d) | 0
}

function mix(
  round: number,
  step: number,
  [b, c, d]: readonly [number, number, number],
): { readonly mixed: number; readonly index: number } {
  if (round === 0) return { mixed: (b & c) | (~b & d), index: step }
  if (round === 1) return { mixed: (d & b) | (~d & c), index: (5 * step + 1) % 16 }
  if (round === 2) return { mixed: b ^ c ^ d, index: (3 * step + 5) % 16 }
  return { mixed: c ^ (b | ~d), index: (7 * step) % 16 }
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
