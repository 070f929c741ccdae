import type { Container, Probe } from '../../api/pod.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Clock } from '../../world/clock.ts'
import type { Network } from '../../world/network.ts'
import { expandReferences } from '../environment/expansion.ts'
import { httpTarget, PortError, resolvePort } from '../http-action.ts'
import { probeExec } from './exec.ts'
import { probeGrpc } from './grpc.ts'
import { probeHttp } from './http.ts'
import type { ProbeOutcome } from './outcome.ts'
import { probeTcp } from './tcp.ts'

/** A prober that errs is tried this often before the probe counts as an error (maxProbeRetries). */
const TRIES_MAX = 3

/** A day: longer timeouts are no longer ones in practice, and timers have a limit. */
const TIMEOUT_MS_MAX = 86_400_000

export interface ProbeTarget {
  readonly container: Container
  readonly containerId: string
  readonly podIP: string
  /** Aborts when nobody wants the outcome any more. */
  readonly signal: AbortSignal
}

export interface ProbeDoors {
  readonly network: Network
  readonly clock: Clock
  readonly runtime: Runtime
}

/**
 * One probe of a container. Only errors of the prober itself are tried again: a probe that fails or
 * times out has an outcome.
 */
export async function runProbe(
  doors: ProbeDoors,
  probe: Probe,
  target: ProbeTarget,
): Promise<ProbeOutcome> {
  let outcome = await probeOnce(doors, probe, target)
  for (let tries = 1; outcome.kind === 'error' && tries < TRIES_MAX; tries++) {
    if (target.signal.aborted) return outcome
    outcome = await probeOnce(doors, probe, target)
  }
  return outcome
}

async function probeOnce(
  doors: ProbeDoors,
  probe: Probe,
  { container, containerId, podIP, signal }: ProbeTarget,
): Promise<ProbeOutcome> {
  const timeoutSeconds = probe.timeoutSeconds ?? 1
  const limits = { timeoutMs: Math.min(timeoutSeconds * 1_000, TIMEOUT_MS_MAX), signal }
  try {
    if (probe.exec !== undefined) {
      // Values of the container's own `env` only: what comes from elsewhere is empty.
      const values = new Map(container.env?.map(({ name, value = '' }) => [name, value]))
      const expand = (word: string) => expandReferences(word, (name) => values.get(name))
      const command = (probe.exec.command ?? []).map(expand)
      return await probeExec(doors.runtime, containerId, command, { timeoutSeconds, ...limits })
    }
    if (probe.httpGet !== undefined) {
      return await probeHttp(doors, httpTarget(probe.httpGet, container, podIP, 'probe'), limits)
    }
    if (probe.tcpSocket !== undefined) {
      const port = resolvePort(probe.tcpSocket.port, container)
      const host = probe.tcpSocket.host || podIP
      return await probeTcp(doors, { host, port }, limits)
    }
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    return { kind: 'error', state: 'unknown', message: error.message }
  }
  if (probe.grpc !== undefined) {
    const { port, service = '' } = probe.grpc
    return probeGrpc(doors, { host: podIP, port, service }, limits)
  }
  const message = `missing probe handler for ${container.name}`
  return { kind: 'error', state: 'unknown', message }
}
