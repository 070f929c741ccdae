/**
 * The program of the image `localhost/node-app:v1` of the node sessions: without arguments a server that tells its
 * version and its host, `app sleep SECONDS`, and the client `app get URL COUNT GAP`. It has the output of the
 * one that ran when the sessions were recorded.
 */
import { once } from 'node:events'
import { createServer, get } from 'node:http'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

const VERSION = process.env.VERSION ?? ''
const [verb, ...args] = process.argv.slice(2)

if (verb === 'sleep' && args.length > 0) await sleep(Number(args[0]) * 1000)
else if (verb === 'get' && args.length >= 3) await ask(args)
else serve()

function serve() {
  log(`started ${VERSION}`)
  const server = createServer((_, response) => response.end(`${VERSION} ${hostname()}\n`))
  server.on('error', () => {
    log('listen tcp :8080: bind: address already in use')
    process.exit(1)
  })
  server.listen(8080)
  process.on('SIGTERM', () => {
    log('SIGTERM')
    server.close(() => log('ended'))
  })
}

async function ask([url, count, gap]) {
  const gapMs = Number(/^(\d+)ms$/.exec(gap)?.[1] ?? NaN)
  if (Number.isNaN(gapMs)) {
    process.stderr.write('usage: app get URL COUNT GAP, COUNT at most 10000, GAP such as 20ms\n')
    process.exit(2)
  }
  const versions = new Map()
  for (let sent = 0; sent < Number(count); sent += 1) {
    const [version = ''] = (await bodyOf(url)).split(' ')
    versions.set(version, (versions.get(version) ?? 0) + 1)
    await sleep(gapMs)
  }
  const answers = [...versions].map(([version, times]) => `${version}:${times}`).join(' ')
  process.stdout.write(`answers map[${answers}] failed 0\n`)
}

async function bodyOf(url) {
  const [response] = await once(get(url, { agent: false }), 'response')
  return (await response.toArray()).join('')
}

function log(text) {
  const [, time] = new Date().toISOString().split('T')
  process.stderr.write(`${time.replace('Z', '000')} ${text}\n`)
}
