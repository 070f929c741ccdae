import { describe, expect, test } from 'vitest'
import { type PlayedPodOptions, playPod } from '../../tests/support/played-pod.ts'
import type { Container } from '../api/pod.ts'
import { SimulatedFiles } from '../simulator/simulated-files.ts'

/** A pod whose app writes `words` into its file and ends by itself after 2 s: its last status, and the files. */
async function lastWords(
  container: Partial<Container>,
  words: string,
  options: PlayedPodOptions = {},
) {
  const files = new SimulatedFiles()
  await files.makeDirectory('/etc')
  await files.writeText('/etc/resolv.conf', '')
  const app = { crashAfterMs: 2_000, crashExitCode: 3, ...options.app }
  const spec = { restartPolicy: 'Never', ...options.spec } as const
  const pod = playPod({ ...options, container, files, app, spec })
  const wait = async (ms: number) => {
    await pod.clock.advance(ms)
    // Files take turns of the loop, not time.
    for (let turn = 0; turn < 50; turn += 1) await pod.clock.advance(0)
  }
  await wait(1_000)
  const mount = pod.runtime.started[0]?.mounts?.find(({ source }) =>
    source.includes('/containers/'),
  )
  if (mount !== undefined && words !== '') await files.writeText(mount.source, words)
  await wait(5_000)
  const terminated = () => pod.statuses.at(-1)?.status.containerStatuses?.[0]?.state.terminated
  return { pod, files, mount, wait, terminated }
}

describe('the message of a container that has ended', () => {
  test.each<readonly [string, Partial<Container>, string, string | undefined]>([
    ['what it wrote', {}, 'no such database', 'no such database'],
    ['nothing', {}, '', undefined],
    ['not what it printed', { terminationMessagePolicy: 'FallbackToLogsOnError' }, 'why', 'why'],
    ['the end of a long one', {}, `${'x'.repeat(4_096)}the end`, `${'x'.repeat(4_089)}the end`],
  ])('%s', async (_name, container, words, message) => {
    expect((await lastWords(container, words)).terminated()?.message).toBe(message)
  })

  test('is cut to its share of 12 KiB in a pod of many containers', async () => {
    const others = ['b', 'c', 'd', 'e', 'f'].map((name) => ({ name, image: 'app:v1' }))
    const containers = [{ name: 'app', image: 'app:v1' }, ...others]
    const { terminated } = await lastWords({}, 'y'.repeat(4_000), {
      spec: { containers },
    })
    expect(terminated()?.message).toHaveLength(2_048)
  })
})

test.each([
  [undefined, '/dev/termination-log'],
  ['/tmp/why', '/tmp/why'],
  ['why', '/why'],
])('terminationMessagePath %s is a file at %s', async (path, target) => {
  const container = path === undefined ? {} : { terminationMessagePath: path }
  const { mount } = await lastWords(container, '')
  expect(mount).toMatchObject({ target, readOnly: false })
})

test('the files of a pod go with it', async () => {
  const { pod, files, wait } = await lastWords({}, 'why')
  expect(await files.kindOf('/pods/uid-1/containers')).toBe('directory')
  pod.deletePod()
  await wait(1_000)
  expect(await files.kindOf('/pods/uid-1')).toBe('missing')
})
