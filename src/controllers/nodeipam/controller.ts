import { freePodCidr, rangeAfter, usedPodCidrs } from '../../api/pod-cidr.ts'
import { newEventRecorder } from '../../client/event-recorder.ts'
import { newControllerQueue, type Controller, type ControllerContext } from '../controller.ts'

/**
 * Gives every Node that has none a range for the addresses of its pods, as kube-controller-manager does with
 * `--allocate-node-cidrs`: the one after the last that was given, so that one that was given back rests. A Node keeps its
 * range as long as it lives. Unlike there, addresses of other nodes' pods are left out, too.
 */
export function startNodeIpamController({
  client,
  clock,
  caches,
  eventOptions,
}: ControllerContext): Controller {
  const events = newEventRecorder(client, clock, 'cidrAllocator', eventOptions)
  /** What the cache may not show yet. */
  const given = new Map<string, string>()
  let next = 0

  const queue = newControllerQueue(clock, async (name) => {
    const node = caches.of('Node').get(name)
    if (node === undefined || node.metadata.deletionTimestamp !== undefined) return
    if ((node.spec?.podCIDRs ?? []).length > 0) return
    const shown = { nodes: caches.of('Node').list(), pods: caches.of('Pod').list() }
    const unseen = [...given].filter(([other]) => other !== name).map(([, cidr]) => cidr)
    const cidr = freePodCidr([...usedPodCidrs(shown, name), ...unseen], next)
    if (cidr === undefined) {
      const message = `Node ${name} status is now: CIDRNotAvailable`
      events.event(node, 'Normal', 'CIDRNotAvailable', message)
      queue.addAfter(name, FULL_RETRY_MS)
      return
    }
    given.set(name, cidr)
    next = rangeAfter(cidr)
    await client.patch('Node', { name }, { spec: { podCIDR: cidr, podCIDRs: [cidr] } })
  })
  caches.of('Node').onChange(({ key, current }) => {
    if (current === undefined || (current.spec?.podCIDRs ?? []).length > 0) given.delete(key)
    if (current !== undefined) queue.add(key)
  })
  return {
    async stop() {
      await queue.stop()
      await events.stop()
    },
  }
}

/** A node that leaves gives its range back. */
const FULL_RETRY_MS = 10_000
