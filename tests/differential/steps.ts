import type { Step, Wish } from './scenario.ts'

/** The words in which scenarios are written. */

export function create(wish: Wish): Step {
  return { do: 'create', wish }
}

export function patch(what: string, patch: Readonly<Record<string, unknown>>): Step {
  return { do: 'patch', what, patch }
}

export function image(image: string): Step {
  const spec = { containers: [{ name: 'web', image: `web:${image}` }] }
  return patch(`image ${image}`, { spec: { template: { spec } } })
}

export function scale(replicas: number): Step {
  return patch(`scale to ${replicas}`, { spec: { replicas } })
}

export function pause(): Step {
  return patch('pause', { spec: { paused: true } })
}

export function resume(): Step {
  return patch('resume', { spec: { paused: null } })
}

export function budget(maxSurge: number | string, maxUnavailable: number | string): Step {
  const strategy = { rollingUpdate: { maxSurge, maxUnavailable } }
  return patch(`budget ${maxSurge}/${maxUnavailable}`, { spec: { strategy } })
}

export function annotate(annotations: Readonly<Record<string, string | null>>): Step {
  return patch(`annotate ${JSON.stringify(annotations)}`, { metadata: { annotations } })
}

export function undo(to = 0): Step {
  return { do: 'undo', to }
}

export function remove(policy: 'Background' | 'Foreground' | 'Orphan'): Step {
  return { do: 'delete', policy }
}

export function ready(image: string, count: number | 'all' = 1): Step {
  return { do: 'ready', image, count }
}

export function readyAtOnce(image: string): Step {
  return { do: 'ready-at-once', image }
}

export function unready(image: string, count: number | 'all' = 1): Step {
  return { do: 'unready', image, count }
}

export function fail(image: string, count: number | 'all' = 1): Step {
  return { do: 'fail', image, count }
}

export function deletePods(image: string, count: number | 'all' = 1): Step {
  return { do: 'delete-pods', image, count }
}

export function gone(image: string, count: number | 'all' = 'all'): Step {
  return { do: 'gone', image, count }
}

export function roll(image: string): Step {
  return { do: 'roll', image }
}

export function wait(seconds: number): Step {
  return { do: 'wait', seconds }
}

/** A Deployment that is complete before the scenario begins. */
export function settled(wish: Wish): readonly Step[] {
  return [create(wish), readyAtOnce(wish.image)]
}

export function mark(
  image: string,
  state: 'ready' | 'unready',
  mark: string,
  annotations: Readonly<Record<string, string>> = {},
): Step {
  return { do: 'mark', image, state, mark, annotations }
}

export function relabelPod(image: string, labels: Readonly<Record<string, string | null>>): Step {
  return { do: 'relabel-pod', image, labels }
}

export function createReplicaSet(
  name: string,
  image: string,
  replicas: number,
  labels: Readonly<Record<string, string>> = {},
): Step {
  return { do: 'create-replica-set', name, image, replicas, labels }
}

export function patchReplicaSet(
  number: number,
  what: string,
  patch: Readonly<Record<string, unknown>>,
): Step {
  return { do: 'patch-replica-set', number, what, patch }
}
