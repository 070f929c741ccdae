/** What an option of curl does: to the request, to how the server is reached, or nothing here. */
export type CurlOption =
  | 'request'
  | 'header'
  | 'data'
  | 'data-raw'
  | 'data-binary'
  | 'data-urlencode'
  | 'json'
  | 'user'
  | 'bearer'
  | 'agent'
  | 'referer'
  | 'cookie'
  | 'url'
  | 'cacert'
  | 'cert'
  | 'key'
  | 'resolve'
  | 'connect-to'
  | 'head'
  | 'get'
  | 'insecure'
  /** About output: nothing that would be sent differently. */
  | 'quiet'
  /** Left out, and said so. */
  | 'ignored'

interface CurlSyntax {
  readonly means: CurlOption
  readonly hasValue: boolean
}

function valued(means: CurlOption): CurlSyntax {
  return { means, hasValue: true }
}

function flag(means: CurlOption): CurlSyntax {
  return { means, hasValue: false }
}

const LONG: Readonly<Record<string, CurlSyntax>> = {
  request: valued('request'),
  header: valued('header'),
  data: valued('data'),
  'data-ascii': valued('data'),
  'data-raw': valued('data-raw'),
  'data-binary': valued('data-binary'),
  'data-urlencode': valued('data-urlencode'),
  json: valued('json'),
  user: valued('user'),
  'oauth2-bearer': valued('bearer'),
  'user-agent': valued('agent'),
  referer: valued('referer'),
  cookie: valued('cookie'),
  url: valued('url'),
  cacert: valued('cacert'),
  cert: valued('cert'),
  key: valued('key'),
  resolve: valued('resolve'),
  'connect-to': valued('connect-to'),
  head: flag('head'),
  get: flag('get'),
  insecure: flag('insecure'),
  ...Object.fromEntries(
    ['silent', 'show-error', 'verbose', 'include', 'fail', 'fail-with-body', 'no-buffer']
      .concat(['progress-bar', 'no-progress-meter', 'remote-name', 'http1.1', 'basic', 'globoff'])
      .map((name) => [name, flag('quiet')]),
  ),
  ...Object.fromEntries(
    ['output', 'write-out', 'dump-header', 'cookie-jar', 'stderr', 'trace', 'trace-ascii'].map(
      (name) => [name, valued('quiet')],
    ),
  ),
  ...Object.fromEntries(
    ['location', 'compressed', 'keepalive', 'no-keepalive', 'tcp-nodelay', 'http2', 'ipv4', 'ipv6']
      .concat(['http2-prior-knowledge', 'http1.0', 'path-as-is', 'retry-connrefused'])
      .map((name) => [name, flag('ignored')]),
  ),
  ...Object.fromEntries(
    ['max-time', 'connect-timeout', 'retry', 'retry-delay', 'retry-max-time', 'max-redirs']
      .concat(['limit-rate', 'keepalive-time', 'speed-time', 'speed-limit'])
      .map((name) => [name, valued('ignored')]),
  ),
}

const SHORT: Readonly<Record<string, string>> = {
  X: 'request',
  H: 'header',
  d: 'data',
  u: 'user',
  A: 'user-agent',
  e: 'referer',
  b: 'cookie',
  E: 'cert',
  I: 'head',
  G: 'get',
  k: 'insecure',
  s: 'silent',
  S: 'show-error',
  v: 'verbose',
  i: 'include',
  f: 'fail',
  N: 'no-buffer',
  '#': 'progress-bar',
  O: 'remote-name',
  o: 'output',
  w: 'write-out',
  D: 'dump-header',
  c: 'cookie-jar',
  g: 'globoff',
  L: 'location',
  '0': 'http1.0',
  '4': 'ipv4',
  '6': 'ipv6',
  m: 'max-time',
}

/** One option of a command line, in its long name. */
export interface GivenOption {
  readonly means: CurlOption | 'unknown'
  /** As it was written. */
  readonly written: string
  /** Empty for a flag. */
  readonly value: string
  /** It needs a value, and the command ended. */
  readonly isCut?: boolean
}

/** The options of a command line, arguments as `url`: `-sSXPOST` is three, `-d@file` has its value with it. */
export function curlOptions(words: readonly string[]): readonly GivenOption[] {
  const given: GivenOption[] = []
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!
    if (word.startsWith('--')) {
      const syntax = Object.hasOwn(LONG, word.slice(2)) ? LONG[word.slice(2)] : undefined
      const value = syntax?.hasValue === true ? words[++index] : ''
      given.push(option(syntax, word, value))
    } else if (word.startsWith('-') && word.length > 1) {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at]!
        const syntax = Object.hasOwn(SHORT, letter) ? LONG[SHORT[letter]!] : undefined
        const rest = word.slice(at + 1)
        const value = syntax?.hasValue !== true ? '' : rest === '' ? words[++index] : rest
        given.push(option(syntax, `-${letter}`, value))
        if (syntax === undefined || syntax.hasValue) break
      }
    } else {
      given.push({ means: 'url', written: word, value: word })
    }
  }
  return given
}

function option(
  syntax: CurlSyntax | undefined,
  written: string,
  value: string | undefined,
): GivenOption {
  if (value === undefined) return { means: 'unknown', written, value: '', isCut: true }
  return { means: syntax?.means ?? 'unknown', written, value }
}
