import { expect, test } from 'vitest'
import { type RuntimeBench, shell } from './runtime-bench.ts'

const EVERYTHING = { timeoutMs: 10_000 }

/** Who a container is, what it may use, and whose processes it sees. */
export function describeRuntimeProcesses(
  bench: () => RuntimeBench,
  warnings: readonly string[],
): void {
  test('a container is the user and group that it is to be, and so are commands beside it', async () => {
    const pod = await bench().pod()
    const user = { uid: 1234, gid: 2345, supplementalGroups: [] }
    const container = await bench().start(pod.id, shell('id -u; id -g; echo up; sleep 1000'), {
      user,
    })
    await container.prints('1234\n2345\nup\n')
    const exec = (command: readonly string[]) =>
      bench().runtime.exec(container.id, command, EVERYTHING)
    expect((await exec(shell('id -u; id -g'))).output).toBe('1234\n2345\n')
    // As a container without privileges: it may not do what root may.
    expect((await exec(['mount', '-t', 'tmpfs', 'tmpfs', '/mnt'])).exitCode).not.toBe(0)
    expect(bench().runtime.signalContainer(container.id, 'SIGKILL')).toBe(true)
    await container.exit
  })

  test('a user other than root may listen on every port, as in containers', async () => {
    const script = `require('node:net').createServer().listen(80, () => { console.log('listening'); process.exit(0) })`
    const user = { uid: 1234, gid: 1234, supplementalGroups: [] }
    const { output } = await bench().run([process.execPath, '-e', script], { user })
    expect(output).toBe('listening\n')
  })

  test('containers that share their processes see and signal each other, and end one by one', async () => {
    const pod = await sharedPod(bench())
    const first = await bench().start(
      pod.id,
      shell('trap "echo told; exit 5" USR1; echo up $$; while :; do sleep 0.05; done'),
    )
    await first.prints('up')
    expect(first.output()).not.toBe('up 1\n')
    const second = await bench().start(
      pod.id,
      shell(
        `cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; (setsid sleep 7777777 &) ; exit 3`,
      ),
    )
    expect((await second.exit).exitCode).toBe(3)
    expect(second.output()).toContain('while :; do sleep 0.05')
    const number = first.output().split(' ')[1]?.trim()
    const third = await bench().start(
      pod.id,
      shell(`kill -USR1 ${number}; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; hostname`),
    )
    expect((await third.exit).exitCode).toBe(0)
    expect(third.output()).not.toContain('7777777')
    expect(third.output()).toContain('web-1')
    expect((await first.exit).exitCode).toBe(5)
    // Whoever is not process 1 has the kernel's usual end by a signal.
    const fourth = await bench().start(pod.id, shell('echo up; exec sleep 1000'))
    await fourth.prints('up')
    expect(bench().runtime.signalContainer(fourth.id, 'SIGTERM')).toBe(true)
    expect((await fourth.exit).exitCode).toBe(143)
    const last = await bench().start(pod.id, shell('echo up; sleep 1000'))
    await last.prints('up')
    await bench().runtime.removeSandbox(pod.id)
    expect((await last.exit).exitCode).toBe(137)
  })

  test('a container that joins another one sees its processes, and ends with it', async () => {
    const pod = await bench().pod()
    const first = await bench().start(
      pod.id,
      shell('trap "echo told" USR1; echo up; while :; do sleep 0.05; done'),
    )
    await first.prints('up')
    const joined = { processesOf: first.id }
    const leaving = await bench().start(
      pod.id,
      shell(`kill -USR1 1; tr '\\0' ' ' </proc/1/cmdline; (setsid sleep 7777777 &) ; exit 3`),
      joined,
    )
    expect((await leaving.exit).exitCode).toBe(3)
    expect(leaving.output()).toContain('while :; do sleep 0.05')
    await first.prints('told')
    const staying = await bench().start(
      pod.id,
      shell(`cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; echo; echo up; sleep 1000`),
      joined,
    )
    await staying.prints('up\n')
    expect(staying.output()).not.toContain('7777777')
    expect(bench().runtime.signalContainer(first.id, 'SIGKILL')).toBe(true)
    expect((await first.exit).exitCode).toBe(137)
    expect((await staying.exit).exitCode).toBe(137)
    await expect(bench().start(pod.id, ['true'], joined)).rejects.toThrow(first.id)
  })

  test('a memory limit ends it where the machine enforces one, and says so', async () => {
    const limits = { memoryBytes: 48 * 1024 * 1024, cpuMillis: 500 }
    const script = 'echo up; head -c 400000000 /dev/zero | tail | wc -c'
    const run = await bench().run(shell(`${script}; echo survived`), { limits })
    expect(run.output).toContain('up')
    const isUnenforced = run.unenforced.includes('memory')
    expect(run.exit.isOutOfMemory ?? false).toBe(!isUnenforced)
    const told = warnings.filter((text) => text.includes('limits are not enforced'))
    expect(told).toHaveLength(run.unenforced.length)
    expect((await bench().run(['true'], { limits })).exit).not.toHaveProperty('isOutOfMemory')
  })

  test(
    'a long log is rotated, and nothing of what is kept is lost',
    { timeout: 60_000 },
    async () => {
      const { runtime } = bench()
      const pod = await bench().pod()
      const lines = 200_000
      // 100 bytes a line, and the prefix of the CRI format: about 28 MB.
      const container = await bench().start(
        pod.id,
        shell(`seq -f '%099.0f' ${lines}; echo the end`),
      )
      await container.exit
      const { kept, newest } = await runtime.logStart(container.logPath)
      const size = (await runtime.logSize(container.logPath)) ?? 0
      expect(kept).toBe(0)
      expect(newest).toBeGreaterThan(0)
      expect(size - newest).toBeLessThanOrEqual(10.5 * 1024 * 1024)
      let offset = 0
      const parts: Uint8Array[] = []
      for (;;) {
        const bytes = await runtime.readLog(container.logPath, { offset, bytesMax: 4_000_000 })
        if (bytes.length === 0) break
        parts.push(bytes)
        offset += bytes.length
      }
      expect(offset).toBe(size)
      const text = Buffer.concat(parts).toString().trimEnd().split('\n')
      expect(text).toHaveLength(lines + 1)
      expect(text.at(-1)).toMatch(/ stdout F the end$/)
      expect(text.at(-2)?.endsWith(String(lines))).toBe(true)
    },
  )
}

async function sharedPod({ runtime }: RuntimeBench): Promise<{ readonly id: string }> {
  const id = 'pod-of-shared-processes'
  await runtime.createSandbox({
    id,
    namespace: 'default',
    name: 'web-1',
    hostname: 'web-1',
    shareProcessNamespace: true,
  })
  return { id }
}
