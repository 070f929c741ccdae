import type { NodeNotice } from '../../node/node-notice.ts'

/** A row for people. */
export function describeNotice(nodeName: string, notice: NodeNotice): string {
  switch (notice.kind) {
    case 'unreachable':
      return `cluster  does not answer node ${nodeName} (${notice.why}); its pods go on, and it is asked again every 2 s`
    case 'reachable':
      return `cluster  answers node ${nodeName} again`
    case 'registered-again':
      return `node     ${nodeName} was deleted from the cluster, and is registered again`
    case 'taken':
      return `node     ${nodeName} is run by another hitless now`
  }
}
