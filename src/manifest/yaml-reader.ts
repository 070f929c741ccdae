import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Pair,
  type Scalar,
} from 'yaml'
import type { Finding, Location } from '../base/finding.ts'
import type { ManifestFindingCode } from './finding-codes.ts'
import { finding } from './new-finding.ts'
import { resolvePlainScalar, type ScalarValue } from './yaml-scalar.ts'

/** A document as plain data, with the place of everything in it. */
export interface YamlDocument {
  readonly value: unknown
  /** Of each value, by JSON pointer; the document itself is at the empty pointer. */
  readonly locations: Readonly<Record<string, Location>>
  /** Of the key of each value that has one. */
  readonly keyLocations: Readonly<Record<string, Location>>
  /** Of each value that is no text, as it is written: `0x12`, `no`. */
  readonly spellings: Readonly<Record<string, string>>
}

export interface YamlFile {
  readonly documents: readonly YamlDocument[]
  readonly findings: readonly Finding[]
}

/** Bounds of one document: aliases may multiply a small text into a huge value. */
const VALUES_MAX = 100_000
const DEPTH_MAX = 100

/**
 * Reads YAML or JSON of any number of documents, as kubectl understands it. Empty documents are
 * left out; one with a fault of syntax is a finding and is left out too. Never throws.
 */
export function readYaml(text: string, file: string): YamlFile {
  const lines = new LineCounter()
  const locate = (offset: number): Location => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const parsed = parseAllDocuments(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
    logLevel: 'silent',
  })
  const documents: YamlDocument[] = []
  const findings: Finding[] = []
  for (const document of Array.isArray(parsed) ? parsed : []) {
    if (document.errors.length > 0) {
      findings.push(...syntaxFindings(document, locate))
      continue
    }
    if (document.contents === null) continue
    const walk = new DocumentWalk(document, locate)
    const value = walk.read(document.contents, '', 0)
    findings.push(...walk.findings)
    if (value !== null && !walk.isBroken) documents.push({ ...walk.places(), value })
  }
  return { documents, findings }
}

/** The first fault only: those after it are mostly its consequences. */
function syntaxFindings(
  document: Document.Parsed | Document,
  locate: (offset: number) => Location,
): readonly Finding[] {
  const [first] = document.errors
  // The parser's stack ran out: far deeper than DEPTH_MAX, and it does not know where.
  if (first?.code === 'RESOURCE_EXHAUSTION')
    return [tooLarge(locate(0), 'look for brackets without end')]
  return document.errors.slice(0, 1).map((error) => ({
    code: 'yaml-syntax' satisfies ManifestFindingCode,
    severity: 'error',
    location: locate(error.pos[0]),
    message: `this is not YAML: ${lowerFirst(error.message.split('\n', 1)[0] ?? '')}`,
    hint:
      error.code === 'TAB_AS_INDENT'
        ? 'indent with spaces; YAML allows no tabs there'
        : 'look at the indentation, quotes and brackets here and on the line before',
  }))
}

function tooLarge(location: Location | undefined, hint: string): Finding {
  const message = `the document has more than ${VALUES_MAX} values or ${DEPTH_MAX} levels`
  return finding('yaml-too-large', 'error', message, { location, hint })
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/** One pass over a document: values, places, repeated keys. */
class DocumentWalk {
  readonly findings: Finding[] = []
  isBroken = false
  readonly #document: Document.Parsed | Document
  readonly #locate: (offset: number) => Location
  readonly #locations: [string, Location][] = []
  readonly #keyLocations: [string, Location][] = []
  readonly #spellings: [string, string][] = []
  #count = 0

  constructor(document: Document.Parsed | Document, locate: (offset: number) => Location) {
    this.#document = document
    this.#locate = locate
  }

  places(): Omit<YamlDocument, 'value'> {
    return {
      locations: Object.fromEntries(this.#locations),
      keyLocations: Object.fromEntries(this.#keyLocations),
      spellings: Object.fromEntries(this.#spellings),
    }
  }

  read(node: unknown, pointer: string, depth: number): unknown {
    const location = this.#locationOf(node)
    if (location !== undefined) this.#locations.push([pointer, location])
    this.#count += 1
    if (this.#count > VALUES_MAX || depth > DEPTH_MAX) return this.#refuseSize(location)
    if (isAlias(node))
      return this.#readAlias(node.resolve(this.#document), location, pointer, depth)
    if (isScalar(node)) return this.#readScalar(node, pointer)
    if (isSeq(node)) {
      return node.items.map((item, index) => this.read(item, `${pointer}/${index}`, depth + 1))
    }
    return isMap(node) ? this.#readMap(node.items, pointer, depth) : null
  }

  #readScalar(node: Scalar, pointer: string): ScalarValue {
    const value = scalarValue(node)
    if (typeof value !== 'string' && typeof node.value === 'string') {
      this.#spellings.push([pointer, node.value])
    }
    return value
  }

  #readAlias(
    target: unknown,
    location: Location | undefined,
    pointer: string,
    depth: number,
  ): unknown {
    if (target !== undefined) return this.read(target, pointer, depth + 1)
    this.#add('yaml-syntax', location, 'this alias (*) refers to no anchor (&) before it')
    this.isBroken = true
    return null
  }

  #readMap(pairs: readonly Pair[], pointer: string, depth: number): unknown {
    const fields = new Map<string, unknown>()
    const merged: Pair[] = []
    for (const pair of pairs) {
      const key = keyText(pair.key)
      if (key === '<<' && isScalar(pair.key) && pair.key.type === 'PLAIN') {
        merged.push(pair)
        continue
      }
      const keyLocation = this.#locationOf(pair.key)
      if (fields.has(key)) {
        const hint = 'keep one of them'
        this.#add('yaml-duplicate-key', keyLocation, `the key "${key}" is here twice`, hint)
        continue
      }
      const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
      if (keyLocation !== undefined) this.#keyLocations.push([at, keyLocation])
      fields.set(key, this.read(pair.value, at, depth + 1))
    }
    for (const pair of merged) this.#merge(pair.value, fields, pointer, depth)
    return Object.fromEntries(fields)
  }

  /** `<<`: the keys of another mapping, or several; what is there already wins (https://yaml.org/type/merge.html). */
  #merge(source: unknown, fields: Map<string, unknown>, pointer: string, depth: number): void {
    const node = isAlias(source) ? source.resolve(this.#document) : source
    const maps = isSeq(node) ? node.items : [node]
    for (const item of maps) {
      const map = isAlias(item) ? item.resolve(this.#document) : item
      if (!isMap(map)) continue
      const rest = map.items.filter((pair) => !fields.has(keyText(pair.key)))
      const value = this.#readMap(rest, pointer, depth + 1)
      for (const [key, field] of Object.entries(value ?? {})) fields.set(key, field)
    }
  }

  #refuseSize(location: Location | undefined): null {
    if (!this.isBroken) {
      this.findings.push(tooLarge(location, 'look for anchors that refer to themselves'))
    }
    this.isBroken = true
    return null
  }

  #add(
    code: ManifestFindingCode,
    location: Location | undefined,
    message: string,
    hint?: string,
  ): void {
    this.findings.push({
      code,
      severity: 'error',
      message,
      ...(location === undefined ? {} : { location }),
      ...(hint === undefined ? {} : { hint }),
    })
  }

  #locationOf(node: unknown): Location | undefined {
    const offset = isNode(node) ? node.range?.[0] : undefined
    return offset === undefined ? undefined : this.#locate(offset)
  }
}

/** Keys of other types become text, as kubectl writes them into JSON. */
function keyText(key: unknown): string {
  if (!isScalar(key)) return isNode(key) ? key.toString() : ''
  return String(scalarValue(key))
}

function scalarValue(node: Scalar): ScalarValue {
  const text = typeof node.value === 'string' ? node.value : ''
  if (node.tag !== undefined) return TYPED_TAG.test(node.tag) ? resolvePlainScalar(text) : text
  return node.type === 'PLAIN' || node.type === undefined ? resolvePlainScalar(text) : text
}

/** An explicit tag: `!!int "7"` is a number, `!!str 7` and every other tag a string. */
const TYPED_TAG = /^tag:yaml\.org,2002:(int|float|bool|null)$/
