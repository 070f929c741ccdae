// Answers `/` after 3 seconds, `/ready` at once, and exits at SIGTERM whatever it is doing.
import http from 'node:http'

const ANSWER_AFTER_MS = 3_000

http
  .createServer((request, response) => {
    if (request.url === '/ready') response.end('ready\n')
    else setTimeout(() => response.end('done\n'), ANSWER_AFTER_MS)
  })
  .listen(8080)

process.on('SIGTERM', () => process.exit(0))
