// A web server with two versions that can be told apart: v1 answers 201, v2 answers 202.
// `/sleep/N` answers after N seconds. It ignores SIGTERM, so only SIGKILL ends it, 30 seconds later.
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const PORT = 5000
const version = process.env.version ?? 'unknown'
const status = { v1: 201, v2: 202 }[version] ?? 200
let inProgress = 0

const server = http.createServer(async (request, response) => {
  inProgress += 1
  response.on('close', () => (inProgress -= 1))
  log(request.url)
  const [, seconds] = /^\/sleep\/(\d+)$/.exec(request.url) ?? []
  if (seconds !== undefined) await sleep(Number(seconds) * 1000)
  response.writeHead(status).end()
})
// Idle connections are the client's to close.
server.keepAliveTimeout = 0
server.listen(PORT, process.env.HOST, () =>
  log(`listening on port ${PORT}, process ${process.pid}`),
)

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => log(`${signal} ignored`))
setInterval(() => log(`connections ${inProgress}`), 1000)

function log(text) {
  console.log(`${version} ${text}`)
}
