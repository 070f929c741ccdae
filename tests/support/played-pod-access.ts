import { connect } from 'node:net'
import { ApiError } from '../../src/api/api-error.ts'
import type {
  ExecOptions,
  ExecSink,
  LogOptions,
  LogSink,
  OpenExec,
  OpenPort,
  OpenStream,
  PodAccess,
  PodTarget,
  PortSink,
} from '../../src/api/pod-access.ts'

/**
 * As long as a runtime needs to start a command. Where the answer is there at once, older releases of client-go say
 * `Unknown stream id`: they read before they have made all of their streams.
 */
const START_MS = 250

/** A pod that does what a test tells it: its "commands" are played, its ports are those of this machine. */
export class PlayedPodAccess implements PodAccess {
  /** What was asked for, in order. */
  readonly asked: (LogOptions | ExecOptions)[] = []
  readonly sizes: { readonly columns: number; readonly rows: number }[] = []
  logText = 'first\nsecond\n'
  /** Streams that are paused at the moment. */
  paused = 0
  /** Bytes that were taken from `flood`. */
  flooded = 0
  stopped = 0

  async openLog(_: PodTarget, options: LogOptions, sink: LogSink): Promise<OpenStream> {
    this.asked.push(options)
    if (options.previous) {
      const message = 'previous terminated container "app" in pod "web" not found'
      throw new ApiError('BadRequest', message)
    }
    if (this.logText === 'flood') return this.#flood((bytes) => sink.onData(bytes))
    setImmediate(() => {
      sink.onData(Buffer.from(this.logText))
      if (!options.follow) sink.onEnd()
    })
    return this.#stream()
  }

  async openExec(_: PodTarget, options: ExecOptions, sink: ExecSink): Promise<OpenExec> {
    this.asked.push(options)
    const [name = 'attach', ...args] = options.command ?? []
    const input: Buffer[] = []
    const out = (text: string) => sink.onOutput('stdout', Buffer.from(text))
    const stream =
      name === 'flood' ? this.#flood((bytes) => sink.onOutput('stdout', bytes)) : this.#stream()
    if (name === 'gone') throw new ApiError('NotFound', 'container not found ("app")')
    setTimeout(() => {
      if (name === 'attach') out('attached\n')
      if (name === 'missing')
        sink.onExit({ exitCode: 126, error: 'exec: "missing": executable file not found in $PATH' })
      if (name === 'say') {
        out('to stdout\n')
        sink.onOutput('stderr', Buffer.from('to stderr\n'))
        sink.onExit({ exitCode: Number(args[0] ?? 0) })
      }
    }, START_MS)
    return {
      ...stream,
      writeInput: (bytes) => {
        input.push(Buffer.from(bytes))
        return true
      },
      endInput: () => {
        if (name !== 'cat') return
        const whole = Buffer.concat(input)
        for (let at = 0; at < whole.length; at += 10_000) {
          sink.onOutput('stdout', whole.subarray(at, at + 10_000))
        }
        sink.onExit({ exitCode: 0 })
      },
      resize: (size) => {
        this.sizes.push(size)
      },
    }
  }

  openPort(_: PodTarget, port: number, sink: PortSink): Promise<OpenPort> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
      let error: string | undefined
      socket.on('error', ({ message }) => {
        error = message
        reject(new ApiError('InternalError', message))
      })
      socket.on('data', (bytes: Buffer) => sink.onData(bytes))
      socket.on('end', () => sink.onEnd())
      socket.on('drain', () => sink.onDrain())
      socket.on('close', () => sink.onClose(error))
      socket.once('connect', () =>
        resolve({
          write: (bytes) => socket.write(bytes),
          end: () => void socket.end(),
          pause: () => void socket.pause(),
          resume: () => void socket.resume(),
          stop: () => void socket.destroy(),
        }),
      )
    })
  }

  #stream(): OpenStream {
    return {
      pause: () => void this.paused++,
      resume: () => void this.paused--,
      stop: () => void this.stopped++,
    }
  }

  /** Writes without end whenever it is not paused. */
  #flood(write: (bytes: Uint8Array) => void): OpenStream {
    const chunk = Buffer.alloc(64 * 1024, 'x')
    let isPaused = false
    let isStopped = false
    const pump = () => {
      if (isPaused || isStopped) return
      this.flooded += chunk.length
      write(chunk)
      setImmediate(pump)
    }
    setImmediate(pump)
    return {
      pause: () => {
        isPaused = true
        this.paused = 1
      },
      resume: () => {
        isPaused = false
        this.paused = 0
        pump()
      },
      stop: () => {
        isStopped = true
        this.stopped++
      },
    }
  }
}
