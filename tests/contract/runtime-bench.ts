import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ContainerConfig, ContainerExit, Runtime } from '../../src/runtime/runtime.ts'

export interface StartedContainer {
  readonly id: string
  readonly exit: Promise<ContainerExit>
  readonly logPath: string
  /** The log so far, without the CRI prefix. */
  output(): string
  log(): string
  /** Waits until the output contains `text`. */
  prints(text: string): Promise<void>
}

/** Starts pods and containers for tests, with names and log files of their own. */
export class RuntimeBench {
  readonly runtime: Runtime
  readonly #directory = mkdtempSync(join(tmpdir(), 'hitless-runtime-'))
  /** Names made so far; the next pod is named by it. */
  count = 0

  constructor(runtime: Runtime) {
    this.runtime = runtime
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
    await this.runtime.startContainer(
      { id, sandboxId, name: 'app', command, env: {}, workingDir: '/', logPath, ...overrides },
      (how) => exit.resolve(how),
    )
    const log = () => readFileSync(logPath, 'utf8')
    const output = () => log().replaceAll(/^\S+ std(out|err) [FP] /gm, '')
    const prints = async (text: string) => {
      for (let tries = 0; !output().includes(text); tries++) {
        if (tries > 1_000) throw new Error(`the container did not print ${text}: ${output()}`)
        await sleep(10)
      }
    }
    return { id, exit: exit.promise, logPath, output, log, prints }
  }

  /** Starts a container in a pod of its own and waits for its end. */
  async run(command: readonly string[], overrides: Partial<ContainerConfig> = {}) {
    const pod = await this.pod()
    const container = await this.start(pod.id, command, overrides)
    const exit = await container.exit
    await this.runtime.removeSandbox(pod.id)
    return { exit, output: container.output(), log: container.log() }
  }

  async stop(): Promise<void> {
    await this.runtime.stop()
    rmSync(this.#directory, { recursive: true })
  }
}

export const shell = (script: string): readonly string[] => ['/bin/sh', '-c', script]

/** A web server that answers with its host name, and says so when it listens. */
export function webServer(port: number): readonly string[] {
  return [
    process.execPath,
    '-e',
    `require('node:http')
      .createServer((request, response) => response.end(require('node:os').hostname()))
      .listen(${port}, () => console.log('listening'))`,
  ]
}
