import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuUsOf, residentMib } from './api-target.ts'

const MAIN = new URL('../dist/cli/main.js', import.meta.url).pathname
const POLL_MS = 3
const START_MS_MAX = 60_000

export interface Start {
  /** `hitless --version`: Node, and the modules of the command line. */
  readonly commandMs: number
  /** From the start of the process to the first 200 of /readyz: with an empty directory, and with the same again. */
  readonly firstMs: number
  readonly secondMs: number
  /** CPU time of the same processes until then: what the times would be with a core to themselves. */
  readonly commandCpuMs: number
  readonly firstCpuMs: number
  readonly secondCpuMs: number
  /** Resident, when it has said that it is ready. */
  readonly memoryMib: number
}

export async function measureStart(): Promise<Start> {
  const directory = mkdtempSync(join(tmpdir(), 'hitless-bench-'))
  try {
    const command = measureCommand()
    const first = await measureUp(directory)
    const second = await measureUp(directory)
    return {
      commandMs: command.ms,
      commandCpuMs: command.cpuMs,
      firstMs: first.readyMs,
      firstCpuMs: first.cpuMs,
      secondMs: second.readyMs,
      secondCpuMs: second.cpuMs,
      memoryMib: first.memoryMib,
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** A child that tells its own CPU time at its end. */
function measureCommand(): { readonly ms: number; readonly cpuMs: number } {
  const startMs = performance.now()
  spawnSync(process.execPath, [MAIN, '--version'])
  const ms = performance.now() - startMs
  const tell = `process.on('exit',()=>process.stderr.write(String(process.cpuUsage().user+process.cpuUsage().system)))`
  const preload = `data:text/javascript,${encodeURIComponent(tell)}`
  const args = ['--import', preload, MAIN, '--version']
  const { stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return { ms, cpuMs: Number(stderr) / 1_000 }
}

async function measureUp(directory: string) {
  const port = await freePort()
  const args = [MAIN, 'up', '--no-node', '--data', directory, '--port', String(port)]
  const startMs = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const processId = child.pid ?? 0
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const ready = new Promise<void>((resolve) => {
    let text = ''
    child.stderr.on('data', (bytes: Buffer) => {
      text += bytes.toString()
      if (/^ready /m.test(text)) resolve()
    })
  })
  try {
    while (!(await isReady(port))) {
      if (performance.now() - startMs > START_MS_MAX) throw new Error('hitless up did not start')
      await pause(POLL_MS)
    }
    const readyMs = performance.now() - startMs
    const cpuMs = cpuUsOf([processId]) / 1_000
    await Promise.race([ready, ended, pause(START_MS_MAX)])
    return { readyMs, cpuMs, memoryMib: residentMib(processId) }
  } finally {
    child.kill('SIGINT')
    await ended
  }
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    // The certificate is not the matter here: it may not even be made yet.
    const options = {
      host: '127.0.0.1',
      port,
      path: '/readyz',
      rejectUnauthorized: false,
      agent: false,
    }
    const sent = request(options, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    sent.on('error', () => resolve(false))
    sent.end()
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      )
    })
  })
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
