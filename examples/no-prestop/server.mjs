// A server that shuts down as gracefully as a process can by itself. On SIGTERM it stops listening,
// answers what is in flight and whatever still arrives on open connections, tells those clients not
// to come back (`Connection: close`), never closes a connection that a request may be on its way
// over, and exits when all are closed, after 5 seconds at the latest.
import http from 'node:http'
import net from 'node:net'

const EXIT_DEADLINE_MS = 5_000
let stopping = false

const server = http.createServer((request, response) => {
  if (stopping) response.setHeader('Connection', 'close')
  response.end('hello\n')
})
// Longer than any client of ours keeps a connection idle.
server.keepAliveTimeout = 75_000
server.listen(8080)

process.on('SIGTERM', () => {
  stopping = true
  // The close() of http.Server would also close idle connections; that of net.Server only stops
  // listening, and calls back when the last connection has ended.
  net.Server.prototype.close.call(server, () => process.exit(0))
  setTimeout(() => process.exit(0), EXIT_DEADLINE_MS)
})
