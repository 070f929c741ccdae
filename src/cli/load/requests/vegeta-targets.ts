import { decodeBase64 } from '../../../base/base64.ts'
import { isFields } from '../../../base/fields.ts'
import { parseJson } from '../../../base/parse-json.ts'
import type { RequestTemplate } from '../../../load/plan.ts'
import { badFlag } from '../../flag-values.ts'
import {
  type Header,
  hostAmong,
  joinHeaders,
  type ReadInput,
  type RequestInput,
  withoutFraming,
} from './request-input.ts'
import { readTarget } from '../options/target-options.ts'

/** The ledger numbers templates in one byte. */
const TEMPLATES_MAX = 256

interface Target {
  readonly method: string
  readonly url: string
  readonly headers: Header[]
  body?: Uint8Array
  /** Of its first line, from 1. */
  readonly line: number
}

/** vegeta's target files: `http` and `json` (its README, "-format"). Equal targets are one request of more weight. */
export function readTargets(text: string, format: string, read: ReadInput): RequestInput {
  if (format !== 'http' && format !== 'json') {
    throw badFlag('--targets-format', format, 'http or json')
  }
  const targets = format === 'http' ? httpTargets(text, read) : jsonTargets(text)
  const [first] = targets
  if (first === undefined) throw refused(1, 'holds no target', 'GET http://HOST:PORT/PATH')
  const origin = originOf(first)
  const weighted = new Map<string, { readonly request: RequestTemplate; weight: number }>()
  for (const target of targets) {
    if (originOf(target) !== origin) {
      throw refused(target.line, `leads to ${originOf(target)}, others to ${origin}`, 'one server')
    }
    const request = requestOf(target)
    const key = JSON.stringify({ ...request, body: keyOf(target.body) })
    const known = weighted.get(key)
    if (known !== undefined) known.weight++
    else if (weighted.size < TEMPLATES_MAX) weighted.set(key, { request, weight: 1 })
    else
      throw refused(
        target.line,
        `is different request ${TEMPLATES_MAX + 1}`,
        `${TEMPLATES_MAX} at most`,
      )
  }
  const requests = [...weighted.values()].map(({ request, weight }) => ({ ...request, weight }))
  return { url: first.url, requests, reach: {}, notes: [] }
}

function keyOf(body: Uint8Array | undefined): string | undefined {
  return body === undefined ? undefined : Buffer.from(body).toString('latin1')
}

function requestOf({ method, url, headers, body, line }: Target): RequestTemplate {
  const authority = hostAmong(headers)
  return {
    method,
    path: withLine(line, () => readTarget(url).path),
    headers: joinHeaders(withoutFraming(headers)),
    ...(body === undefined ? {} : { body }),
    ...(authority === undefined ? {} : { authority }),
    weight: 1,
  }
}

function originOf({ url, line }: Target): string {
  return withLine(line, () => {
    const { host, port, tls } = readTarget(url).target
    return `${tls === undefined ? 'http' : 'https'}://${host}:${port}`
  })
}

/** A method and a URL, then headers and at most one `@file` for the body, up to an empty line or the next target. */
function httpTargets(text: string, read: ReadInput): Target[] {
  const targets: Target[] = []
  let current: Target | undefined
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    const number = index + 1
    const [, method, url] = /^([A-Z]+)\s+(\S+)$/.exec(line) ?? []
    if (line === '') {
      current = undefined
    } else if (line.startsWith('#')) {
      continue
    } else if (method !== undefined && url !== undefined) {
      current = { method, url, headers: [], line: number }
      targets.push(current)
    } else if (current === undefined) {
      throw refused(number, `has ${JSON.stringify(line.slice(0, 40))}`, 'GET http://HOST:PORT/PATH')
    } else if (line.startsWith('@')) {
      current.body = read('--targets', line.slice(1))
    } else {
      current.headers.push(headerIn(line, number))
    }
  }
  return targets
}

function headerIn(line: string, number: number): Header {
  const [, name, value] = /^([^:\s]+)\s*:\s*(.*)$/.exec(line) ?? []
  if (name !== undefined && value !== undefined) return [name, value]
  throw refused(
    number,
    `has ${JSON.stringify(line.slice(0, 40))}`,
    "a header 'Name: value', or @FILE",
  )
}

/** An object a line: method, url, header (lists by name) and body in base64. */
function jsonTargets(text: string): Target[] {
  return text.split('\n').flatMap((raw, index) => {
    const number = index + 1
    if (raw.trim() === '') return []
    const value = parseJson(raw)
    if (
      !isFields(value) ||
      typeof value['method'] !== 'string' ||
      typeof value['url'] !== 'string'
    ) {
      throw refused(number, 'is no target', '{"method":"GET","url":"http://HOST:PORT/PATH"}')
    }
    const { method, url, header = {}, body } = value
    const target: Target = { method, url, headers: headersIn(header, number), line: number }
    if (typeof body === 'string') target.body = bodyIn(body, number)
    return [target]
  })
}

function headersIn(header: unknown, number: number): Header[] {
  const wanted = 'header as {"Name":["value"]}'
  if (header === null) return []
  if (!isFields(header)) throw refused(number, 'has another header', wanted)
  return Object.entries(header).flatMap(([name, values]) => {
    const isTexts = Array.isArray(values) && values.every((value) => typeof value === 'string')
    if (!isTexts) throw refused(number, `has another header ${name}`, wanted)
    return values.map((value: string): Header => [name, value])
  })
}

function bodyIn(text: string, number: number): Uint8Array {
  try {
    return decodeBase64(text)
  } catch {
    throw refused(number, 'has a body that is not base64', 'it as vegeta does')
  }
}

function withLine<T>(line: number, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw refused(line, reason, 'METHOD http://HOST:PORT/PATH')
  }
}

function refused(line: number, what: string, wanted: string): Error {
  return badFlag('--targets', `line ${line} ${what}`, wanted)
}
