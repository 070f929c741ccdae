import { forbidden, invalid, invalidAll, notSupported, required, type FieldFault } from './fault.ts'
import type { Field } from './field.ts'
import { checkWord, requireText } from './field-checks.ts'
import { checkHeaderName, checkNotNegative, checkPortNumber, checkPortReference } from './names.ts'

const SCHEMES = ['HTTP', 'HTTPS']
const PROBE_NUMBERS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
]

/** Of Linux: https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#defining-custom-stop-signals */
const LINUX_SIGNALS = [
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT RTMAX',
  ...Array.from({ length: 14 }, (_, index) => `RTMAX-${index + 1}`),
  'RTMIN',
  ...Array.from({ length: 15 }, (_, index) => `RTMIN+${index + 1}`),
  'SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ',
]
  .flatMap((names) => names.split(' '))
  .map((name) => `SIG${name}`)
  .toSorted()
const WINDOWS_SIGNALS = ['SIGKILL', 'SIGTERM']

/** What of a pod its hooks depend on. */
export interface HookSurroundings {
  readonly graceSeconds: number
  /** `linux`, `windows`, or empty where the pod does not say. */
  readonly os: string
}

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes */
export function validateProbes(container: Field, graceSeconds: number): readonly FieldFault[] {
  return [
    ...validateProbe(container.field('livenessProbe'), graceSeconds, 'once'),
    ...validateProbe(container.field('readinessProbe'), graceSeconds, 'many'),
    ...validateProbe(container.field('startupProbe'), graceSeconds, 'once'),
  ]
}

/** `successes` is how often a probe may have to succeed; the one that may be many ends no container. */
function validateProbe(
  probe: Field,
  graceSeconds: number,
  successes: 'once' | 'many',
): readonly FieldFault[] {
  if (!probe.isPresent) return []
  const threshold = probe.field('successThreshold')
  const grace = probe.field('terminationGracePeriodSeconds')
  return [
    ...validateHandler(probe, graceSeconds),
    ...PROBE_NUMBERS.flatMap((name) => {
      const value = probe.field(name).number ?? 0
      return invalidAll(probe.child(name), value, checkNotNegative(value))
    }),
    ...(grace.number !== undefined && grace.number <= 0
      ? [invalid(grace, grace.number, 'must be greater than 0')]
      : []),
    ...(successes === 'once' && (threshold.number ?? 1) !== 1
      ? [invalid(threshold, threshold.number, 'must be 1')]
      : []),
    ...(successes === 'many' && grace.isPresent
      ? [invalid(grace, grace.number, 'must not be set for readinessProbes')]
      : []),
  ]
}

/** https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/ */
export function validateLifecycle(
  lifecycle: Field,
  { graceSeconds, os }: HookSurroundings,
): readonly FieldFault[] {
  return [
    ...['postStart', 'preStop']
      .map((name) => lifecycle.field(name))
      .filter(({ isPresent }) => isPresent)
      .flatMap((hook) => validateHandler(hook, graceSeconds)),
    ...validateStopSignal(lifecycle.field('stopSignal'), os),
  ]
}

function validateStopSignal(signal: Field, os: string): readonly FieldFault[] {
  if (!signal.isPresent) return []
  switch (os) {
    case '':
      return [forbidden(signal, 'may not be set for containers with empty `spec.os.name`')]
    case 'windows':
      return checkWord(signal, WINDOWS_SIGNALS)
    case 'linux':
      return checkWord(signal, LINUX_SIGNALS)
    default:
      return []
  }
}

/** Exactly one handler, and that one in order. The first of several counts. */
function validateHandler(handler: Field, graceSeconds: number): readonly FieldFault[] {
  const checks: Readonly<Record<string, (action: Field) => readonly FieldFault[]>> = {
    exec: (action) => validateCommand(action.field('command')),
    httpGet: validateHttpGet,
    tcpSocket: (action) => validatePort(action.field('port')),
    grpc: (action) => {
      const port = action.field('port')
      return invalidAll(port, port.number ?? 0, checkPortNumber(port.number ?? 0))
    },
    sleep: (action) => validateSleep(action, graceSeconds),
  }
  const present = Object.entries(checks).filter(([name]) => handler.field(name).isPresent)
  if (present.length === 0) return [required(handler, 'must specify a handler type')]
  return present.flatMap(([name, check], index) =>
    index === 0
      ? check(handler.field(name))
      : [forbidden(handler.child(name), 'may not specify more than 1 handler type')],
  )
}

function validateSleep(sleep: Field, graceSeconds: number): readonly FieldFault[] {
  const seconds = sleep.field('seconds').number ?? 0
  if (seconds >= 0 && seconds <= graceSeconds) return []
  const detail = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`
  return [invalid(sleep, seconds, detail)]
}

function validateCommand(command: Field): readonly FieldFault[] {
  return command.items.length === 0 ? [required(command)] : []
}

function validateHttpGet(action: Field): readonly FieldFault[] {
  const scheme = action.field('scheme')
  const headers = action.field('httpHeaders')
  return [
    ...requireText(action.field('path')),
    ...validatePort(action.field('port')),
    ...(SCHEMES.includes(scheme.text) ? [] : [notSupported(scheme, scheme.text, SCHEMES)]),
    ...headers.items.flatMap((header, index) => {
      const name = header.field('name').text
      return invalidAll(headers.within(String(index)), name, checkHeaderName(name))
    }),
  ]
}

/** A number, or the name of a port of the container; absent counts as 0, as it does in Go. */
export function validatePort(port: Field): readonly FieldFault[] {
  const value = typeof port.value === 'string' ? port.value : (port.number ?? 0)
  return invalidAll(port, value, checkPortReference(value))
}
