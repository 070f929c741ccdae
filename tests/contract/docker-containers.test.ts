import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startDockerRuntime } from '../../src/runtime/docker-runtime.ts'
import { ImagePullError, type Runtime } from '../../src/runtime/runtime.ts'
import { liveHttpCallers } from '../../src/world/live/http-caller.ts'
import { liveWorld } from '../../src/world/live/world.ts'
import { loadMachineImage } from '../support/docker-image.ts'
import { RuntimeBench, shell } from './runtime-bench.ts'

/** The socket of a Docker engine of this machine that tests may use. */
const { HITLESS_TEST_DOCKER: socketPath = '' } = process.env

const IMAGE = 'hitless-test:containers'

/** No program can be this process, so nobody of that name lives. */
const DEAD_OWNER = '1-1-another-boot'

const start = (): Promise<Runtime> =>
  startDockerRuntime({ ...liveWorld(), callers: liveHttpCallers(), socketPath })

if (socketPath === '') {
  test.skipIf(true)('Docker: HITLESS_TEST_DOCKER names no socket of an engine', () => undefined)
} else {
  describeDocker()
}

/** The names of hitless's. */
async function volumes(): Promise<readonly string[]> {
  const engine = liveHttpCallers().open({ baseUrl: 'http://docker', socketPath })
  const filters = encodeURIComponent(JSON.stringify({ label: ['hitless.owner'] }))
  const target = `/v1.40/volumes?filters=${filters}`
  const call = { method: 'GET', target, headers: {}, timeoutMs: 20_000 }
  const { body } = await engine.call(call)
  await engine.close()
  const answer: { readonly Volumes: readonly { readonly Name: string }[] | null } = JSON.parse(body)
  return (answer.Volumes ?? []).map(({ Name }) => Name)
}

function describeDocker(): void {
  let bench: RuntimeBench
  beforeAll(async () => {
    const config = { Entrypoint: ['/bin/sh'], Cmd: ['-c', 'id'], User: '7:8', StopSignal: 'QUIT' }
    await loadMachineImage(socketPath, IMAGE, { ...config, Env: ['A=b=c'], WorkingDir: '/tmp' })
    bench = new RuntimeBench(await start(), IMAGE)
  }, 120_000)
  afterAll(() => bench.stop(), 60_000)

  const prepare = (image: string, mayPull: boolean) =>
    bench.runtime.prepareImage?.(image, { mayPull, onPulling: () => undefined })

  test('an image says how it runs', async () => {
    expect(await prepare(IMAGE, true)).toEqual({ kind: 'present' })
    expect(bench.runtime.resolveImage(IMAGE)).toEqual({
      command: ['/bin/sh'],
      defaultArgs: ['-c', 'id'],
      env: expect.objectContaining({ A: 'b=c' }),
      workingDir: '/tmp',
      stopSignal: 'SIGQUIT',
      user: '7:8',
    })
  })

  test('one that is not there and cannot be pulled is told in the words of the engine', async () => {
    await expect(prepare('localhost:1/none:v1', false)).rejects.toThrow(ImagePullError)
    await expect(prepare('localhost:1/none:v1', true)).rejects.toThrow(/localhost:1/)
    expect(bench.runtime.resolveImage('localhost:1/none:v1')).toBeUndefined()
  }, 120_000)

  test('users, groups, mounts and the image’s own user are applied', async () => {
    const own = await bench.run(shell('id -u; id -g'))
    expect(own.output).toBe('7\n8\n')
    const user = { uid: 1234, gid: 567, supplementalGroups: [89] }
    const mounts = [{ source: '/etc', target: '/made/etc', readOnly: true }]
    const script = 'id -u; id -g; id -G; head -c 5 /made/etc/passwd; touch /made/etc/x; true'
    const { output } = await bench.run(shell(script), { user, mounts })
    expect(output).toContain('1234\n567\n567 89\n')
    expect(output).toContain('root:')
    expect(output).toContain('Read-only file system')
  }, 120_000)

  test('a directory in memory keeps what is in it over restarts, is as large as it may be, and goes with its pod', async () => {
    const directory = join(mkdtempSync(join(tmpdir(), 'docker-memory-')), 'cache')
    mkdirSync(directory)
    onTestFinished(() => rmSync(dirname(directory), { recursive: true }))
    const sizeBytes = 1024 * 1024
    const others = await volumes()
    expect(await bench.runtime.mountMemory?.(directory, { sizeBytes })).toBe(true)
    expect(await bench.runtime.mountMemory?.(directory, { sizeBytes })).toBe(true)
    const pod = await bench.pod()
    const mounts = [
      { source: directory, target: '/cache', readOnly: false },
      { source: join(directory, 'part'), target: '/part', readOnly: false },
    ]
    const run = async (script: string) => {
      const user = { uid: 1234, gid: 567, supplementalGroups: [] }
      const container = await bench.start(pod.id, shell(script), { mounts, user })
      await container.exit
      return container.output()
    }
    const fill =
      'echo kept >/cache/file; head -c 2000000 /dev/zero 2>&1 >/cache/large; ls -d /cache/part'
    const filled = await run(`${fill}; grep -c " /cache tmpfs " /proc/mounts`)
    expect(filled).toMatch(/No space left on device\n\/cache\/part\n1\n$/)
    expect(await run('cat /cache/file')).toBe('kept\n')
    expect(readdirSync(directory)).toEqual([])
    const own = (await volumes()).filter((name) => !others.includes(name))
    expect(own).toHaveLength(1)
    await bench.runtime.removeSandbox(pod.id)
    expect(await volumes()).not.toContain(own[0])
  }, 120_000)

  test('a container that needs more than its memory is ended, and that is said', async () => {
    const script = 'const all = []; for (;;) all.push(Buffer.alloc(1e6, 1))'
    const limits = { memoryBytes: 64 * 1024 * 1024, cpuMillis: 500 }
    const { exit } = await bench.run([process.execPath, '-e', script], { limits })
    expect(exit).toMatchObject({ exitCode: 137, signal: 'SIGKILL', isOutOfMemory: true })
  }, 120_000)

  test('what another process has left behind goes, and what a living one has stays', async () => {
    const engine = liveHttpCallers().open({ baseUrl: 'http://docker', socketPath })
    const call = async (method: string, target: string, body?: object) => {
      const headers = { 'content-type': 'application/json' }
      const text = body === undefined ? {} : { body: JSON.stringify(body) }
      return engine.call({ method, target: `/v1.40${target}`, headers, timeoutMs: 20_000, ...text })
    }
    const Labels = { 'hitless.owner': DEAD_OWNER }
    await call('POST', '/containers/create?name=hitless-left', { Image: IMAGE, Labels })
    await call('POST', '/networks/create', { Name: 'hitless-left', Labels })
    await call('POST', '/volumes/create', { Name: 'hitless-left', Labels })
    const pod = await bench.pod()
    const living = await bench.start(pod.id, shell('sleep 1000'))
    await (await start()).stop()
    expect((await call('GET', '/containers/hitless-left/json')).status).toBe(404)
    expect((await call('GET', '/networks/hitless-left')).status).toBe(404)
    expect((await call('GET', '/volumes/hitless-left')).status).toBe(404)
    const alive = await bench.runtime.exec(living.id, ['true'], { timeoutMs: 10_000 })
    expect(alive.exitCode).toBe(0)
    await engine.close()
  }, 120_000)

  test('containers may share their processes', async () => {
    const sandbox = { id: 'shared', namespace: 'default', name: 'web', hostname: 'web' }
    await bench.runtime.createSandbox({ ...sandbox, shareProcessNamespace: true })
    await bench.start('shared', shell('sleep 2345678'))
    const second = await bench.start('shared', shell('cat /proc/[0-9]*/cmdline | tr "\\0" " "'))
    await second.exit
    expect(second.output()).toMatch(/\/pause .*sleep 2345678/s)
    await bench.runtime.removeSandbox('shared')
  }, 120_000)
}
