import type { ResponseHeaders, ServerRequest } from '../../../world/http-server.ts'
import type { ResponseHead } from './response-reader.ts'

/** What concerns one connection only (RFC 9110 section 7.6.1), and the names in `Connection`. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

export interface ForwardedTarget {
  /** Path and query to ask the backend for. */
  readonly target: string
  /** The part of the request's path in front of it: `/api/v1/namespaces/default/pods/web/proxy`. */
  readonly prefix: string
}

/** The head of the request to the backend. The API server's token is not for the backend to see. */
export function requestHead(request: ServerRequest, { target, prefix }: ForwardedTarget): string {
  const { method, headers, remoteAddress } = request
  const upgrade = headers['upgrade']
  const isChunked = headers['transfer-encoding'] !== undefined
  const dropped = new Set([...HOP_BY_HOP, ...namesIn(headers['connection']), 'authorization'])
  const kept = Object.entries(headers).filter(([name]) => !dropped.has(name))
  const forwardedFor = [headers['x-forwarded-for'], remoteAddress].filter(Boolean).join(', ')
  const own: Record<string, string> = {
    'x-forwarded-for': forwardedFor,
    'x-forwarded-host': headers['host'] ?? '',
    'x-forwarded-uri': `${prefix}${target.replace(/\?.*$/, '')}`,
    ...(isChunked ? { 'transfer-encoding': 'chunked' } : {}),
    ...(upgrade === undefined ? { connection: 'close' } : { connection: 'Upgrade', upgrade }),
  }
  const all = [...kept.filter(([name]) => !(name in own)), ...Object.entries(own)]
  const lines = all.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return `${method} ${target} HTTP/1.1\r\n${lines}\r\n`
}

/**
 * The headers of the answer, for the client. `Location` leads back through the proxy. A length beside chunks is
 * not the body's (RFC 9112 section 6.3): passed on, it would let the backend write the client's next answer.
 */
export function responseHeaders(
  { headers }: ResponseHead,
  { prefix }: ForwardedTarget,
  host: string,
): ResponseHeaders {
  const connection = headers.filter(([name]) => name.toLowerCase() === 'connection')
  const isCoded = headers.some(([name]) => name.toLowerCase() === 'transfer-encoding')
  const dropped = new Set([
    ...HOP_BY_HOP,
    ...connection.flatMap(([, value]) => namesIn(value)),
    ...(isCoded ? ['content-length'] : []),
  ])
  const kept: Record<string, string[]> = {}
  for (const [spelled, value] of headers) {
    const name = spelled.toLowerCase()
    if (dropped.has(name)) continue
    const values = (kept[name] ??= [])
    // It may be said twice, though not in two ways: the reader has seen to that.
    if (name === 'content-length' && values.length > 0) continue
    values.push(name === 'location' ? rewriteLocation(value, prefix, host) : value)
  }
  return kept
}

function namesIn(list: string | undefined): readonly string[] {
  return (list ?? '').split(',').map((name) => name.trim().toLowerCase())
}

/** Paths of the backend's own are below the proxy's; other hosts and relative paths are left alone. */
function rewriteLocation(location: string, prefix: string, host: string): string {
  const path = location.replace(new RegExp(`^https?://${escapePattern(host)}(?=/|$)`, 'i'), '')
  const isOwn = path.startsWith('/') && !path.startsWith('//')
  return isOwn && !path.startsWith(prefix) ? `${prefix}${path}` : location
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
