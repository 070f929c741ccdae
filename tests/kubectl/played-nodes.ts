import { isPodTerminating, type Pod } from '../../src/api/pod.ts'
import { formatTimestamp } from '../../src/base/timestamp.ts'
import type { Client } from '../../src/client/client.ts'
import { newInformer } from '../../src/client/informer.ts'
import type { Clock } from '../../src/world/clock.ts'

const READY_AFTER_MS = 500
const STOP_AFTER_MS = 500
const LEASE_RENEWAL_MS = 10_000

const SIZE = { cpu: '64', memory: '256Gi', pods: '1000' }

export interface PlayedNodes {
  stop(): void
}

/**
 * The kubelet of `fake-1`, and of every node whose name begins so: nodes without containers, as those of
 * the control plane that the sessions were recorded with. A pod becomes Ready after a while and is gone a
 * while after its deletion; its annotations `ref/ready-after` (`never`) and `ref/stop-after` (`3s`) tell
 * of another while.
 */
export async function startPlayedNodes(client: Client, clock: Clock): Promise<PlayedNodes> {
  const now = () => formatTimestamp(clock.wallMs())
  await joinNode(client, now())
  const pods = newInformer(client, clock, 'Pod')
  const seen = new Set<string>()
  let addresses = 0
  let stopped = false
  pods.onChange(({ key, current }) => {
    if (current?.spec.nodeName?.startsWith('fake-') !== true) return
    const ending = isPodTerminating(current)
    const wait = waitOf(current, ending)
    const once = `${current.metadata.uid}${ending ? ' ends' : ''}`
    if (seen.has(once) || (!ending && current.status?.podIP !== undefined)) return
    seen.add(once)
    if (wait === undefined) return
    addresses += 1
    const ip = `198.18.${Math.floor(addresses / 250)}.${(addresses % 250) + 1}`
    clock.after(wait, () => {
      const pod = pods.get(key)
      if (pod === undefined || pod.metadata.uid !== current.metadata.uid || stopped) return
      const change = ending
        ? client.delete('Pod', pod.metadata, { gracePeriodSeconds: 0 })
        : client.patch('Pod', pod.metadata, readyStatus(pod, ip, now()), { subresource: 'status' })
      // It may have gone in the meantime, as on any node.
      change.catch(() => {})
    })
  })
  await pods.start()
  const renew = () => {
    if (stopped) return
    void renewLease(client, clock.wallMs())
    clock.after(LEASE_RENEWAL_MS, renew)
  }
  renew()
  return {
    stop: () => {
      stopped = true
      pods.stop()
    },
  }
}

/** Undefined: never. */
function waitOf(pod: Pod, ending: boolean): number | undefined {
  const wanted = pod.metadata.annotations?.[ending ? 'ref/stop-after' : 'ref/ready-after']
  if (wanted === 'never') return undefined
  const seconds = /^(\d+)s$/.exec(wanted ?? '')?.[1]
  if (seconds !== undefined) return Number(seconds) * 1000
  return ending ? STOP_AFTER_MS : READY_AFTER_MS
}

async function joinNode(client: Client, now: string): Promise<void> {
  const name = 'fake-1'
  const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' }
  await client.create('Node', { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } })
  await client.patch(
    'Node',
    { name },
    {
      status: {
        capacity: SIZE,
        allocatable: SIZE,
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: 'KubeletReady',
            lastHeartbeatTime: now,
            lastTransitionTime: now,
          },
        ],
      },
    },
    { subresource: 'status' },
  )
}

async function renewLease(client: Client, nowMs: number): Promise<void> {
  const name = { namespace: 'kube-node-lease', name: 'fake-1' }
  const renewTime = new Date(nowMs).toISOString().replace('Z', '000Z')
  const spec = { holderIdentity: name.name, leaseDurationSeconds: 40, renewTime }
  try {
    await client.patch('Lease', name, { spec })
  } catch {
    await client
      .create('Lease', {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: name,
        spec,
      })
      .catch(() => {})
  }
}

function readyStatus(pod: Pod, ip: string, now: string) {
  const types = ['Initialized', 'PodReadyToStartContainers', 'ContainersReady', 'Ready']
  const kept = (pod.status?.conditions ?? []).filter(({ type }) => !types.includes(type))
  return {
    status: {
      phase: 'Running',
      podIP: ip,
      podIPs: [{ ip }],
      startTime: now,
      conditions: [
        ...types.map((type) => ({ type, status: 'True', lastTransitionTime: now })),
        ...kept,
      ],
      containerStatuses: pod.spec.containers.map(({ name, image = '' }) => ({
        name,
        image,
        imageID: image,
        containerID: `fake://${pod.metadata.uid}${name}`,
        ready: true,
        started: true,
        restartCount: 0,
        lastState: {},
        state: { running: { startedAt: now } },
      })),
    },
  }
}
