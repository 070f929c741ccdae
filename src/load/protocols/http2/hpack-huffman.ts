import { invariant } from '../../../base/invariant.ts'

/**
 * The code of RFC 7541, appendix B: symbols by the length of their codes. Within a length codes count
 * up in the order of the symbols, and each length goes on where the one before has ended, so the lengths
 * are all there is to know. Symbols `a-b` are a range; 256 is the end of the string.
 */
const SYMBOLS_BY_LENGTH: readonly (readonly [bits: number, symbols: string])[] = [
  [5, '48-50 97 99 101 105 111 115-116'],
  [6, '32 37 45-47 51-57 61 65 95 98 100 102-104 108-110 112 114 117'],
  [7, '58 66-87 89 106-107 113 118-122'],
  [8, '38 42 44 59 88 90'],
  [10, '33-34 40-41 63'],
  [11, '39 43 124'],
  [12, '35 62'],
  [13, '0 36 64 91 93 126'],
  [14, '94 125'],
  [15, '60 96 123'],
  [19, '92 195 208'],
  [20, '128 130-131 162 184 194 224 226'],
  [21, '153 161 167 172 176-177 179 209 216-217 227 229-230'],
  [
    22,
    '129 132-134 136 146 154 156 160 163-164 169-170 173 178 181 185-187 189-190 196 198 228 232-233',
  ],
  [
    23,
    '1 135 137-141 143 147 149-152 155 157-158 165-166 168 174-175 180 182-183 188 191 197 231 239',
  ],
  [24, '9 142 144-145 148 159 171 206 215 225 236-237'],
  [25, '199 207 234-235'],
  [26, '192-193 200-202 205 210 213 218-219 238 240 242-243 255'],
  [27, '203-204 211-212 214 221-223 241 244-248 250-254'],
  [28, '2-8 11-12 14-21 23-31 127 220 249'],
  [30, '10 13 22 256'],
]

const END_OF_STRING = 256
const HALF_BITS = 4
const HALVES = 1 << HALF_BITS

/** A node of the tree of codes that is no symbol. */
interface Node {
  /** By the next bit: another node, or a symbol. */
  readonly next: (Node | number)[]
  /** What was read since the last symbol is all ones, and fewer than eight bits: a string may end here, as in padding. */
  readonly isEnd: boolean
  readonly index: number
}

/**
 * What half an octet leads to, by node and half octet; no code is shorter than five bits, so that it ends one symbol at most.
 * `next` is -1 where the code of the end of the string is complete, which is not to be in one.
 */
interface Steps {
  readonly next: Int16Array
  /** -1: none. */
  readonly symbol: Int16Array
  readonly isEnd: readonly boolean[]
}

const STEPS = makeSteps()

function makeNodes(): readonly Node[] {
  const nodes: Node[] = []
  const newNode = (depth: number, isOnes: boolean): Node => {
    const node = { next: [], isEnd: isOnes && depth < 8, index: nodes.length }
    nodes.push(node)
    return node
  }
  const root = newNode(0, true)
  let code = 0
  let bitsBefore = 0
  for (const [bits, text] of SYMBOLS_BY_LENGTH) {
    code <<= bits - bitsBefore
    bitsBefore = bits
    for (const symbol of symbolsIn(text)) {
      let node = root
      for (let depth = 1; depth < bits; depth++) {
        const bit = (code >> (bits - depth)) & 1
        const isOnes = code >> (bits - depth) === (1 << depth) - 1
        const next = (node.next[bit] ??= newNode(depth, isOnes))
        invariant(typeof next !== 'number', 'no code begins another one')
        node = next
      }
      node.next[code & 1] = symbol
      code++
    }
  }
  return nodes
}

function symbolsIn(text: string): readonly number[] {
  return text.split(' ').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
}

function makeSteps(): Steps {
  const nodes = makeNodes()
  const next = new Int16Array(nodes.length * HALVES)
  const symbol = new Int16Array(nodes.length * HALVES).fill(-1)
  for (const [place, start] of nodes.entries()) {
    for (let half = 0; half < HALVES; half++) {
      const at = place * HALVES + half
      let node: Node | undefined = start
      for (let mask = HALVES >> 1; mask > 0 && node !== undefined; mask >>= 1) {
        const found: Node | number | undefined = node.next[(half & mask) === 0 ? 0 : 1]
        if (typeof found === 'object') node = found
        else if (found === END_OF_STRING || found === undefined) node = undefined
        else {
          symbol[at] = found
          node = nodes[0]
        }
      }
      next[at] = node?.index ?? -1
    }
  }
  return { next, symbol, isEnd: nodes.map(({ isEnd }) => isEnd) }
}

/** The octets as characters; undefined when it is not a string in this code (RFC 7541, section 5.2). */
export function decodeHuffman(
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
): string | undefined {
  const { next, symbol, isEnd } = STEPS
  let text = ''
  let node = 0
  for (let index = start * 2; index < end * 2 && node !== -1; index++) {
    const octet = bytes[index >> 1]!
    const at = node * HALVES + ((index & 1) === 0 ? octet >> HALF_BITS : octet & (HALVES - 1))
    if (symbol[at] !== -1) text += String.fromCharCode(symbol[at]!)
    node = next[at]!
  }
  return isEnd[node] === true ? text : undefined
}
