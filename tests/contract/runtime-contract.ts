import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ContainerStartError, type Runtime, type RuntimeGap } from '../../src/runtime/runtime.ts'
import { describeRuntimeEnvironment } from './runtime-environment-contract.ts'
import { describeRuntimeStreams } from './runtime-streams-contract.ts'
import { POLL, RuntimeBench, shell, webServer, type RuntimeSuite } from './runtime-bench.ts'

/**
 * What every Runtime promises, but for its `gaps`; programs are those of a POSIX system, and the Node of this test.
 * `image` is what containers run in, where a runtime has images that hold these programs.
 */
export function describeRuntime(
  name: string,
  makeRuntime: () => Promise<Runtime>,
  options: {
    readonly gaps?: readonly RuntimeGap[]
    readonly image?: string
    /** Nobody else's processes come and go here. Default true. */
    readonly isAlone?: boolean
    /** Pods that come and go. Default 100. */
    readonly rounds?: number
  } = {},
): void {
  const { gaps = [], image, isAlone = true, rounds = 100 } = options
  describe(`${name} runtime`, () => {
    let bench: RuntimeBench
    beforeAll(async () => {
      bench = new RuntimeBench(await makeRuntime(), image)
    }, 120_000)
    afterAll(() => bench.stop(), 120_000)

    test('it says what is not as on a Kubernetes node', () => {
      expect([...(bench.runtime.gaps ?? [])].sort()).toEqual([...gaps].sort())
    })

    const suite: RuntimeSuite = {
      bench: () => bench,
      has: (gap) => gaps.includes(gap),
      isAlone,
      rounds,
    }
    describe('process 1', () => describeProcessOne(suite))
    describe('pods', () => describePods(suite))
    describe('exec', () => describeExec(suite))
    describe('streams', () => describeRuntimeStreams(suite))
    describe('the environment', () => describeRuntimeEnvironment(suite))
  })
}

function describeProcessOne({ bench, has }: RuntimeSuite): void {
  test.each([
    ['exit 0', { exitCode: 0 }],
    ['exit 7', { exitCode: 7 }],
    ['exit 143', { exitCode: 143 }],
    ['trap "exit 3" TERM; echo up; while :; do sleep 0.05; done', { exitCode: 3 }],
  ])('%s is its exit code', async (script, expected) => {
    const pod = await bench().pod()
    const container = await bench().start(pod.id, shell(script))
    if (script.includes('up')) {
      await container.prints('up')
      expect(bench().runtime.signalContainer(container.id, 'SIGTERM')).toBe(true)
    }
    const { lastOutput: _, ...exit } = await container.exit
    expect(exit).toEqual(expected)
  })

  test.runIf(has('process-namespaces'))(
    'a program without a handler is ended by SIGTERM',
    async () => {
      const pod = await bench().pod()
      const container = await bench().start(pod.id, shell('echo up; while :; do sleep 0.05; done'))
      await container.prints('up')
      expect(bench().runtime.signalContainer(container.id, 'SIGTERM')).toBe(true)
      expect(await container.exit).toEqual({ exitCode: 143, signal: 'SIGTERM', lastOutput: 'up\n' })
    },
  )

  const asProcessOne = test.skipIf(has('process-namespaces'))
  asProcessOne('a program without a handler ignores SIGTERM, and SIGKILL ends it', async () => {
    const pod = await bench().pod()
    const container = await bench().start(pod.id, shell('echo up; while :; do sleep 0.05; done'))
    await container.prints('up')
    expect(bench().runtime.signalContainer(container.id, 'SIGTERM')).toBe(true)
    const alive = await bench().runtime.exec(container.id, ['true'], { timeoutMs: 10_000 })
    expect(alive.exitCode).toBe(0)
    expect(bench().runtime.signalContainer(container.id, 'SIGKILL')).toBe(true)
    expect(await container.exit).toEqual({ exitCode: 137, signal: 'SIGKILL', lastOutput: 'up\n' })
    expect(bench().runtime.signalContainer(container.id, 'SIGTERM')).toBe(false)
  })

  test('its end ends all that it started, daemons too', async () => {
    // A daemon holds its pipe to the reader open for as long as it lives.
    const script = 'echo $$; setsid sleep 1234567 & setsid sleep 1234567 & sleep 0.1; exit 0'
    const { exit, output } = await bench().run(shell(script))
    expect(exit.exitCode).toBe(0)
    if (!has('process-namespaces')) expect(output).toBe('1\n')
    const seen = await bench().run(shell('cat /proc/[0-9]*/cmdline | tr "\\0" " "'))
    expect(seen.output).not.toContain('sleep 1234567')
  })

  test('a signal to its process group stays inside', async () => {
    const { exit, output } = await bench().run(shell('trap "echo got" TERM; kill 0; exit 4'))
    expect(exit.exitCode).toBe(4)
    expect(output).toBe('got\n')
  })

  test.each([
    [['no-such-program'], 'exec: "no-such-program": executable file not found in $PATH'],
    [['/no/such', 'x'], 'exec: "/no/such": stat /no/such: no such file or directory'],
    [['/etc/passwd'], 'exec: "/etc/passwd": permission denied'],
    [['/etc'], 'exec: "/etc": permission denied'],
  ])('%j cannot be started', async (command, message) => {
    const pod = await bench().pod()
    const started = bench().start(pod.id, command)
    await expect(started).rejects.toThrow(ContainerStartError)
    await expect(started).rejects.toThrow(message)
  })

  test.skipIf(has('missing-directories'))(
    'a working directory that is missing is named',
    async () => {
      const pod = await bench().pod()
      const started = bench().start(pod.id, ['true'], { workingDir: '/no/such' })
      await expect(started).rejects.toThrow('cannot enter /no/such: ENOENT')
    },
  )
}

function describePods({ bench, has }: RuntimeSuite): void {
  const get = (ip: string, port: number) => bench().get(ip, port)

  test('each has its own ports, and they reach one another', async () => {
    const pods = await Promise.all(['one', 'two', 'three'].map((name) => bench().pod(name)))
    const names = ['one', 'two', 'three']
    const containers = await Promise.all(
      pods.map((pod, index) =>
        bench().start(pod.id, webServer(5000, names[index]), { env: { PEER: pods[1]?.ip ?? '' } }),
      ),
    )
    await Promise.all(containers.map((container) => container.prints('listening')))
    expect(await Promise.all(pods.map((pod) => get(pod.ip, 5000)))).toEqual(['one', 'two', 'three'])

    const url = '`http://${process.env.PEER}:5000/`'
    const script = `fetch(${url}).then((a) => a.text()).then(console.log)`
    const seen = await bench().runtime.exec(
      containers[0]?.id ?? '',
      [process.execPath, '-e', script],
      { timeoutMs: 10_000 },
    )
    expect(seen.output).toBe('two\n')
  })

  test('containers of one pod share its ports', async () => {
    const pod = await bench().pod()
    const first = await bench().start(pod.id, webServer(5000))
    await first.prints('listening')
    const second = await bench().start(pod.id, webServer(5000))
    const exit = await second.exit
    expect(exit.exitCode).toBe(1)
    expect(exit.lastOutput).toContain('EADDRINUSE')
  })

  test('a restarted container is found at the same address', async () => {
    const pod = await bench().pod('again')
    for (let round = 0; round < 3; round++) {
      const container = await bench().start(pod.id, webServer(5000, 'again'))
      await container.prints('listening')
      expect(await get(pod.ip, 5000)).toBe('again')
      bench().runtime.signalContainer(container.id, 'SIGKILL')
      await container.exit
      await expect(get(pod.ip, 5000)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    }
  })

  test('listening ports are seen, over IPv4 and IPv6, for as long as they are', async () => {
    const pod = await bench().pod()
    expect(await bench().runtime.listeningPorts(pod.id)).toEqual([])
    const idle = await bench().start(pod.id, shell('sleep 1000'))
    expect(await bench().runtime.listeningPorts(pod.id)).toEqual([])
    const isShared = has('port-space')
    const [all, local] = isShared
      ? ['process.env.HOST', 'process.env.HOST']
      : ["'::'", "'127.0.0.1'"]
    const script = `const { createServer } = require('node:net')
      createServer().listen(8080, ${all}, () =>
        createServer().listen(7070, ${local}, () => console.log('listening')))`
    const container = await bench().start(pod.id, [process.execPath, '-e', script])
    await container.prints('listening')
    expect(await bench().runtime.listeningPorts(pod.id)).toEqual([7070, 8080])
    bench().runtime.signalContainer(container.id, 'SIGKILL')
    await container.exit
    expect(await bench().runtime.listeningPorts(pod.id)).toEqual([])
    bench().runtime.signalContainer(idle.id, 'SIGKILL')
    expect(await bench().runtime.listeningPorts('unknown')).toEqual([])
  })

  test('connections are seen for as long as a program holds them', async () => {
    const { runtime } = bench()
    const look = runtime.portUse?.bind(runtime)
    if (look === undefined) return
    const pod = await bench().pod()
    // It closes what it has taken at the first line of any, and its listener before that.
    const script = `const { createServer } = require('node:net')
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        socket.on('data', () => socket.end())
      }).listen(8080, process.env.HOST ?? '0.0.0.0', () => console.log('listening'))
      setInterval(() => undefined, 1_000)
      process.on('SIGTERM', () => server.close())`
    const container = await bench().start(pod.id, [process.execPath, '-e', script])
    await container.prints('listening')
    const held = async () => {
      const { listening, connections, isCut } = await look(pod.id)
      return { listening, open: connections.get(8080) ?? 0, isCut }
    }
    expect(await held()).toEqual({ listening: [8080], open: 0, isCut: false })
    const one = await bench().connect(pod.ip, 8080)
    const other = await bench().connect(pod.ip, 8080)
    await expect.poll(held, POLL).toEqual({ listening: [8080], open: 2, isCut: false })
    runtime.signalContainer(container.id, 'SIGTERM')
    await expect.poll(held, POLL).toEqual({ listening: [], open: 2, isCut: false })
    one.end()
    other.write('x')
    // The one that only its client has closed is held.
    await expect.poll(held, POLL).toEqual({ listening: [], open: 1, isCut: false })
    one.destroy()
    runtime.signalContainer(container.id, 'SIGKILL')
    await container.exit
    expect((await held()).open).toBe(0)
    other.destroy()
  })

  test('removing one ends its containers, also one that is just starting, and twice is fine', async () => {
    const pod = await bench().pod()
    const running = await bench().start(pod.id, shell('sleep 1000'))
    const starting = bench().start(pod.id, shell('sleep 1000'))
    await bench().runtime.removeSandbox(pod.id)
    expect((await running.exit).exitCode).toBe(137)
    expect((await (await starting).exit).exitCode).toBe(137)
    await bench().runtime.removeSandbox(pod.id)
    await expect(bench().start(pod.id, ['true'])).rejects.toThrow(ContainerStartError)
    const early = bench().pod()
    await bench().runtime.removeSandbox(`pod-${bench().count}`)
    await early
  })
}

function describeExec({ bench, has }: RuntimeSuite): void {
  test('a command runs beside process 1, with its environment and directory', async () => {
    const pod = await bench().pod('box')
    const options = { env: { A: "it's", 'b.c': '2' }, workingDir: '/usr' }
    const container = await bench().start(pod.id, shell('sleep 1000'), options)
    const own = has('hostnames') ? 'echo box' : 'hostname'
    const sees = has('process-namespaces') ? 'true' : 'readlink /proc/1/exe >/dev/null'
    const script = `pwd; ${own}; echo "$A"; ${sees} && echo sees; exit 9`
    const result = await bench().runtime.exec(container.id, shell(script), { timeoutMs: 10_000 })
    const output = "/usr\nbox\nit's\nsees\n"
    expect(result).toEqual({ exitCode: 9, output, timedOut: false })
    const env = await bench().runtime.exec(container.id, ['env'], { timeoutMs: 10_000 })
    if (has('exact-environment')) {
      for (const line of ["A=it's", 'b.c=2']) expect(env.output.split('\n')).toContain(line)
    } else {
      expect(env.output).toMatch(/^A=it's\nb\.c=2\nPATH=\S+\n$/)
    }
  })

  test.skipIf(has('process-namespaces'))(
    'it can signal process 1, as preStop commands do',
    async () => {
      const pod = await bench().pod()
      const script = 'trap "exit 6" USR1; echo up; while :; do sleep 0.05; done'
      const container = await bench().start(pod.id, shell(script))
      await container.prints('up')
      await bench().runtime.exec(container.id, shell('kill -USR1 1'), { timeoutMs: 10_000 })
      expect((await container.exit).exitCode).toBe(6)
    },
  )

  test('at the timeout it is killed with what it started, and process 1 goes on', async () => {
    const pod = await bench().pod()
    // Where containers see all processes, there are those of other tests beside it.
    const [mark, seconds] = [3_000_000 + process.pid, 1_000_000 + process.pid]
    const loop = shell(`: ${mark}; while :; do sleep 0.05; done`)
    const container = await bench().start(pod.id, loop)
    const result = await bench().runtime.exec(
      container.id,
      shell(`echo started; sleep ${seconds} & sleep ${seconds}`),
      { timeoutMs: 300 },
    )
    expect(result).toEqual({ exitCode: 137, output: 'started\n', timedOut: true })
    const find = async (number: number) => {
      // A pattern that does not find itself.
      const pattern = String(number).replace(/.$/, '[$&]')
      const list = shell(`grep -al '${pattern}' /proc/[0-9]*/cmdline 2>/dev/null`)
      return (await bench().runtime.exec(container.id, list, { timeoutMs: 10_000 })).output
    }
    expect(await find(mark)).toMatch(/^\/proc\/\d+\/cmdline\n/)
    expect(await find(seconds)).toBe('')
  })

  test('a missing program, much output and a container that has ended are told', async () => {
    const pod = await bench().pod()
    const container = await bench().start(pod.id, shell('sleep 1000'))
    const exec = (command: readonly string[]) =>
      bench().runtime.exec(container.id, command, { timeoutMs: 10_000 })
    expect(await exec(['no-such-program'])).toMatchObject({ exitCode: 126, timedOut: false })
    expect((await exec(['seq', '100000'])).output).toHaveLength(10 * 1024)
    bench().runtime.signalContainer(container.id, 'SIGKILL')
    await container.exit
    expect((await exec(['true'])).exitCode).not.toBe(0)
  })
}
