import type { LaneShare, LoadProtocol, RequestTemplate } from '../../../load/plan.ts'
import { bytesOfHex, GRPC_METHOD_FORM, HEX_FORM, isGrpcMethod } from '../../../base/text-forms.ts'
import { encodeHealthCheck, HEALTH_CHECK_PATH } from '../../../base/grpc-health.ts'
import { badFlag, wholeNumber } from '../../flag-values.ts'
import type { LoadFlags } from './load-flags.ts'

const STREAMS_MAX = 10_000

/** What flags other than `--protocol` say of it. */
export function namedProtocol(flags: LoadFlags): string | undefined {
  const isGrpc = [flags.grpcMethod, flags.grpcHealth, flags.dataHex].some(
    (value) => value !== undefined,
  )
  const implied = isGrpc ? 'grpc' : flags.http2 === true ? 'http2' : undefined
  const { protocol = implied } = flags
  // gRPC is HTTP/2.
  if (implied === undefined || protocol === implied || (!isGrpc && protocol === 'grpc')) {
    return protocol
  }
  throw badFlag('--protocol', `${protocol} with ${implied}`, `--protocol ${implied}, or neither`)
}

/** Requests at once on a connection; undefined when nothing is said of it. */
export function streamsOf(protocol: LoadProtocol, flags: LoadFlags): number | undefined {
  const streamsMax = wholeNumber('--streams', flags.streams)
  if (streamsMax === undefined) return undefined
  if (protocol !== 'http2' && protocol !== 'grpc') {
    throw badFlag('--streams', `with ${protocol}`, '--http2 or --protocol grpc as well')
  }
  if (streamsMax < 1 || streamsMax > STREAMS_MAX) {
    throw badFlag('--streams', `${streamsMax}`, `1 to ${STREAMS_MAX}`)
  }
  return streamsMax
}

/** Only the lane `reused` is not about connections one by one. */
export function withStreams(
  lanes: readonly LaneShare[],
  streamsMax: number | undefined,
): readonly LaneShare[] {
  if (streamsMax === undefined) return lanes
  if (!lanes.some(({ lane }) => lane === 'reused')) {
    throw badFlag('--streams', 'without the lane reused', '--lanes reused=1')
  }
  return lanes.map((lane) => (lane.lane === 'reused' ? { ...lane, streamsMax } : lane))
}

/** Requests as calls of gRPC: what is missing of a call in them, flags say. */
export function callsOf(
  requests: readonly RequestTemplate[],
  flags: LoadFlags,
): readonly RequestTemplate[] {
  if (flags.method !== undefined) throw badFlag('--method', 'with gRPC', '--grpc-method instead')
  if (flags.success !== undefined) {
    throw badFlag('--success', 'with gRPC', 'nothing: a call succeeds with the status OK')
  }
  if (flags.data !== undefined && flags.dataHex !== undefined) {
    throw badFlag('--data-hex', 'with --data', 'one of them')
  }
  const path = flags.grpcHealth === undefined ? methodOf(flags) : HEALTH_CHECK_PATH
  const body = flags.grpcHealth === undefined ? messageOf(flags.dataHex) : healthOf(flags)
  return requests.map((request) => {
    const call = { ...request, method: 'POST', path: path ?? request.path }
    if (!isGrpcMethod(call.path)) throw badFlag('--grpc-method', '(missing)', GRPC_METHOD_FORM)
    return body === undefined ? call : { ...call, body }
  })
}

function methodOf({ grpcMethod, request }: LoadFlags): string | undefined {
  if (grpcMethod === undefined) return undefined
  if (request !== undefined) throw badFlag('--grpc-method', 'with --request', 'one of them')
  const path = grpcMethod.startsWith('/') ? grpcMethod : `/${grpcMethod}`
  if (isGrpcMethod(path)) return path
  throw badFlag('--grpc-method', grpcMethod, GRPC_METHOD_FORM)
}

function messageOf(hex: string | undefined): Uint8Array | undefined {
  if (hex === undefined) return undefined
  const bytes = bytesOfHex(hex)
  if (bytes === undefined) throw badFlag('--data-hex', hex, HEX_FORM)
  return bytes
}

function healthOf({ grpcHealth, grpcMethod, data, dataHex, request }: LoadFlags): Uint8Array {
  const given = {
    '--grpc-method': grpcMethod,
    '--data': data,
    '--data-hex': dataHex,
    '--request': request,
  }
  const [name] = Object.entries(given).find(([, value]) => value !== undefined) ?? []
  if (name !== undefined) throw badFlag('--grpc-health', `with ${name}`, 'one of them')
  return encodeHealthCheck(typeof grpcHealth === 'string' ? grpcHealth : '')
}
