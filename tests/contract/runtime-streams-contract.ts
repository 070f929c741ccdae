import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  ContainerGoneError,
  PortRefusedError,
  type OpenStreams,
  type StreamEnd,
  type StreamHandlers,
} from '../../src/runtime/runtime.ts'
import { POLL, shell, type RuntimeBench, type RuntimeSuite } from './runtime-bench.ts'

/** What streams said so far, and how they ended. */
function listener() {
  const { promise: end, resolve } = Promise.withResolvers<StreamEnd>()
  const seen = { stdout: '', stderr: '', drains: 0 }
  const handlers: StreamHandlers = {
    onOutput: (stream, bytes) => (seen[stream] += Buffer.from(bytes).toString()),
    onDrain: () => (seen.drains += 1),
    onEnd: resolve,
  }
  return { seen, handlers, end }
}

const PIPES = { stdin: true, tty: false }

/** Commands with streams, attaching, ports of the loopback, and logs, as every Runtime promises them. */
export function describeRuntimeStreams(suite: RuntimeSuite): void {
  const { bench } = suite
  describeExecStreams(bench)
  describeTerminals(bench)
  describeAttach(bench)
  describeLoopback(suite)

  test('a log is read in parts', async () => {
    const { runtime } = bench()
    const pod = await bench().pod()
    const container = await bench().start(pod.id, shell('echo one; echo two'))
    await container.exit
    const size = (await runtime.logSize(container.logPath)) ?? 0
    expect(size).toBe(container.log().length)
    const read = async (offset: number, bytesMax: number) =>
      Buffer.from(await runtime.readLog(container.logPath, { offset, bytesMax })).toString()
    expect(await read(0, 10_000)).toBe(container.log())
    expect(await read(size - 4, 3)).toBe('two')
    expect(await read(size, 10)).toBe('')
    expect(await runtime.logSize(`${container.logPath}.none`)).toBeUndefined()
    expect(
      await runtime.readLog(`${container.logPath}.none`, { offset: 0, bytesMax: 9 }),
    ).toHaveLength(0)
  })
}

function describeExecStreams(bench: () => RuntimeBench): void {
  const open = async (script: string, options = PIPES) => {
    const pod = await bench().pod()
    const container = await bench().start(pod.id, shell('sleep 1000'))
    const { handlers, ...heard } = listener()
    const streams = await bench().runtime.openExec(container.id, shell(script), options, handlers)
    return { ...heard, streams, container }
  }

  test('input arrives, output is told apart, the exit code is real', async () => {
    const { streams, seen, end } = await open(
      'read line; echo "got $line"; cat; echo bad >&2; exit 7',
    )
    streams.writeInput(Buffer.from('one\n'))
    await expect.poll(() => seen.stdout, POLL).toBe('got one\n')
    streams.writeInput(Buffer.from('rest'))
    streams.endInput()
    expect(await end).toEqual({ exitCode: 7 })
    expect(seen).toMatchObject({ stdout: 'got one\nrest', stderr: 'bad\n' })
  })

  test.each([
    ['kill -9 $$', 137],
    ['kill -TERM $$', 143],
    ['exit 0', 0],
  ])('%s ends with %i', async (script, exitCode) => {
    expect(await (await open(script)).end).toEqual({ exitCode })
  })

  test('output that is not taken holds up the command, and none of it is lost', async () => {
    const { streams, seen, end } = await open('seq 200000')
    streams.pause()
    await sleep(400)
    expect(seen.stdout.length).toBeLessThan(1_000_000)
    streams.resume()
    expect(await end).toEqual({ exitCode: 0 })
    expect(seen.stdout.split('\n')).toHaveLength(200_001)
  })

  test('the last output of a command that has ended waits to be taken', async () => {
    const { streams, seen, end } = await open('echo last')
    streams.pause()
    await sleep(500)
    expect(seen.stdout).toBe('')
    streams.resume()
    await end
    expect(seen.stdout).toBe('last\n')
  })

  test('input that is not read asks to wait, and room is told', async () => {
    const { streams, seen, end } = await open('sleep 0.3; cat >/dev/null')
    let isRoom = true
    for (let count = 0; count < 100 && isRoom; count++)
      isRoom = streams.writeInput(Buffer.alloc(100_000))
    expect(isRoom).toBe(false)
    await expect.poll(() => seen.drains, POLL).toBe(1)
    streams.endInput()
    expect(await end).toEqual({ exitCode: 0 })
  })

  test('stopping ends the command and tells nothing more', async () => {
    const { streams, seen, container } = await open('echo up; sleep 3456789; echo after')
    await expect.poll(() => seen.stdout, POLL).toBe('up\n')
    streams.stop()
    const list = shell('cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "')
    const others = async () =>
      (await bench().runtime.exec(container.id, list, { timeoutMs: 10_000 })).output
    await expect.poll(others, POLL).not.toContain('sleep 3456789')
    expect(seen.stdout).toBe('up\n')
  })

  test('what cannot be run, and a container that is gone, are told', async () => {
    const pod = await bench().pod()
    const container = await bench().start(pod.id, shell('sleep 1000'))
    const { handlers, end } = listener()
    await bench().runtime.openExec(container.id, ['no-such-program'], PIPES, handlers)
    const error = 'exec: "no-such-program": executable file not found in $PATH'
    expect(await end).toEqual({ exitCode: 126, error })
    bench().runtime.signalContainer(container.id, 'SIGKILL')
    await container.exit
    const late = bench().runtime.openExec(container.id, ['true'], PIPES, listener().handlers)
    await expect(late).rejects.toThrow(ContainerGoneError)
  })
}

function describeTerminals(bench: () => RuntimeBench): void {
  test('a terminal echoes, has a size, and passes on the exit code', async () => {
    const pod = await bench().pod()
    const container = await bench().start(pod.id, shell('sleep 1000'))
    const { handlers, seen, end } = listener()
    const script = 'test -t 0 && echo terminal; read line; stty size; exit 5'
    const options = { stdin: true, tty: true }
    const streams: OpenStreams = await bench().runtime.openExec(
      container.id,
      shell(script),
      options,
      handlers,
    )
    streams.resize({ columns: 99, rows: 33 })
    await expect.poll(() => seen.stdout, POLL).toBe('terminal\r\n')
    const sizeOf = ['sh', '-c', 'for t in /dev/pts/[0-9]*; do stty -F $t size 2>/dev/null; done']
    const sizes = async () =>
      (await bench().runtime.exec(container.id, sizeOf, { timeoutMs: 10_000 })).output
    await expect.poll(sizes, POLL).toContain('33 99\n')
    streams.writeInput(Buffer.from('typed\n'))
    expect(await end).toEqual({ exitCode: 5 })
    expect(seen.stdout).toBe('terminal\r\ntyped\r\n33 99\r\n')
  })

  test('a terminal has the size that it was started with before its command looks', async () => {
    const pod = await bench().pod()
    const container = await bench().start(pod.id, shell('sleep 1000'))
    const { handlers, seen, end } = listener()
    const options = { stdin: false, tty: true, size: { columns: 132, rows: 43 } }
    await bench().runtime.openExec(container.id, shell('stty size'), options, handlers)
    expect(await end).toEqual({ exitCode: 0 })
    expect(seen.stdout).toBe('43 132\r\n')
  })
}

function describeAttach(bench: () => RuntimeBench): void {
  test('one who attaches hears from then on, and the end', async () => {
    const pod = await bench().pod()
    const script = 'echo early; read line; echo "got $line"; echo bad >&2; read line'
    const container = await bench().start(pod.id, shell(script), { stdin: true })
    await container.prints('early')
    const first = listener()
    const second = listener()
    const streams = await bench().runtime.attach(container.id, first.handlers)
    const other = await bench().runtime.attach(container.id, second.handlers)
    streams.writeInput(Buffer.from('this\n'))
    await expect.poll(() => second.seen.stderr, POLL).toBe('bad\n')
    expect(second.seen.stdout).toBe('got this\n')
    other.stop()
    streams.endInput()
    streams.writeInput(Buffer.from('that\n'))
    expect(await first.end).toEqual({ exitCode: 0 })
    expect(first.seen).toMatchObject({ stdout: 'got this\n', stderr: 'bad\n' })
    await expect(bench().runtime.attach(container.id, first.handlers)).rejects.toThrow(
      ContainerGoneError,
    )
  })

  test('without stdin a container reads the end of a file', async () => {
    const { exit } = await bench().run(shell('read line || exit 4'))
    expect(exit.exitCode).toBe(4)
  })
}

function describeLoopback({ bench, has }: RuntimeSuite): void {
  test('a port that listens on the loopback only is reached', async () => {
    const pod = await bench().pod()
    const host = has('port-space') ? 'process.env.HOST' : "'127.0.0.1'"
    const script = `require('node:net').createServer((socket) => {
      socket.write('hello '); socket.once('data', (bytes) => socket.end(bytes))
    }).listen(5050, ${host}, () => console.log('listening'))`
    const container = await bench().start(pod.id, [process.execPath, '-e', script])
    await container.prints('listening')
    const { handlers, seen, end } = listener()
    const streams = await bench().runtime.openLoopback(pod.id, 5050, handlers)
    streams.writeInput(Buffer.from('there'))
    expect(await end).toEqual({ exitCode: 0 })
    expect(seen.stdout).toBe('hello there')
    const refused = bench().runtime.openLoopback(pod.id, 5051, listener().handlers)
    await expect(refused).rejects.toThrow(PortRefusedError)
    await expect(refused).rejects.toThrow('dial tcp4 127.0.0.1:5051: connect: connection refused')
    const gone = bench().runtime.openLoopback('unknown', 5050, listener().handlers)
    await expect(gone).rejects.toThrow(PortRefusedError)
  })
}
