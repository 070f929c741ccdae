import type { Container, HttpGetAction, LifecycleHandler } from '../../api/pod.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { type Clock, sleep } from '../../world/clock.ts'
import { HttpRequestError, type HttpRequest, type Network } from '../../world/network.ts'
import { httpTarget, isPlainHttp, PortError } from '../http-action.ts'

/** More of a hook's answer than this is not read. */
const BODY_BYTES_MAX = 10_240

export type HookOutcome =
  { readonly kind: 'succeeded' } | { readonly kind: 'failed'; readonly message: string }

export interface HookTarget {
  readonly container: Container
  readonly containerId: string
  readonly podIP: string
}

export interface HookOptions {
  readonly timeoutMs: number
  /** Ends a sleep only: a command and a request run on to their timeout at the most. */
  readonly cutOff: AbortSignal
  /** Ends all of them. */
  readonly killed: AbortSignal
}

/**
 * Runs a lifecycle hook to its end. Any HTTP answer is a success, also a 500; a tcpSocket handler
 * fails, as it does in Kubernetes, where it is kept for backward compatibility only.
 * https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/
 */
export async function runHook(
  doors: { readonly network: Network; readonly clock: Clock; readonly runtime: Runtime },
  handler: LifecycleHandler,
  target: HookTarget,
  options: HookOptions,
): Promise<HookOutcome> {
  if (handler.exec !== undefined) {
    return runExec(doors.runtime, handler.exec.command ?? [], target, options)
  }
  if (handler.httpGet !== undefined) {
    return runRequest(doors.network, handler.httpGet, target, options)
  }
  if (handler.sleep !== undefined) {
    const ended = AbortSignal.any([options.cutOff, options.killed])
    await sleep(doors.clock, handler.sleep.seconds * 1_000, ended)
    return ended.aborted
      ? failed('container terminated before sleep hook finished')
      : { kind: 'succeeded' }
  }
  return failed(
    handler.tcpSocket === undefined
      ? 'invalid handler'
      : 'invalid handler: tcpSocket is not supported as a lifecycle hook',
  )
}

async function runExec(
  runtime: Runtime,
  command: readonly string[],
  { containerId }: HookTarget,
  { timeoutMs, killed: signal }: HookOptions,
): Promise<HookOutcome> {
  try {
    const options = { timeoutMs, signal }
    const { exitCode, output, timedOut } = await runtime.exec(containerId, command, options)
    if (timedOut) return failed(`command "${command.join(' ')}" was cut off`)
    if (exitCode === 0) return { kind: 'succeeded' }
    return failed(`command "${command.join(' ')}" exited with ${exitCode}: ${output.trim()}`)
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error))
  }
}

async function runRequest(
  network: Network,
  action: HttpGetAction,
  { container, podIP }: HookTarget,
  { timeoutMs, killed: signal }: HookOptions,
): Promise<HookOutcome> {
  const limits = { timeoutMs, signal, bodyBytesMax: BODY_BYTES_MAX }
  try {
    const request = httpTarget(action, container, podIP, 'lifecycle')
    await requestEitherWay(network, { method: 'GET', ...request, ...limits })
    return { kind: 'succeeded' }
  } catch (error) {
    // Whatever was answered, it was an answer.
    if (error instanceof HttpRequestError) {
      return error.isAnswered
        ? { kind: 'succeeded' }
        : failed(`Get ${action.path ?? '/'}: ${error.code}`)
    }
    if (error instanceof PortError) return failed(error.message)
    throw error
  }
}

/**
 * TLS is not insisted on: who answers it in plain HTTP is asked again in plain HTTP, without what would be a secret, as
 * by the kubelet.
 */
async function requestEitherWay(network: Network, request: HttpRequest): Promise<void> {
  try {
    await network.request(request)
  } catch (error) {
    if (!(error instanceof HttpRequestError) || !isPlainHttp(error)) throw error
    const url = request.url.replace(/^https:/, 'http:')
    const headers = Object.entries(request.headers).filter(([name]) => !AUTHORIZATION.test(name))
    await network.request({ ...request, url, headers: Object.fromEntries(headers) })
  }
}

const AUTHORIZATION = /^authorization$/i

function failed(message: string): HookOutcome {
  return { kind: 'failed', message }
}
