// Closes each connection in place of its 51st answer, as a pod does that ends while a request is on
// its way to it: `node examples/load-url/server.mjs [PORT]`. Ctrl-C tells how often it has.
import { createServer } from 'node:http'

const ANSWERS_PER_CONNECTION = 50
const answers = new WeakMap()
let dropped = 0

const server = createServer(({ socket }, response) => {
  const before = answers.get(socket) ?? 0
  if (before === ANSWERS_PER_CONNECTION) {
    dropped++
    socket.destroy()
    return
  }
  answers.set(socket, before + 1)
  response.end('hello\n')
})

server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/`)
})
process.on('SIGINT', () => {
  console.log(`${dropped} requests had no answer`)
  process.exit()
})
