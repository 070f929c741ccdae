import type { RequestTemplate } from '../../../load/plan.ts'
import type { Random } from '../../../world/random.ts'
import { badFlag } from '../../flag-values.ts'
import { readCurl } from './curl-command.ts'
import type { LoadFlags } from '../options/load-flags.ts'
import { type Header, joinHeaders, type ReadInput, type RequestInput } from './request-input.ts'
import { readTarget } from '../options/target-options.ts'
import { fillUuids } from './uuids.ts'
import { readTargets } from './vegeta-targets.ts'

/** What requests are made of: `read` for files that flags name, `random` for `{{uuid}}`. */
export interface RequestSources {
  readonly read: ReadInput
  readonly random: Random
}

/** Methods whose requests have no body, unless they are given one by name. */
const WITHOUT_BODY: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'DELETE']

/** The requests of one command line: of its URL and flags, of a curl command, or of a file of targets. */
export function readRequests(
  url: string | undefined,
  flags: LoadFlags,
  { read, random }: RequestSources,
): RequestInput {
  const input = inputOf(url, flags, read)
  const headers = (flags.header ?? []).map(headerOf)
  const requests = input.requests.map((request) => withHeaders(request, headers))
  return { ...input, requests: requests.map((request) => fillUuids(request, random)) }
}

function inputOf(url: string | undefined, flags: LoadFlags, read: ReadInput): RequestInput {
  const { curl, targets } = flags
  const given = { URL: url, '--curl': curl, '--targets': targets }
  const named = Object.entries(given).filter(([, value]) => value !== undefined)
  if (named.length > 1) {
    const names = named.map(([name]) => name).join(' and ')
    throw badFlag(names, 'together', 'one of them: each says where requests go')
  }
  if (curl !== undefined || targets !== undefined) refuseOwnRequests(flags)
  if (curl !== undefined) {
    const isFile = curl.startsWith('@')
    return readCurl(isFile ? textIn(read('--curl', curl.slice(1))) : curl, read)
  }
  if (targets !== undefined) {
    return readTargets(textIn(read('--targets', targets)), flags.targetsFormat ?? 'http', read)
  }
  if (url === undefined) throw badFlag('URL', 'is missing', 'a URL, or --curl, or --targets')
  return ofFlags(url, flags, read)
}

function refuseOwnRequests({ method, data, request }: LoadFlags): void {
  const given = { '--method': method, '--data': data, '--request': request }
  const [name] = Object.entries(given).find(([, value]) => value !== undefined) ?? []
  if (name === undefined) return
  throw badFlag(name, 'with --curl or --targets', 'it into the command, or into the file')
}

function ofFlags(url: string, flags: LoadFlags, read: ReadInput): RequestInput {
  const { path } = readTarget(url)
  const body = bodyOf(flags.data, read)
  const lines = flags.request ?? []
  const rest = { url, reach: {}, notes: [] }
  if (lines.length === 0) {
    const method = flags.method ?? (body === undefined ? 'GET' : 'POST')
    return { ...rest, requests: [templateOf({ method, path, weight: 1 }, body)] }
  }
  if (flags.method !== undefined) {
    throw badFlag('--method', 'with --request', '--request "METHOD /path"')
  }
  if (path !== '/') {
    throw badFlag('--request', `with the path ${path} in the URL`, 'the URL without a path')
  }
  const named = lines.map(requestLine)
  if (body !== undefined && !named.some(takesBody)) {
    throw badFlag('--data', 'without a request that has a body', '--request "POST /path"')
  }
  const requests = named.map((line) => templateOf(line, takesBody(line) ? body : undefined))
  return { ...rest, requests }
}

interface RequestLine {
  readonly method: string
  readonly path: string
  readonly weight: number
}

function takesBody({ method }: RequestLine): boolean {
  return !WITHOUT_BODY.includes(method)
}

/** `POST /orders`, or `3*GET /` for one that comes three times as often. */
function requestLine(text: string): RequestLine {
  const [, weight = '1', method = 'GET', path] =
    /^\s*(?:(\d*\.?\d+)\s*\*\s*)?(?:([A-Za-z][A-Za-z-]*)\s+)?(\/\S*)\s*$/.exec(text) ?? []
  if (path === undefined || !(Number(weight) > 0)) {
    throw badFlag('--request', text, "'POST /path', or '3*GET /path' with a weight")
  }
  return { method, path, weight: Number(weight) }
}

function templateOf(line: RequestLine, body: string | Uint8Array | undefined): RequestTemplate {
  return { ...line, headers: {}, ...(body === undefined ? {} : { body }) }
}

function bodyOf(data: string | undefined, read: ReadInput): string | Uint8Array | undefined {
  return data?.startsWith('@') === true ? read('--data', data.slice(1)) : data
}

/** In place of those that have the same name; a Host is the authority. */
function withHeaders(request: RequestTemplate, headers: readonly Header[]): RequestTemplate {
  const own = headers.filter(([name]) => name.toLowerCase() !== 'host')
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
  const names = new Set(own.map(([name]) => name.toLowerCase()))
  const others = Object.entries(request.headers).filter(([name]) => !names.has(name.toLowerCase()))
  return {
    ...request,
    headers: joinHeaders([...others, ...own]),
    ...(host === undefined ? {} : { authority: host }),
  }
}

function headerOf(text: string): Header {
  const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw badFlag('--header', text, "'Name: value', as curl takes it")
  }
  return [name, value]
}

function textIn(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
