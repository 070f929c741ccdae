import { HitlessError } from '../../base/error.ts'
import type { LoadTarget } from '../../load/plan.ts'

/** Where requests go, and the path of the URL. */
export function readTarget(text: string): { target: LoadTarget; path: string } {
  const url = URL.parse(/^[a-z0-9+]+:\/\//i.test(text) ? text : `http://${text}`)
  if (url === null || url.hostname === '')
    throw badUrl(text, 'it is no URL', 'http://HOST:PORT/PATH')
  const isSecure = url.protocol === 'https:'
  if (url.protocol !== 'http:' && !isSecure) {
    throw badUrl(text, `${url.protocol}// is not supported`, 'http://HOST:PORT/PATH')
  }
  if (url.username !== '' || url.password !== '') {
    throw badUrl(text, 'it has a user name', "--header 'Authorization: …' instead")
  }
  // Of an IPv6 address, the socket takes what is between the brackets.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const target = {
    host,
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    authority: url.host,
    ...(isSecure ? { tls: { serverName: host, isVerified: true } } : {}),
  }
  const path = `${url.pathname}${url.search}`
  // Where a request has something of its own.
  return { target, path: path.replaceAll(/%7B%7B(n|uuid)%7D%7D/g, '{{$1}}') }
}

function badUrl(text: string, why: string, wanted: string): HitlessError {
  return new HitlessError('bad-url', `cannot send load to ${text}: ${why}`, {
    exitCode: 2,
    hint: `Write ${wanted}.`,
  })
}
