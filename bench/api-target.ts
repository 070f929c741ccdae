import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { parse } from 'yaml'

/** Ticks of /proc/PID/stat are hundredths of a second (`getconf CLK_TCK`). */
const TICK_US = 10_000

/** An API server to be measured, and the processes that it consists of. */
export interface ApiTarget {
  readonly name: string
  readonly url: URL
  readonly agent: Agent
  readonly headers: Readonly<Record<string, string>>
  readonly processIds: readonly number[]
}

export interface ApiCall {
  readonly method: string
  readonly path: string
  readonly body?: string
  readonly contentType?: string
}

/** HTTP/1.1 over `connections` TLS connections that are kept. */
export function openTarget(
  name: string,
  kubeconfig: string,
  { processIds, connections }: { processIds: readonly number[]; connections: number },
): ApiTarget {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8'))
  const { cluster } = clusters[0]
  const { user } = users[0]
  const [ca, cert, key] = [
    textOf(cluster['certificate-authority-data']),
    textOf(user['client-certificate-data']),
    textOf(user['client-key-data']),
  ]
  const agent = new Agent({
    keepAlive: true,
    maxSockets: connections,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  })
  const token: unknown = user.token
  const authorization = typeof token === 'string' ? { authorization: `Bearer ${token}` } : {}
  const headers = { accept: 'application/json', 'user-agent': 'bench', ...authorization }
  return { name, url: new URL(cluster.server), agent, headers, processIds }
}

function textOf(base64: string | undefined): Buffer | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64')
}

/** The body of the answer, read to its end; an answer that is no success ends the measurement. */
export function call(target: ApiTarget, { method, path, body, contentType }: ApiCall) {
  return new Promise<Buffer>((resolve, reject) => {
    const { url, agent, headers } = target
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const type = body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }
    const { hostname: host, port } = url
    const options = { host, port, method, path, agent, headers: { ...headers, ...length, ...type } }
    const sent = request(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () => {
        const answer = Buffer.concat(chunks)
        const { statusCode = 0 } = response
        if (statusCode >= 200 && statusCode < 300) resolve(answer)
        else reject(new Error(`${target.name}: ${method} ${path}: ${answer.toString()}`))
      })
    })
    sent.once('error', (cause) =>
      reject(new Error(`${target.name}: ${method} ${path}: ${cause.message}`, { cause })),
    )
    sent.end(body)
  })
}

/** A watch on a connection of its own. Resolves when it is answered; `onEvents` is told how many came. */
export function watch(target: ApiTarget, path: string, onEvents: (count: number) => void) {
  const { url, agent, headers } = target
  return new Promise<{ stop(): void }>((resolve, reject) => {
    const { hostname: host, port } = url
    // An agent of its own: as many connections as watches.
    const own = new Agent({ ...agent.options, keepAlive: false, maxSockets: 1 })
    const sent = request({ host, port, path, agent: own, headers }, (response) => {
      response.on('error', () => undefined)
      response.on('data', (chunk: Buffer) => {
        let count = 0
        for (const byte of chunk) if (byte === 0x0a) count += 1
        onEvents(count)
      })
      resolve({ stop: () => sent.destroy() })
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** User and system time of processes since they began, µs. */
export function cpuUsOf(processIds: readonly number[]): number {
  const ticks = processIds.flatMap((id) => {
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8')
    // The name in brackets may hold anything; utime and stime are the 14th and 15th field.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return [Number(fields[11]), Number(fields[12])]
  })
  return ticks.reduce((sum, value) => sum + value, 0) * TICK_US
}

/** Resident set size, MiB. */
export function residentMib(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN) / 1024
}
