import { HEALTH_CHECK_PATH } from '../base/grpc-health.ts'
import {
  bytesOfHex,
  GRPC_METHOD_FORM,
  HEX_FORM,
  isGrpcMethod,
  isToken,
} from '../base/text-forms.ts'
import { joinPath, normalizePath } from './path.ts'
import type { SettingsNode } from './settings-node.ts'
import { holdsSessions } from './settings-sessions.ts'
import type { LoadSettings } from './settings.ts'

type Request = LoadSettings['requests'][number]
type Protocol = LoadSettings['protocol']

/** Whether the server as a whole serves. */
export const HEALTH_CHECK: Request = {
  method: 'POST',
  path: HEALTH_CHECK_PATH,
  headers: {},
  weight: 1,
}

/** The `load.requests` of hitless.yaml; undefined where one of them is wrong. */
export function readRequests(
  node: SettingsNode,
  { protocol, directory }: { readonly protocol: Protocol; readonly directory: string },
): readonly Request[] | undefined {
  const requests = node.items().map((item): Request | undefined => {
    const nodes = item.fields('load.requests[]')
    const { method, path, headers, weight } = nodes
    const body = readBody(nodes, directory)
    if (holdsSessions(protocol)) method?.refuse('is not for sessions', 'they begin with a GET')
    if (protocol === 'grpc') method?.refuse('is not for grpc', 'calls are made with POST')
    const verb = method === undefined ? methodOf(protocol, body !== undefined) : readMethod(method)
    const place = path === undefined ? '/' : readRequestPath(path)
    if (verb === undefined || place === undefined) return undefined
    if (protocol === 'grpc' && !isGrpcMethod(place)) {
      return (path ?? item).refuse(`takes a method of gRPC, such as ${GRPC_METHOD_FORM}`)
    }
    return {
      method: verb,
      path: place,
      headers: headers === undefined ? {} : readHeaders(headers),
      ...body,
      weight: weight?.number({ min: 0.001, max: 1_000_000, whole: false }) ?? 1,
    }
  })
  if (requests.length === 0 && Array.isArray(node.value))
    return node.refuse('needs at least one request')
  return requests.every((request) => request !== undefined) ? requests : undefined
}

/** A handshake is a GET: `data` is what is sent after it. */
function methodOf(protocol: Protocol, hasBody: boolean): string {
  return protocol === 'grpc' || (hasBody && !holdsSessions(protocol)) ? 'POST' : 'GET'
}

const BODIES = ['data', 'dataHex', 'dataFile'] as const

function readBody(
  nodes: Readonly<Record<string, SettingsNode | undefined>>,
  directory: string,
): Pick<Request, 'body' | 'bodyFile'> | undefined {
  const { data, dataHex, dataFile } = nodes
  const [first, second] = BODIES.filter((key) => nodes[key] !== undefined)
  if (second !== undefined) nodes[second]?.refuse(`cannot be there beside ${first}`)
  if (dataFile !== undefined) {
    const text = dataFile.text()
    return text === undefined ? undefined : { bodyFile: normalizePath(joinPath(directory, text)) }
  }
  const body = dataHex === undefined ? data?.anyText() : readHex(dataHex)
  return body === undefined ? undefined : { body }
}

function readHex(node: SettingsNode): Uint8Array | undefined {
  const text = node.anyText()
  if (text === undefined) return undefined
  return bytesOfHex(text) ?? node.refuse(`takes ${HEX_FORM}`)
}

/** RFC 9110 section 9: a token, in capitals as the registered ones are. */
function readMethod(node: SettingsNode): string | undefined {
  const text = node.text()
  if (text === undefined || /^[A-Z]+$/.test(text)) return text
  return node.refuse('takes a method in capitals, such as GET or POST')
}

/** RFC 9112 section 3.2.1: the origin form. */
function readRequestPath(node: SettingsNode): string | undefined {
  const text = node.text()
  if (text === undefined || /^\/[!-~]*$/.test(text)) return text
  return node.refuse('takes a path that begins with / and has no blanks', 'write "/path?query"')
}

/** Header values stay on their line, so that no request can be smuggled into another. */
function readHeaders(node: SettingsNode): Readonly<Record<string, string>> {
  const pairs = node.entries().flatMap(([name, value]) => {
    const text = value.anyText()
    if (text === undefined) return []
    if (isToken(name) && /^[\t -~]*$/.test(text)) return [[name, text]]
    value.refuse('is no header: a name without blanks and a value of printable ASCII')
    return []
  })
  return Object.fromEntries(pairs)
}
