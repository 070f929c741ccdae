import { fieldsOf, textOf } from '../../base/fields.ts'
import type { Clock } from '../../world/clock.ts'
import type { ByteStream } from '../../world/http-server.ts'
import type { OpenStreams, StreamEnd, StreamHandlers } from '../runtime.ts'
import type { Engine } from './engine.ts'
import { execScript, FirstLine, killScript } from './exec-script.ts'
import { FrameReader } from './frames.ts'

export interface ExecWorld {
  readonly engine: Engine
  readonly clock: Clock
}

export interface ExecRequest {
  /** The engine's. */
  readonly containerId: string
  /** The container's. */
  readonly env: Readonly<Record<string, string>>
  readonly command: readonly string[]
  readonly stdin: boolean
  readonly tty: boolean
  readonly size?: { readonly columns: number; readonly rows: number }
}

/** The engine's words for an image without a shell. */
const NO_SHELL = /"\/bin\/sh": (stat \/bin\/sh: )?no such file/

/** Rejects with EngineError when the container does not run. */
export async function openExecStreams(
  world: ExecWorld,
  request: ExecRequest,
  handlers: StreamHandlers,
): Promise<ExecStreams> {
  const script = execScript(request.command, request.env, request.size)
  const streams = new ExecStreams(world, request, handlers)
  if (await streams.start(script, true)) return streams
  const direct = new ExecStreams(world, request, handlers)
  await direct.start(request.command, false)
  return direct
}

class ExecStreams implements OpenStreams {
  readonly #world: ExecWorld
  readonly #request: ExecRequest
  readonly #handlers: StreamHandlers
  readonly #begun = Promise.withResolvers<boolean>()
  #stream: ByteStream | undefined
  #execId = ''
  /** In the container's own count. */
  #processId = 0
  #refusal: string | undefined
  #state: 'starting' | 'open' | 'over' = 'starting'
  #isPaused = false
  #hasEnded = false
  /** Output that came before anybody could pause, or while it is paused. */
  #waiting: { readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }[] = []

  constructor(world: ExecWorld, request: ExecRequest, handlers: StreamHandlers) {
    this.#world = world
    this.#request = request
    this.#handlers = handlers
  }

  /** False: the container has no shell, and nothing was started. */
  async start(command: readonly string[], isScript: boolean): Promise<boolean> {
    const { engine, clock } = this.#world
    const { containerId, stdin, tty, size } = this.#request
    const made = await engine.call('POST', `/containers/${containerId}/exec`, {
      AttachStdin: stdin,
      AttachStdout: true,
      AttachStderr: true,
      Tty: tty,
      Cmd: command,
      ...(tty ? { Env: ['TERM=xterm'] } : {}),
      ...(tty && size !== undefined ? { ConsoleSize: [size.rows, size.columns] } : {}),
    })
    this.#execId = textOf(fieldsOf(made)['Id'])
    const firstLine = isScript ? new FirstLine((line) => this.#takeFirstLine(line)) : undefined
    if (!isScript) this.#begun.resolve(true)
    const take = (stream: 'stdout' | 'stderr', bytes: Uint8Array) => {
      const rest = stream === 'stdout' && firstLine !== undefined ? firstLine.add(bytes) : bytes
      if (rest.length > 0) this.#output(stream, rest.slice())
    }
    const frames = new FrameReader(take)
    const finish = () => {
      this.#hasEnded = true
      this.#begun.resolve(true)
      this.#endWhenTaken()
    }
    this.#stream = await engine.open(
      `/exec/${this.#execId}/start`,
      {
        Detach: false,
        Tty: tty,
        ...(tty && size !== undefined ? { ConsoleSize: [size.rows, size.columns] } : {}),
      },
      {
        onData: (bytes) => (tty ? take('stdout', bytes) : frames.add(bytes)),
        onEnd: finish,
        onDrain: () => this.#state !== 'over' && this.#handlers.onDrain(),
        onClose: finish,
      },
    )
    const hasBegun = await this.#begun.promise
    if (!hasBegun) this.#state = 'over'
    // Whoever opened it may pause first.
    else clock.after(0, () => this.#open())
    return hasBegun
  }

  writeInput(bytes: Uint8Array): boolean {
    return this.#stream?.write(bytes) ?? true
  }

  endInput(): void {
    this.#stream?.end()
  }

  pause(): void {
    this.#isPaused = true
    this.#stream?.pause()
  }

  resume(): void {
    this.#isPaused = false
    this.#flush()
    this.#stream?.resume()
  }

  stop(): void {
    void this.kill()
  }

  /**
   * Stops, and resolves when the command and all that it has started runs no more, or when the engine does not do it;
   * it cannot be done in a container without a shell.
   */
  async kill(): Promise<void> {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#stream?.destroy()
    if (this.#processId === 0) return
    const { engine, clock } = this.#world
    const Cmd = killScript(this.#processId)
    const path = `/containers/${this.#request.containerId}/exec`
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    try {
      const made = await engine.call('POST', path, { Cmd, User: '0', AttachStdout: true })
      const killing = await engine.open(
        `/exec/${textOf(fieldsOf(made)['Id'])}/start`,
        { Detach: false },
        { onData: () => undefined, onEnd: resolve, onDrain: () => undefined, onClose: resolve },
      )
      const timer = clock.after(KILL_WAIT_MS, resolve)
      await ended
      timer.cancel()
      killing.destroy()
    } catch {
      // The container has ended, and the command with it; or the engine is gone, which is told by whoever watches it.
    }
  }

  resize({ columns, rows }: { readonly columns: number; readonly rows: number }): void {
    if (!this.#request.tty || this.#state === 'over') return
    const path = `/exec/${this.#execId}/resize?h=${rows}&w=${columns}`
    // A terminal that has just been closed has no size.
    void this.#world.engine.call('POST', path).catch(() => undefined)
  }

  #takeFirstLine(line: string): void {
    const [, word = '', rest = ''] = /^(started|refused) (.*)$/.exec(line) ?? []
    if (word === 'started') this.#processId = Number(rest)
    else this.#refusal = word === 'refused' ? rest : line
    this.#begun.resolve(word !== '' || !NO_SHELL.test(line))
  }

  #open(): void {
    if (this.#state !== 'starting') return
    this.#state = 'open'
    this.#flush()
  }

  #output(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    if (this.#state === 'over') return
    this.#waiting.push({ stream, bytes })
    this.#flush()
  }

  #flush(): void {
    if (this.#state !== 'open') return
    while (!this.#isPaused) {
      const next = this.#waiting.shift()
      if (next === undefined) break
      this.#handlers.onOutput(next.stream, next.bytes)
    }
    this.#endWhenTaken()
  }

  #endWhenTaken(): void {
    if (this.#state !== 'open' || !this.#hasEnded || this.#isPaused || this.#waiting.length > 0)
      return
    this.#state = 'over'
    this.#stream?.destroy()
    void this.#findEnd().then((end) => this.#handlers.onEnd(end))
  }

  async #findEnd(): Promise<StreamEnd> {
    const { engine, clock } = this.#world
    for (let tries = 0; tries < END_TRIES; tries++) {
      const path = `/exec/${this.#execId}/json`
      const found = fieldsOf(await engine.callIfThere('GET', path).catch(() => undefined))
      const { Running: isRunning, ExitCode: exitCode } = found
      if (isRunning === false && typeof exitCode === 'number') {
        return { exitCode, ...(this.#refusal === undefined ? {} : { error: this.#refusal }) }
      }
      // It is told a moment after the streams' end; without the container, never.
      if (isRunning === undefined) break
      await new Promise<void>((resolve) => clock.after(END_PAUSE_MS, resolve))
    }
    return { exitCode: 137 }
  }
}

/** A busy engine takes a while to start what kills. */
const KILL_WAIT_MS = 20_000

const END_TRIES = 200
const END_PAUSE_MS = 10
