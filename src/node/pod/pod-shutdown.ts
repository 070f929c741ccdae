import type { StopCause } from '../../timeline/fact.ts'
import type { ContainerRunner } from '../container/container-runner.ts'
import { endsBefore } from '../termination/order.ts'

/**
 * Stops all containers of a pod, each as it has to be: at the same time, but that sidecars are signalled after the
 * others, in the reverse of their order. Their preStop hooks run with everybody's. Resolves when nothing runs.
 */
export async function stopAllContainers(
  runners: readonly ContainerRunner[],
  options: { readonly graceSeconds: number; readonly cause: StopCause },
): Promise<void> {
  const ordered = runners.map(({ record }) => record)
  const ended = new Map(
    runners.map((runner) => [runner.spec.name, Promise.withResolvers<void>()] as const),
  )
  const stop = async (runner: ContainerRunner) => {
    const { name } = runner.spec
    const before = endsBefore(name, ordered)
    const turn = Promise.all(before.flatMap((other) => ended.get(other)?.promise ?? [])).then(
      () => undefined,
    )
    const message = `Stopping container ${name}`
    await runner.stop({ ...options, message, ...(before.length === 0 ? {} : { turn }) })
    ended.get(name)?.resolve()
  }
  await Promise.all(runners.map(stop))
}

/**
 * The last record of each container, once nothing runs: one that had to have run, and of which nothing is known, has
 * ended as unknown; one whose turn never came goes on waiting (TerminatePod of the kubelet).
 */
export function settleContainers(
  runners: readonly ContainerRunner[],
  isInitialized: boolean,
): void {
  const ephemeral = runners.filter(({ record }) => record.role === 'ephemeral')
  const apps = runners.filter(({ record }) => record.role === 'app')
  const inits = runners.filter((runner) => !apps.includes(runner) && !ephemeral.includes(runner))
  const reached = inits.slice(0, Math.max(1, inits.findLastIndex(hasRun) + 1))
  const isAppMissed = isInitialized || apps.some(hasRun)
  for (const runner of inits) runner.settle(reached.includes(runner))
  for (const runner of apps) runner.settle(isAppMissed)
  for (const runner of ephemeral) runner.settle(false)
}

function hasRun({ record }: ContainerRunner): boolean {
  return record.containerId !== undefined
}
