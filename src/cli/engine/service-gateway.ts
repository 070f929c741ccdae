import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, watch } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { extname, join } from 'node:path'
import { serveConnections, serveDatagrams } from './dns-gateway.ts'
import { joinSockets, type TcpAddress } from './tcp-relay.ts'

/**
 * The program of the container by which pods in Docker reach Services: it is their gateway, the network of Services is
 * local to it, and it listens where the directory has a socket `ADDRESS:PORT.sock`, to which it passes what comes.
 * Where there is `ADDRESS:PORT.udp` as well, which comes first, that is the cluster's DNS.
 * `DIRECTORY GATEWAY NEXT SERVICES`: its own address, the one that leads on, and the network of Services.
 */
const [directory = '', gateway = '', next = '', services = ''] = process.argv.slice(2)

prepareNetwork()
const servers = new Map<string, { close(): void }>()
const changes = watch(directory, listenAsTold)
changes.on('error', fail)
listenAsTold()
// The engine sends it when the container is stopped; process 1 has no other way to end.
process.on('SIGTERM', () => process.exit(0))
process.stdout.write('ready\n')

function prepareNetwork(): void {
  if (!ip('', 'route', 'show', 'default').includes(`via ${gateway} `)) {
    fail('the engine does not let containers have another gateway')
  }
  const commands = [
    `address add ${gateway}/32 dev eth0`,
    `route replace default via ${next}`,
    `route add local ${services} dev lo`,
  ]
  ip(commands.join('\n'), '-batch', '-')
}

function ip(input: string, ...args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync('ip', args, { input, encoding: 'utf8' })
  if (error !== undefined) fail(error.message)
  if (status !== 0) fail(stderr.trim())
  return stdout
}

/** Level-triggered: what is there is listened on, and nothing else. */
function listenAsTold(): void {
  const wanted = new Set(readdirSync(directory).filter((name) => /\.(sock|udp)$/.test(name)))
  for (const [name, server] of servers) {
    if (wanted.has(name)) continue
    servers.delete(name)
    server.close()
  }
  for (const name of wanted) if (!servers.has(name)) servers.set(name, listen(name))
}

function listen(name: string): { close(): void } {
  const place = name.slice(0, -extname(name).length)
  const [host = '', port = ''] = place.split(':')
  const address = { host, port: Number(port) }
  const path = join(directory, name)
  if (extname(name) === '.udp') return serveDatagrams(address, path)
  if (existsSync(join(directory, `${place}.udp`))) return serveConnections(address, path)
  return serveService(address, path)
}

function serveService({ host, port }: TcpAddress, path: string): Server {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (pod) => {
    joinSockets(pod, connect({ path, allowHalfOpen: true }))
  })
  server.on('error', (error) => void process.stderr.write(`${String(error)}\n`))
  return server.listen(port, host)
}

function fail(reason: unknown): never {
  process.stderr.write(`${String(reason)}\n`)
  process.exit(1)
}
