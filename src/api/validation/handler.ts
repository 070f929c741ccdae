import type { Container, HttpGetAction, Lifecycle, LifecycleHandler, Probe } from '../pod.ts'
import {
  forbidden,
  invalid,
  invalidAll,
  notSupported,
  required,
  type Draft,
  type FieldFault,
  type FieldPath,
} from './fault.ts'
import { checkHeaderName, checkNotNegative, checkPortNumber, checkPortReference } from './names.ts'

const SCHEMES = ['HTTP', 'HTTPS']
const PROBE_NUMBERS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes */
export function validateProbes(
  { livenessProbe, readinessProbe, startupProbe }: Draft<Container>,
  at: FieldPath,
): readonly FieldFault[] {
  return [
    ...validateProbe(livenessProbe, at.child('livenessProbe'), 'once'),
    ...validateProbe(readinessProbe, at.child('readinessProbe'), 'many'),
    ...validateProbe(startupProbe, at.child('startupProbe'), 'once'),
  ]
}

/** `successes` is how often a probe may have to succeed; the one that may be many ends no container. */
function validateProbe(
  probe: Draft<Probe> | undefined,
  at: FieldPath,
  successes: 'once' | 'many',
): readonly FieldFault[] {
  if (probe === undefined) return []
  const { successThreshold, terminationGracePeriodSeconds: grace } = probe
  const graceAt = at.child('terminationGracePeriodSeconds')
  return [
    ...validateHandler(probe, at),
    ...PROBE_NUMBERS.flatMap((field) => {
      const value = probe[field] ?? 0
      return invalidAll(at.child(field), value, checkNotNegative(value))
    }),
    ...(successes === 'once' && successThreshold !== undefined && successThreshold > 1
      ? [invalid(at.child('successThreshold'), successThreshold, 'must be 1')]
      : []),
    ...(successes === 'many' && grace !== undefined
      ? [invalid(graceAt, grace, 'must not be set for readinessProbes')]
      : []),
    ...(successes === 'once' && grace !== undefined && grace <= 0
      ? [invalid(graceAt, grace, 'must be greater than 0')]
      : []),
  ]
}

/** https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/ */
export function validateLifecycle(
  { postStart, preStop }: Draft<Lifecycle>,
  graceSeconds: number,
  at: FieldPath,
): readonly FieldFault[] {
  return [
    ...validateHook(postStart, graceSeconds, at.child('postStart')),
    ...validateHook(preStop, graceSeconds, at.child('preStop')),
  ]
}

function validateHook(
  hook: Draft<LifecycleHandler> | undefined,
  graceSeconds: number,
  at: FieldPath,
): readonly FieldFault[] {
  if (hook === undefined) return []
  const faults = validateHandler(hook, at)
  const { seconds = 0 } = hook.sleep ?? {}
  if (hook.sleep === undefined || faults.some(({ path }) => path === at.child('sleep').path)) {
    return faults
  }
  if (seconds >= 0 && seconds <= graceSeconds) return faults
  const detail = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`
  return [...faults, invalid(at.child('sleep'), seconds, detail)]
}

/** Exactly one handler, and that one in order. The first of several counts. */
function validateHandler(
  handler: Draft<Probe> & Draft<LifecycleHandler>,
  at: FieldPath,
): readonly FieldFault[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler
  const checks: readonly (readonly [string, unknown, () => readonly FieldFault[]])[] = [
    ['exec', exec, () => validateCommand(exec?.command, at.child('exec', 'command'))],
    ['httpGet', httpGet, () => validateHttpGet(httpGet ?? {}, at.child('httpGet'))],
    ['tcpSocket', tcpSocket, () => validatePort(tcpSocket?.port, at.child('tcpSocket', 'port'))],
    ['grpc', grpc, () => validateGrpc(grpc?.port ?? 0, at.child('grpc', 'port'))],
    ['sleep', sleep, () => []],
  ]
  const present = checks.filter(([, value]) => value !== undefined)
  if (present.length === 0) return [required(at, 'must specify a handler type')]
  return present.flatMap(([field, , check], index) =>
    index === 0
      ? check()
      : [forbidden(at.child(field), 'may not specify more than 1 handler type')],
  )
}

function validateCommand(
  command: readonly string[] | undefined,
  at: FieldPath,
): readonly FieldFault[] {
  return (command ?? []).length === 0 ? [required(at)] : []
}

function validateHttpGet(
  { path, port, scheme, httpHeaders = [] }: Draft<HttpGetAction>,
  at: FieldPath,
): readonly FieldFault[] {
  return [
    ...(path === '' ? [required(at.child('path'))] : []),
    ...validatePort(port, at.child('port')),
    ...(scheme === undefined || SCHEMES.includes(scheme)
      ? []
      : [notSupported(at.child('scheme'), scheme, SCHEMES)]),
    ...httpHeaders.flatMap(({ name = '' }, index) =>
      invalidAll(at.child('httpHeaders').within(String(index)), name, checkHeaderName(name)),
    ),
  ]
}

function validatePort(port: number | string | undefined, at: FieldPath): readonly FieldFault[] {
  return invalidAll(at, port ?? 0, checkPortReference(port))
}

function validateGrpc(port: number, at: FieldPath): readonly FieldFault[] {
  return invalidAll(at, port, checkPortNumber(port))
}
