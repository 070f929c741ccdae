import type { PodSpec } from '../../src/api/pod.ts'
import type { TimingRow } from './row.ts'

/** The pod of a row: the image of a container is named as it is. */
export function podSpecOf({ container, initContainers, spec }: TimingRow): PodSpec {
  return {
    nodeName: 'node-1',
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    ...(initContainers === undefined ? {} : { initContainers }),
    containers: [{ name: 'app', image: 'app', ...container }],
    ...spec,
  }
}
