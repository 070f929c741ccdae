import type { Container } from '../../api/pod.ts'
import { isListening } from '../pod-life.ts'
import { spanOf } from '../units.ts'
import type { Cause } from './cause.ts'
import { concernedPods } from './concerned-objects.ts'

/** Nanoseconds since the origin of the run. */
interface Evidence {
  readonly port: number
  readonly startedAt: number
  readonly chosenAt: number
  /** When the port opened at last, where that was seen. */
  readonly openedAt: number | undefined
}

/**
 * Without a readiness probe a container counts as ready as soon as it runs
 * (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes): its pod
 * becomes an endpoint, and an old pod is ended, before the app listens.
 */
export const readinessMissing: Cause<Evidence> = {
  id: 'readiness-missing',
  title: 'the pod became an endpoint before it listened',

  recognise(drop, { manifest }) {
    const { pod, container, route, routedAt: chosenAt } = drop
    if (route?.result !== 'refused' || pod === undefined || chosenAt === undefined) return undefined
    const { port } = route.endpoint
    if (manifest.servingContainer(port)?.container.readinessProbe !== undefined) return undefined
    if (pod.deletedAt !== undefined && pod.deletedAt <= chosenAt) return undefined
    const startedAt = container?.startedAt[0]
    // A container that has ended before refuses for another reason.
    const hasEnded = container?.exits.some(({ at }) => at <= chosenAt) ?? false
    if (startedAt === undefined || hasEnded) return undefined
    const opened = pod.ports.get(port)?.find(({ kind }) => kind === 'listener-opened')
    // The opening is seen late by up to its resolution, never early.
    if (isListening(pod, port, chosenAt) === true) return undefined
    return { port, startedAt, chosenAt, openedAt: opened?.at }
  },

  explain(cases, view) {
    const first = cases[0]?.evidence
    const serving = view.manifest.servingContainer(first?.port)
    const place = serving && view.manifest.place(serving.pointer)
    const lateness = cases.reduce(
      (most, { evidence }) =>
        Math.max(most, (evidence.openedAt ?? evidence.chosenAt) - evidence.startedAt),
      0,
    )
    return {
      objects: concernedPods(cases, view),
      explanation:
        'The pod counted as ready as soon as its container ran, and new connections went to it; ' +
        `the app listened only ${spanOf(lateness)} after its start.`,
      ...(place === undefined ? {} : { location: place }),
      ...(serving === undefined
        ? {}
        : {
            because: `container "${serving.container.name}" has no readinessProbe`,
            fix: probeFor(serving.container, first?.port),
          }),
    }
  },
}

/** Cheap, frequent, on the serving port; the path of the other probes where they have one. */
function probeFor({ ports, livenessProbe, startupProbe }: Container, port = 80): string {
  const named = ports?.find(({ containerPort }) => containerPort === port)?.name ?? port
  const path = (startupProbe ?? livenessProbe)?.httpGet?.path ?? '/'
  return `readinessProbe: { httpGet: { path: ${path}, port: ${named} }, periodSeconds: 2, failureThreshold: 3 }`
}
