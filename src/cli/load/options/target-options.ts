import { HitlessError } from '../../../base/error.ts'
import type { LoadProtocol, LoadTarget } from '../../../load/plan.ts'
import { quotable } from '../../flag-values.ts'

const PORT_MAX = 65_535

/** The schemes that there are, and what each says; a port that is missing has to be given. */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  'http:': { isSecure: false, port: 80 },
  'https:': { isSecure: true, port: 443 },
  'ws:': { isSecure: false, port: 80, protocol: 'websocket' },
  'wss:': { isSecure: true, port: 443, protocol: 'websocket' },
  'tcp:': { isSecure: false, protocol: 'tcp' },
  'tls:': { isSecure: true, protocol: 'tcp' },
}

interface Scheme {
  readonly isSecure: boolean
  readonly port?: number
  readonly protocol?: LoadProtocol
}

/** A URL, taken apart. */
export interface ReadTarget {
  readonly target: LoadTarget
  readonly path: string
  /** What its scheme says of how to speak there; absent where it leaves that open. */
  readonly protocol?: LoadProtocol
}

/** Where requests go, and the path of the URL. */
export function readTarget(text: string): ReadTarget {
  const url = URL.parse(/^[a-z0-9+]+:\/\//i.test(text) ? text : `http://${text}`)
  if (url === null || url.hostname === '') {
    const [, port] = /^(?:[a-z0-9+]+:\/\/)?[^/?#]*:(\d+)(?:[/?#]|$)/i.exec(text) ?? []
    if (Number(port) > PORT_MAX) {
      throw badUrl(text, `port ${quotable(`${port}`)} is out of range`, 'a port from 1 to 65535')
    }
    throw badUrl(text, 'it is no URL', 'http://HOST:PORT/PATH')
  }
  const scheme = SCHEMES[url.protocol]
  if (scheme === undefined) {
    throw badUrl(text, `${url.protocol}// is not supported`, 'http://HOST:PORT/PATH')
  }
  const port = url.port === '' ? scheme.port : Number(url.port)
  if (port === undefined) throw badUrl(text, 'it has no port', `${url.protocol}//HOST:PORT`)
  if (port === 0) throw badUrl(text, 'nobody listens on port 0', 'a port from 1 to 65535')
  if (url.username !== '' || url.password !== '') {
    throw badUrl(text, 'it has a user name', "--header 'Authorization: …' instead")
  }
  // Of an IPv6 address, the socket takes what is between the brackets.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const target = {
    host,
    port,
    authority: url.host,
    ...(scheme.isSecure ? { tls: { serverName: host, isVerified: true } } : {}),
  }
  const path = `${url.pathname === '' ? '/' : url.pathname}${url.search}`
  if (scheme.protocol === 'tcp' && path !== '/') {
    throw badUrl(text, 'a bare connection has no path', `${url.protocol}//HOST:PORT`)
  }
  return {
    target,
    // Where a request has something of its own.
    path: path.replaceAll(/%7B%7B(n|uuid)%7D%7D/g, '{{$1}}'),
    ...(scheme.protocol === undefined ? {} : { protocol: scheme.protocol }),
  }
}

function badUrl(text: string, why: string, wanted: string): HitlessError {
  return new HitlessError('bad-url', `cannot send load to ${quotable(text)}: ${why}`, {
    exitCode: 2,
    hint: `Write ${wanted}.`,
  })
}
