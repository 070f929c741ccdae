import { parseDurationMs } from '../base/duration.ts'
import { isFields } from '../base/fields.ts'
import type { Finding, Location } from '../base/finding.ts'
import type { ManifestFindingCode } from './finding-codes.ts'
import { finding } from './new-finding.ts'
import { keysBelow, LATER_KEYS } from './settings-keys.ts'
import { didYouMean } from './suggestion.ts'
import type { YamlDocument } from './yaml-reader.ts'

const WEIGHTY = /^load\.(?:tls|tls\..+|expect[A-Z]\w*)$/

/**
 * A value in hitless.yaml with its place, read strictly: what is not as it should be becomes a
 * finding of the whole file, and undefined, so that the default stands in.
 */
export class SettingsNode {
  readonly value: unknown
  /** As a user would say it: `load.lanes[0].share`. */
  readonly path: string
  readonly #document: YamlDocument
  readonly #pointer: string
  readonly #findings: Finding[]

  constructor(
    document: YamlDocument,
    findings: Finding[],
    at: { readonly value: unknown; readonly path: string; readonly pointer: string },
  ) {
    this.#document = document
    this.#findings = findings
    this.value = at.value
    this.path = at.path
    this.#pointer = at.pointer
  }

  /** The fields of a mapping whose keys are those of `keys` in settings-keys.ts; others are errors. */
  fields(keys: string): Readonly<Record<string, SettingsNode>> {
    const known = keysBelow(keys)
    const entries = this.entries()
    for (const [key, node] of entries) {
      if (!known.includes(key)) node.#refuseKey(keys === '' ? key : `${keys}.${key}`, key, known)
    }
    this.#refuseForgotten(keys)
    return Object.fromEntries(entries.filter(([key]) => known.includes(key)))
  }

  /** A value that was forgotten: what counts as absent elsewhere would make the load another one, or expect less of it. */
  #refuseForgotten(keys: string): void {
    if (!isFields(this.value)) return
    for (const [key, value] of Object.entries(this.value)) {
      if (value !== null || !WEIGHTY.test(`${keys}.${key}`)) continue
      const message = `${this.path}.${key} has no value`
      const location = this.#document.keyLocations[`${this.#pointer}/${key}`]
      const hint = `write one, or leave ${key} out`
      this.#findings.push(finding('settings-wrong-value', 'error', message, { location, hint }))
    }
  }

  /** The entries of a mapping with keys of the user's own. Null counts as absent. */
  entries(): readonly (readonly [key: string, node: SettingsNode])[] {
    if (!isFields(this.value)) {
      this.refuse('takes a mapping of keys to values')
      return []
    }
    return Object.entries(this.value)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => {
        const step = key.replaceAll('~', '~0').replaceAll('/', '~1')
        const path = this.path === '' ? key : `${this.path}.${key}`
        return [key, this.#child(value, path, `${this.#pointer}/${step}`)] as const
      })
  }

  items(): readonly SettingsNode[] {
    if (!Array.isArray(this.value)) {
      this.refuse('takes a list', 'begin each item with "- "')
      return []
    }
    return this.value.map((value: unknown, index) =>
      this.#child(value, `${this.path}[${index}]`, `${this.#pointer}/${index}`),
    )
  }

  text(): string | undefined {
    if (typeof this.value === 'string' && this.value !== '') return this.value
    // As it is written: the digits of 0012, which YAML takes for 10, are what was meant.
    const spelling = this.#document.spellings[this.#pointer]
    const hint = spelling === undefined ? undefined : `put it in quotes: "${spelling}"`
    return this.refuse('takes text', hint)
  }

  /** Text that may be empty: the value of a variable or header. */
  anyText(): string | undefined {
    return this.value === '' ? '' : this.text()
  }

  texts(): readonly string[] | undefined {
    const texts = this.items().map((item) => item.text())
    return texts.every((text) => text !== undefined) ? texts : undefined
  }

  textMap(): Readonly<Record<string, string>> {
    const entries = this.entries().map(([key, node]) => [key, node.anyText()] as const)
    return Object.fromEntries(
      entries.flatMap(([key, text]) => (text === undefined ? [] : [[key, text]])),
    )
  }

  /** A number within bounds, both included. */
  number(bounds: {
    readonly min: number
    readonly max: number
    readonly whole: boolean
  }): number | undefined {
    const { min, max, whole } = bounds
    const { value } = this
    if (
      typeof value === 'number' &&
      value >= min &&
      value <= max &&
      (!whole || Number.isInteger(value))
    ) {
      return value
    }
    return this.refuse(`takes a ${whole ? 'whole ' : ''}number from ${min} to ${max}`)
  }

  truth(): boolean | undefined {
    return typeof this.value === 'boolean' ? this.value : this.refuse('takes true or false')
  }

  /** Milliseconds; a day at most. */
  durationMs(bounds: { readonly minMs: number }): number | undefined {
    const durationMs =
      typeof this.value === 'string'
        ? parseDurationMs(this.value)
        : this.value === 0
          ? 0
          : undefined
    if (durationMs !== undefined && durationMs >= bounds.minMs && durationMs <= DAY_MS) {
      return durationMs
    }
    const isNumber = typeof this.value === 'number' && this.value > 0
    const hint = isNumber ? `did you mean "${this.value}s"?` : undefined
    return this.refuse('takes a duration such as 500ms, 5s or 1m30s, at most 24h', hint)
  }

  /** Adds an error about this value; always undefined, the value that is then there. */
  refuse(
    what: string,
    hint?: string,
    code: ManifestFindingCode = 'settings-wrong-value',
  ): undefined {
    const got = isScalar(this.value) ? `, not ${quoted(this.value)}` : ''
    const message = `${this.path === '' ? 'hitless.yaml' : this.path} ${what}${what.startsWith('takes') ? got : ''}`
    this.#findings.push(finding(code, 'error', message, { location: this.location, hint }))
    return undefined
  }

  get location(): Location | undefined {
    return this.#document.locations[this.#pointer]
  }

  #child(value: unknown, path: string, pointer: string): SettingsNode {
    return new SettingsNode(this.#document, this.#findings, { value, path, pointer })
  }

  #refuseKey(fullKey: string, key: string, known: readonly string[]): void {
    const location = this.#document.keyLocations[this.#pointer]
    const later = LATER_KEYS[fullKey]
    this.#findings.push(
      later === undefined
        ? finding('settings-unknown-key', 'error', `there is no key ${this.path} in hitless.yaml`, {
            location,
            hint: didYouMean(key, known) ?? `there are ${known.join(', ')}`,
          })
        : finding('settings-not-supported', 'error', `${this.path} is not supported yet`, {
            location,
            hint: later,
          }),
    )
  }
}

const DAY_MS = 24 * 3_600_000

const QUOTED_LENGTH_MAX = 200

/** A file in UTF-16, say, is one long text: all of it would hide what is said of it. */
function quoted(value: string | number | boolean): string {
  const text = JSON.stringify(value)
  return text.length <= QUOTED_LENGTH_MAX ? text : `${text.slice(0, QUOTED_LENGTH_MAX)}…`
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
