import type { Clock } from '../../world/clock.ts'
import { type HttpAnswer, HttpRequestError, type Network } from '../../world/network.ts'
import { type HttpTarget, isPlainHttp } from '../http-action.ts'
import { NS_PER_MS } from '../timings.ts'
import { goSocketError } from './go-words.ts'
import type { ProbeOutcome } from './outcome.ts'

/** More of an answer than this is not read (the kubelet's maxRespBodyLength). */
const BODY_BYTES_MAX = 10_240
/** Of redirects; Go's client asks no more often. */
const REQUESTS_MAX = 10

/**
 * An HTTP probe: 200 to 399 is a success. A redirect to the same host is followed, ten times at the most; one to
 * another host, or without a Location, is a success with a warning.
 * https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#http-probes
 */
export async function probeHttp(
  world: { readonly network: Network; readonly clock: Clock },
  target: HttpTarget,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ProbeOutcome> {
  const deadline = world.clock.monotonicNs() + timeoutMs * NS_PER_MS
  let { url } = target
  for (let requests = 1; ; requests++) {
    const leftMs = Math.max(1, Math.ceil((deadline - world.clock.monotonicNs()) / NS_PER_MS))
    try {
      const answer = await world.network.request({
        method: 'GET',
        url,
        headers: target.headers,
        timeoutMs: leftMs,
        signal,
        bodyBytesMax: BODY_BYTES_MAX,
      })
      const next = localRedirect(url, answer)
      if (next === undefined) return judge(answer)
      if (requests === REQUESTS_MAX) {
        const message = `Get ${JSON.stringify(next.location)}: stopped after ${REQUESTS_MAX} redirects`
        return { kind: 'failure', message }
      }
      url = next.url
    } catch (error) {
      if (!(error instanceof HttpRequestError)) throw error
      // An answer that breaks off says nothing of the app: an error of the prober, thrown away.
      if (error.isAnswered) return { kind: 'error', state: 'failure', message: describeCut(error) }
      return { kind: 'failure', message: `Get "${url}": ${describe(error, url)}` }
    }
  }
}

function judge({ status, body }: HttpAnswer): ProbeOutcome {
  if (status < 200 || status >= 400) {
    return { kind: 'failure', message: `HTTP probe failed with statuscode: ${status}` }
  }
  return status < 300
    ? { kind: 'success' }
    : { kind: 'warning', message: `Probe terminated redirects, Response body: ${body}` }
}

/** Where the answer redirects to, if that is the same host. */
function localRedirect(
  url: string,
  { status, headers }: HttpAnswer,
): { readonly url: string; readonly location: string } | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined
  const location = Object.entries(headers).find(([name]) => name.toLowerCase() === 'location')
  if (location === undefined || !URL.canParse(location[1], url)) return undefined
  const next = new URL(location[1], url)
  const isLocal = next.hostname === new URL(url).hostname
  return isLocal ? { url: next.href, location: location[1] } : undefined
}

function describeCut({ code }: HttpRequestError): string {
  return code === 'TIMEOUT'
    ? 'context deadline exceeded (Client.Timeout or context cancellation while reading body)'
    : 'unexpected EOF'
}

function describe(error: HttpRequestError, url: string): string {
  if (error.code === 'TIMEOUT') {
    return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
  }
  if (error.code === 'EINVAL') return error.message
  if (isPlainHttp(error)) return 'http: server gave HTTP response to HTTPS client'
  const { hostname, port } = new URL(url)
  return goSocketError(error.code, `${hostname}:${port}`) ?? error.message
}
