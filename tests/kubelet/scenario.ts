import type { Secret } from '../../src/api/access.ts'
import type { ConfigMap } from '../../src/api/core.ts'
import type { Container, PodSpec, Probe } from '../../src/api/pod.ts'

/** What is done to the one pod of a scenario; it is created before the first step. */
export type Step =
  /** Until the track of that name (see `tracks.ts`) shows all of these texts. */
  | { readonly do: 'until'; readonly track: string; readonly shows: readonly string[] }
  /** Without a grace period: the pod's own. */
  | { readonly do: 'delete'; readonly graceSeconds?: number }
  | { readonly do: 'wait'; readonly seconds: number }
  /** With the value `b` of the key `a`. */
  | { readonly do: 'create-config-map'; readonly name: string }

/** The life of a pod on a node. */
export interface Scenario {
  /** The name of its trace, and of its namespace. */
  readonly name: string
  /** One sentence. */
  readonly about: string
  readonly spec: PodSpec
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  /** What is there before the pod, in its namespace. */
  readonly objects?: readonly (ConfigMap | Secret)[]
  readonly steps: readonly Step[]
  /** It takes half a minute: begun first. */
  readonly isLong?: true
  /** That probes are refused is a part of it, and certain. */
  readonly refuses?: true
  /** Where our times are shorter than the kubelet's by more than the second that it may be late. */
  readonly early?: { readonly seconds: number; readonly why: string }
  /** Lines of ours, by key, that are as good as those recorded. */
  readonly accepted?: readonly Accepted[]
}

export interface Accepted {
  readonly why: string
  readonly lines: Readonly<Record<string, string>>
}

export const IMAGE = 'localhost/life:v1'
/** The same with STOPSIGNAL SIGQUIT, at which the program ends with 3. */
export const QUIT_IMAGE = 'localhost/life-quit:v1'

/** A container of `app.mjs`. */
export function app(args: string, more: Partial<Container> = {}): Container {
  return { name: 'app', image: IMAGE, args: args.split(' '), ...more }
}

/**
 * Every second, so that scenarios are short. A machine with other work answers later than in the second that is the
 * default, and nothing is to turn on that.
 */
export const EVERY_SECOND = { periodSeconds: 1, timeoutSeconds: 5 }

export function http(path: string, more: Probe = {}): Probe {
  return { httpGet: { path, port: 8080 }, ...EVERY_SECOND, ...more }
}

export function exec(command: string) {
  return { exec: { command: command.split(' ') } }
}

/** Ready as soon as the program answers, so that its handler of SIGTERM is there. */
export const READINESS = { readinessProbe: http('/') }

/** A directory that outlives restarts, for programs that count their runs. */
export const STATE = {
  volumes: [{ name: 'state', emptyDir: {} }],
}
export const MOUNT = { volumeMounts: [{ name: 'state', mountPath: '/state' }] }

export function until(track: string, ...shows: readonly string[]): Step {
  return { do: 'until', track, shows }
}

export const READY = until('Ready', 'True')
export const GONE = until('deletion', 'gone')
export const DELETE: Step = { do: 'delete' }
