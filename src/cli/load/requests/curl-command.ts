import { encodeBase64 } from '../../../base/base64.ts'
import { concatenate } from '../../../base/concatenate.ts'
import { assertNever } from '../../../base/invariant.ts'
import { badFlag } from '../../flag-values.ts'
import { curlOptions, type GivenOption } from './curl-options.ts'
import {
  type Header,
  hostAmong,
  joinHeaders,
  type ReadInput,
  type RequestInput,
  withoutFraming,
} from './request-input.ts'
import { shellWords } from './shell-words.ts'
import { readTarget } from '../options/target-options.ts'

/** What a command line of curl sends; options that would change it in a way that we cannot are refused by name. */
export function readCurl(command: string, read: ReadInput): RequestInput {
  const [program, ...words] = shellWords(command)
  if (program === undefined || !/(?:^|\/)curl(?:\.exe)?$/.test(program)) {
    throw badFlag('--curl', command.slice(0, 40), "a command line, such as 'curl http://HOST/'")
  }
  const draft = new CurlDraft(read)
  for (const option of curlOptions(words)) draft.add(option)
  return draft.request()
}

class CurlDraft {
  readonly #read: ReadInput
  #url: string | undefined
  #method: string | undefined
  #isHead = false
  #isGet = false
  readonly #headers: Header[] = []
  /** Names that `-H 'Name:'` takes out. */
  readonly #withheld = new Set<string>()
  readonly #data: Uint8Array[] = []
  #isJson = false
  readonly #notes: string[] = []
  #reach: RequestInput['reach'] = {}
  readonly #redirected: (readonly [from: string, to: string])[] = []

  constructor(read: ReadInput) {
    this.#read = read
  }

  add(option: GivenOption): void {
    const { means, written, value } = option
    switch (means) {
      case 'url':
        if (this.#url !== undefined) throw refused(`two URLs (${this.#url} and ${value})`)
        this.#url = value
        return
      case 'request':
        this.#method = value
        return
      case 'head':
        this.#isHead = true
        return
      case 'get':
        this.#isGet = true
        return
      case 'header':
        return this.#addHeader(value)
      case 'agent':
        return void this.#headers.push(['User-Agent', value])
      case 'referer':
        return void this.#headers.push(['Referer', value])
      case 'bearer':
        return void this.#headers.push(['Authorization', `Bearer ${value}`])
      case 'cookie':
        if (!value.includes('=')) throw refused(`${written} with a file of cookies`)
        return void this.#headers.push(['Cookie', value])
      case 'user':
        if (!value.includes(':')) throw refused(`${written} without a password`)
        return void this.#headers.push(['Authorization', `Basic ${encodeBase64(utf8(value))}`])
      case 'data':
      case 'data-raw':
      case 'data-binary':
      case 'data-urlencode':
      case 'json':
        return this.#addData(means, value)
      case 'insecure':
        this.#reach = { ...this.#reach, insecure: true }
        return
      case 'cacert':
      case 'cert':
      case 'key':
        this.#reach = { ...this.#reach, [means]: value }
        return
      case 'resolve':
      case 'connect-to':
        return this.#addRedirection(means, written, value)
      case 'quiet':
        return
      case 'ignored':
        return void this.#notes.push(`${written} of the curl command does not apply here`)
      case 'unknown': {
        const isCut = option.isCut === true
        throw refused(isCut ? `${written} without its value` : `${written}, which is not supported`)
      }
      default:
        return assertNever(means)
    }
  }

  request(): RequestInput {
    if (this.#url === undefined) throw refused('no URL')
    const { target, path } = readTarget(this.#url)
    const sent = this.#data.length === 0 ? undefined : concatenate(this.#data)
    const query = this.#isGet && sent !== undefined ? new TextDecoder().decode(sent) : ''
    const body = this.#isGet ? undefined : sent
    const authority = hostAmong(this.#headers)
    return {
      url: this.#url,
      requests: [
        {
          method: this.#method ?? (this.#isHead ? 'HEAD' : body === undefined ? 'GET' : 'POST'),
          path: query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`,
          headers: joinHeaders([...withoutFraming(this.#headers), ...this.#defaults(body)]),
          ...(body === undefined ? {} : { body }),
          ...(authority === undefined ? {} : { authority }),
          weight: 1,
        },
      ],
      // What curl is told of TLS, it does not mind where there is none.
      reach: {
        ...(target.tls === undefined ? {} : this.#reach),
        ...this.#connectTo(target.host, target.port),
      },
      notes: this.#notes,
    }
  }

  /** What curl adds of itself, but for its name. */
  #defaults(body: Uint8Array | undefined): readonly Header[] {
    const defaults: Header[] = [['Accept', this.#isJson ? 'application/json' : '*/*']]
    if (body !== undefined) {
      defaults.push([
        'Content-Type',
        this.#isJson ? 'application/json' : 'application/x-www-form-urlencoded',
      ])
    }
    const given = new Set(this.#headers.map(([name]) => name.toLowerCase()))
    return defaults.filter(([name]) => {
      const key = name.toLowerCase()
      return !given.has(key) && !this.#withheld.has(key)
    })
  }

  /** `Name: value`; `Name:` is not sent; `Name;` is sent without a value. */
  #addHeader(text: string): void {
    const [, name, mark, value = ''] = /^([^:;\s]+)\s*([:;])\s*(.*)$/s.exec(text) ?? []
    if (name === undefined) throw refused(`a header ${JSON.stringify(text.slice(0, 40))}`)
    if (mark === ':' && value === '') this.#withheld.add(name.toLowerCase())
    else this.#headers.push([name, value.trim()])
  }

  #addData(means: 'data' | 'data-raw' | 'data-binary' | 'data-urlencode' | 'json', text: string) {
    if (means === 'json') this.#isJson = true
    const isFile = text.startsWith('@') && means !== 'data-raw' && means !== 'data-urlencode'
    const bytes = isFile ? this.#read('--curl', text.slice(1)) : utf8(text)
    const piece =
      means === 'data-urlencode'
        ? utf8(this.#urlEncoded(text))
        : isFile && means === 'data'
          ? bytes.filter((byte) => byte !== 10 && byte !== 13 && byte !== 0)
          : bytes
    if (this.#data.length > 0 && means !== 'json') this.#data.push(utf8('&'))
    this.#data.push(piece)
  }

  /** `content`, `=content`, `name=content`, `@file`, `name@file`. */
  #urlEncoded(text: string): string {
    const [, name = '', mark, content = ''] = /^([^=@]*)([=@])(.*)$/s.exec(text) ?? []
    if (mark === undefined) return encodeURIComponent(text)
    const value = mark === '@' ? new TextDecoder().decode(this.#read('--curl', content)) : content
    return `${name === '' ? '' : `${name}=`}${encodeURIComponent(value)}`
  }

  /** `HOST:PORT:ADDRESS` and `HOST:PORT:HOST:PORT`; of several addresses the first. */
  #addRedirection(means: 'resolve' | 'connect-to', written: string, text: string): void {
    const part = '(\\[[^\\]]*\\]|[^:[]*)'
    const wanted =
      means === 'resolve'
        ? /^[+]?([^:]+):(\d+):(.+)$/
        : new RegExp(`^${part}:(\\d*):${part}:(\\d*)$`)
    const [, host, port, to, toPort] = wanted.exec(text) ?? []
    if (host === undefined || port === undefined || to === undefined) {
      throw refused(`${written} ${text}`)
    }
    const bare = means === 'resolve' ? to.split(',')[0]! : to
    const address = bare.includes(':') && !bare.startsWith('[') ? `[${bare}]` : bare
    this.#redirected.push([`${host}:${port}`, `${address}:${toPort ?? port}`])
  }

  #connectTo(host: string, port: number): RequestInput['reach'] {
    for (const [from, to] of this.#redirected) {
      const [, fromHost = '', fromPort = ''] = /^(.*):(\d*)$/.exec(from) ?? []
      const isHost = ['', '*', host, `[${host}]`].includes(fromHost.toLowerCase())
      if (!isHost || !['', String(port)].includes(fromPort)) continue
      const [, toHost = '', toPort = ''] = /^(.*):(\d*)$/.exec(to) ?? []
      return { connectTo: `${toHost || host}:${toPort || port}` }
    }
    return {}
  }
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function refused(what: string): Error {
  return badFlag('--curl', `has ${what}`, 'a command with one URL and options of its request')
}
