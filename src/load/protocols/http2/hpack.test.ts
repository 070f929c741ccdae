import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DecodedHeaders, HpackDecoder } from './hpack-decoder.ts'
import { encodeHeaderBlock, NO_DYNAMIC_TABLE } from './hpack-encoder.ts'
import { decodeHuffman } from './hpack-huffman.ts'
import { type Field, STATIC_TABLE } from './hpack-static-table.ts'
import { HpackTexts } from './hpack-texts.ts'

const BOUNDS = { listBytesMax: 65_536, fieldsMax: 256 }

const bytes = (hex: string) =>
  Uint8Array.from(hex.replaceAll(/\s/g, '').match(/../g) ?? [], (pair) => parseInt(pair, 16))

const fields = (lines: string): DecodedHeaders => ({
  kind: 'fields',
  fields: lines.split('\n').map((line): Field => {
    const [name = '', value = ''] = line.trim().split(' = ')
    return [name, value]
  }),
})

const decoder = (tableBytesMax = 4_096) => new HpackDecoder(BOUNDS, tableBytesMax)

const REQUEST_1 = ':method = GET\n:scheme = http\n:path = /\n:authority = www.example.com'
const REQUEST_2 = `${REQUEST_1}\ncache-control = no-cache`
const REQUEST_3 =
  ':method = GET\n:scheme = https\n:path = /index.html\n:authority = www.example.com\ncustom-key = custom-value'
const DATE = 'date = Mon, 21 Oct 2013 20:13:21 GMT'
const RESPONSE_1 = `:status = 302\ncache-control = private\n${DATE}\nlocation = https://www.example.com`
const RESPONSE_2 = RESPONSE_1.replace('302', '307')
const RESPONSE_3 = [
  ':status = 200',
  'cache-control = private',
  DATE.replace(':21 GMT', ':22 GMT'),
  'location = https://www.example.com',
  'content-encoding = gzip',
  'set-cookie = foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
].join('\n')

/** The examples of RFC 7541, appendix C, in the order in which one connection has them. */
const EXAMPLES: readonly {
  readonly section: string
  readonly tableBytesMax?: number
  readonly blocks: readonly (readonly [hex: string, lines: string])[]
}[] = [
  {
    section: 'C.2.1, a literal with indexing',
    blocks: [
      [
        '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572',
        'custom-key = custom-header',
      ],
    ],
  },
  {
    section: 'C.2.2, a literal without indexing',
    blocks: [['040c 2f73 616d 706c 652f 7061 7468', ':path = /sample/path']],
  },
  {
    section: 'C.2.3, a literal never indexed',
    blocks: [['1008 7061 7373 776f 7264 0673 6563 7265 74', 'password = secret']],
  },
  { section: 'C.2.4, an indexed field', blocks: [['82', ':method = GET']] },
  {
    section: 'C.3, requests without Huffman code',
    blocks: [
      ['8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d', REQUEST_1],
      ['8286 84be 5808 6e6f 2d63 6163 6865', REQUEST_2],
      ['8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65', REQUEST_3],
    ],
  },
  {
    section: 'C.4, requests with Huffman code',
    blocks: [
      ['8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff', REQUEST_1],
      ['8286 84be 5886 a8eb 1064 9cbf', REQUEST_2],
      ['8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf', REQUEST_3],
    ],
  },
  {
    section: 'C.5, answers without Huffman code, evicting',
    tableBytesMax: 256,
    blocks: [
      [
        `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133
         2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70
         6c65 2e63 6f6d`,
        RESPONSE_1,
      ],
      ['4803 3330 37c1 c0bf', RESPONSE_2],
      [
        `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d
         54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049
         5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e
         3d31`,
        RESPONSE_3,
      ],
    ],
  },
  {
    section: 'C.6, answers with Huffman code, evicting',
    tableBytesMax: 256,
    blocks: [
      [
        `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6
         2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3`,
        RESPONSE_1,
      ],
      ['4883 640e ffc1 c0bf', RESPONSE_2],
      [
        `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab
         77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f
         9587 3160 65c0 03ed 4ee5 b106 3d50 07`,
        RESPONSE_3,
      ],
    ],
  },
]

describe('RFC 7541, appendix C', () => {
  test.each(EXAMPLES)('$section', ({ tableBytesMax, blocks }) => {
    const reader = decoder(tableBytesMax)
    for (const [hex, lines] of blocks) expect(reader.decode(bytes(hex))).toEqual(fields(lines))
  })

  test('a connection decodes at every bound what it decodes without one', () => {
    const [hex, lines] = EXAMPLES[4]!.blocks[0]!
    const small = new HpackDecoder({ listBytesMax: 100, fieldsMax: 256 }, 4_096)
    expect(small.decode(bytes(hex))).toEqual({ kind: 'too-long' })
    // The table has its entry all the same.
    expect(small.decode(bytes('be'))).toEqual(fields(lines.split('\n')[3]!))
    const few = new HpackDecoder({ listBytesMax: 65_536, fieldsMax: 3 }, 4_096)
    expect(few.decode(bytes(hex))).toEqual({ kind: 'too-long' })
  })
})

test('the static table has the 61 fields of appendix A', () => {
  expect(STATIC_TABLE).toHaveLength(61)
  expect(STATIC_TABLE[15]).toEqual(['accept-encoding', 'gzip, deflate'])
  expect(STATIC_TABLE[60]).toEqual(['www-authenticate', ''])
})

test.each([
  ['an index that nobody has', 'be'],
  ['index 0', '80'],
  ['a name index that nobody has', '7f20 0161'],
  ['a table larger than was allowed', '3fe2 1f'],
  ['a new size between fields', '8220'],
  ['a number without an end', 'ffff ffff ffff ffff ffff 00'],
  ['a number of nothing but zeros', 'ff80 8080 8080 8080 8080 00'],
  ['a text longer than its block', '0003 6162'],
  ['a name without a value', '0001 61'],
  ['half a number', 'ff'],
  ['a length of half a number', '007f'],
  ['the end of the string within it', '0084 ffff ffff 0161'],
  ['padding of eight ones', '0082 1fff 0161'],
  ['padding that is not ones', '0081 18 0161'],
])('%s is a fault', (_title, hex) => {
  expect(decoder().decode(bytes(hex)).kind).toBe('malformed')
})

test('a smaller table forgets, and a field larger than the table empties it', () => {
  const reader = decoder(64)
  reader.decode(bytes('4001 6101 62'))
  expect(reader.decode(bytes('be'))).toEqual(fields('a = b'))
  expect(reader.decode(bytes('20 be')).kind).toBe('malformed')
  const other = decoder(64)
  other.decode(bytes('4001 6101 62'))
  other.decode(Uint8Array.of(0x40, 1, 97, 40, ...Array.from({ length: 40 }, () => 98)))
  expect(other.decode(bytes('be')).kind).toBe('malformed')
})

// Codes as appendix B prints them, filled up with ones: the first and the last of several lengths.
test.each([
  ['07', '0'],
  ['4f', 't'],
  ['f8', '&'],
  ['fe3f', '!'],
  ['ffc7', '\0'],
  ['fffe1f', '\\'],
  ['ffff ffcf', '\u007f'],
  ['ffff fff3', '\n'],
  ['ffff fffb', '\u0016'],
])('the Huffman code %s', (hex, text) => {
  expect(decodeHuffman(bytes(hex))).toBe(text)
})

const octets = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
})

test('what we encode is decoded to what it was', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(octets, octets), { maxLength: 20 }), (list) => {
      const block = Uint8Array.of(...NO_DYNAMIC_TABLE, ...encodeHeaderBlock(list))
      expect(decoder().decode(block)).toEqual({ kind: 'fields', fields: list })
    }),
  )
})

test('whatever comes is decoded or refused', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (blocks) => {
      const reader = decoder(128)
      for (const block of blocks) {
        expect(['fields', 'too-long', 'malformed']).toContain(reader.decode(block).kind)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a text is the same however often it, or others in its place, came before', () => {
  const text = fc.record({
    octets: fc.uint8Array({ maxLength: 4, max: 3 }).map((small) => small.map((octet) => 7 + octet)),
    isHuffman: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(text, { maxLength: 200 }), (all) => {
      const texts = new HpackTexts()
      for (const { octets: alone, isHuffman } of all) {
        const before = Uint8Array.of(1, ...alone, 2)
        const place = { start: 1, end: 1 + alone.length, isHuffman }
        const expected = isHuffman ? decodeHuffman(alone) : String.fromCharCode(...alone)
        expect(texts.read(before, place)).toBe(expected)
        // Memory that is read into again is no part of what is known.
        before.fill(0)
      }
    }),
  )
})
