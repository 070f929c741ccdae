// The smallest HTTP server: what it costs to start it is mostly what Node costs.
import http from 'node:http'

http.createServer((request, response) => response.end('ok')).listen(8080)
process.on('SIGTERM', () => process.exit(0))
