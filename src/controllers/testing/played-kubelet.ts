import { isPodTerminating, podCondition, type Pod } from '../../api/pod.ts'
import { formatTimestamp } from '../../base/timestamp.ts'
import type { Client } from '../../client/client.ts'
import { newInformer } from '../../client/informer.ts'
import type { Clock } from '../../world/clock.ts'

export interface PlayedKubelet {
  stop(): void
}

export interface PlayedTimes {
  /** From the placement to Ready. */
  readonly readyAfterMs: number
  /** From the deletion to the end of the object. */
  readonly stopAfterMs: number
}

/**
 * A node without containers: marks pods that were placed on it Ready and removes deleted ones. A pod whose
 * template has the annotation `test/ready: never` stays unready.
 */
export async function startPlayedKubelet(
  client: Client,
  clock: Clock,
  { readyAfterMs, stopAfterMs }: PlayedTimes,
): Promise<PlayedKubelet> {
  await client.create('Node', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'played' },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  })
  const started = new Set<string>()
  const stopping = new Set<string>()
  let addresses = 0
  const pods = newInformer(client, clock, 'Pod')
  pods.onChange(({ key, current }) => {
    const uid = current?.metadata.uid
    if (current === undefined || uid === undefined || current.spec.nodeName === undefined) return
    if (isPodTerminating(current)) {
      if (stopping.has(uid)) return
      stopping.add(uid)
      clock.after(stopAfterMs, () => remove(key))
    } else if (!started.has(uid)) {
      started.add(uid)
      addresses += 1
      const ip = `10.244.${Math.floor(addresses / 250)}.${(addresses % 250) + 1}`
      void setStatus(current, ip, false)
      if (current.metadata.annotations?.['test/ready'] === 'never') return
      clock.after(readyAfterMs, () => makeReady(key, ip))
    }
  })
  await pods.start()
  return { stop: () => pods.stop() }

  function makeReady(key: string, ip: string): void {
    const pod = pods.get(key)
    if (pod !== undefined && !isPodTerminating(pod)) void setStatus(pod, ip, true)
  }

  async function setStatus(pod: Pod, ip: string, ready: boolean): Promise<void> {
    const scheduled = podCondition(pod, 'PodScheduled')
    const now = formatTimestamp(clock.wallMs())
    await client.patch(
      'Pod',
      pod.metadata,
      {
        status: {
          phase: 'Running',
          podIP: ip,
          podIPs: [{ ip }],
          conditions: [
            { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: now },
            ...(scheduled === undefined ? [] : [scheduled]),
          ],
        },
      },
      { subresource: 'status' },
    )
  }

  function remove(key: string): void {
    const pod = pods.get(key)
    if (pod !== undefined) void client.delete('Pod', pod.metadata, { gracePeriodSeconds: 0 })
  }
}
