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

const BITS_MAX = 30
const END_OF_STRING = 256

/** Per length of a code: the first code of that length, and its symbols in order. */
interface Codes {
  readonly first: number
  readonly symbols: readonly number[]
}

const CODES: readonly Codes[] = makeCodes()

function makeCodes(): Codes[] {
  const symbolsOf = new Map(SYMBOLS_BY_LENGTH)
  const codes: Codes[] = []
  let next = 0
  for (let bits = 0; bits <= BITS_MAX; bits++) {
    const ranges = (symbolsOf.get(bits) ?? '').split(' ').filter((text) => text !== '')
    const symbols = ranges.flatMap((text) => {
      const [from = 0, to = from] = text.split('-').map(Number)
      return Array.from({ length: to - from + 1 }, (_, index) => from + index)
    })
    codes.push({ first: next, symbols })
    next = (next + symbols.length) * 2
  }
  return codes
}

/** The octets as characters; undefined when it is not a string in this code (RFC 7541, section 5.2). */
export function decodeHuffman(bytes: Uint8Array): string | undefined {
  let text = ''
  let code = 0
  let bits = 0
  for (const byte of bytes) {
    for (let mask = 0x80; mask > 0; mask >>= 1) {
      code = (code << 1) | ((byte & mask) === 0 ? 0 : 1)
      bits++
      const { first, symbols } = CODES[bits]!
      const symbol = symbols[code - first]
      if (symbol === undefined) continue
      if (symbol === END_OF_STRING) return undefined
      text += String.fromCharCode(symbol)
      code = 0
      bits = 0
    }
  }
  // The padding is the beginning of the end of the string, which is ones, and shorter than an octet.
  return bits < 8 && code === (1 << bits) - 1 ? text : undefined
}
