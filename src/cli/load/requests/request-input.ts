import type { RequestTemplate } from '../../../load/plan.ts'
import type { TlsFlags } from '../options/tls-options.ts'

/** What is to be sent and where, whichever way it was written. */
export interface RequestInput {
  /** Names the target; each request has its own path. */
  readonly url: string
  readonly requests: readonly RequestTemplate[]
  /** What the input says of TLS and of where to connect; flags of our own go before it. */
  readonly reach: TlsFlags
  /** What of the input does not apply here, in words. */
  readonly notes: readonly string[]
}

/** The bytes of a file, of the standard input where `path` is `-`; throws an error that names both. */
export type ReadInput = (flag: string, path: string) => Uint8Array

export type Header = readonly [name: string, value: string]

/** Headers by name, those that come twice in one line (RFC 9110, section 5.3); the first spelling of a name stays. */
export function joinHeaders(headers: readonly Header[]): Readonly<Record<string, string>> {
  const joined = new Map<string, Header>()
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    const earlier = joined.get(key)
    const separator = key === 'cookie' ? '; ' : ', '
    joined.set(
      key,
      earlier === undefined ? [name, value] : [earlier[0], earlier[1] + separator + value],
    )
  }
  return Object.fromEntries(joined.values())
}

/** `headers` without those that a connection of ours sets itself, which copied requests often have. */
export function withoutFraming(headers: readonly Header[]): readonly Header[] {
  return headers.filter(([name]) => !FRAMING.includes(name.toLowerCase()))
}

const FRAMING: readonly string[] = [
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]

/** The Host header among them. */
export function hostAmong(headers: readonly Header[]): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
}
