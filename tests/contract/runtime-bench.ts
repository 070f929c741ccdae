import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  ContainerConfig,
  ContainerExit,
  LimitedResource,
  Runtime,
  RuntimeGap,
} from '../../src/runtime/runtime.ts'
import { translate } from '../../src/world/addressing.ts'

/** What the parts of the contract's suite are given. */
export interface RuntimeSuite {
  readonly bench: () => RuntimeBench
  /** Whether the runtime says that it cannot do this. */
  readonly has: (gap: RuntimeGap) => boolean
  /** Nobody else's processes come and go here. */
  readonly isAlone: boolean
  /** How many pods come and go where it is seen whether they leave something. */
  readonly rounds: number
}

export interface StartedContainer {
  readonly id: string
  readonly exit: Promise<ContainerExit>
  readonly logPath: string
  readonly unenforced: readonly LimitedResource[]
  /** The log so far, without the CRI prefix. */
  output(): string
  log(): string
  /** Waits until the output contains `text`. */
  prints(text: string): Promise<void>
}

/** A container engine on a busy machine takes a while for a signal or a command. */
export const POLL = { timeout: 60_000 }

/** Starts pods and containers for tests, with names and log files of their own. */
export class RuntimeBench {
  readonly runtime: Runtime
  readonly #directory = mkdtempSync(join(tmpdir(), 'hitless-runtime-'))
  /** Names made so far; the next pod is named by it. */
  count = 0

  readonly #image: string | undefined

  /** `image`: what containers run in, where the runtime has images. */
  constructor(runtime: Runtime, image?: string) {
    this.runtime = runtime
    this.#image = image
  }

  /** From outside, as a client of the pod. */
  async get(ip: string, port: number): Promise<string> {
    const at = translate({ host: ip, port }, this.runtime.addressing)
    return (await fetch(`http://${at.host}:${at.port}/`)).text()
  }

  async connect(ip: string, port: number): Promise<Socket> {
    const socket = connect(translate({ host: ip, port }, this.runtime.addressing))
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    return socket
  }

  async pod(hostname = 'web-1'): Promise<{ readonly id: string; readonly ip: string }> {
    const id = `pod-${++this.count}`
    const { ip } = await this.runtime.createSandbox({
      id,
      namespace: 'default',
      name: hostname,
      hostname,
    })
    return { id, ip }
  }

  async start(
    sandboxId: string,
    command: readonly string[],
    overrides: Partial<ContainerConfig> = {},
  ): Promise<StartedContainer> {
    const id = `container-${++this.count}`
    const logPath = join(this.#directory, `${id}.log`)
    const exit = Promise.withResolvers<ContainerExit>()
    const image = this.#image === undefined ? {} : { image: this.#image }
    const usual = { ...image, name: 'app', env: {}, workingDir: '/' }
    const { unenforced = [] } = await this.runtime.startContainer(
      { ...usual, id, sandboxId, command, logPath, ...overrides },
      (how) => exit.resolve(how),
    )
    const log = () => readFileSync(logPath, 'utf8')
    const output = () => log().replaceAll(/^\S+ std(out|err) [FP] /gm, '')
    const prints = async (text: string) => {
      for (let tries = 0; !output().includes(text); tries++) {
        if (tries > 5_000) throw new Error(`the container did not print ${text}: ${output()}`)
        await sleep(10)
      }
    }
    return { id, exit: exit.promise, logPath, unenforced, output, log, prints }
  }

  /** Starts a container in a pod of its own and waits for its end. */
  async run(command: readonly string[], overrides: Partial<ContainerConfig> = {}) {
    const pod = await this.pod()
    const container = await this.start(pod.id, command, overrides)
    const exit = await container.exit
    await this.runtime.removeSandbox(pod.id)
    const { unenforced } = container
    return { exit, unenforced, output: container.output(), log: container.log() }
  }

  async stop(): Promise<void> {
    await this.runtime.stop()
    rmSync(this.#directory, { recursive: true })
  }
}

export const shell = (script: string): readonly string[] => ['/bin/sh', '-c', script]

/** A web server that answers with a name, and says so when it listens; where by convention it is told to. */
export function webServer(port: number, name = ''): readonly string[] {
  return [
    process.execPath,
    '-e',
    `require('node:http')
      .createServer((request, response) => response.end('${name}'))
      .listen({ port: ${port}, host: process.env.HOST }, () => console.log('listening'))`,
  ]
}
