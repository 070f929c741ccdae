import { createSocket } from 'node:dgram'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { DatagramReader, frameDatagram, type DatagramPeer } from './datagram-frames.ts'
import { isOfCluster } from './dns-question.ts'
import { joinSockets } from './tcp-relay.ts'

/** The engine's own DNS server, which listens in each container of a network. */
const OUTSIDE = { host: '127.0.0.11', port: 53 }

/** RFC 7766, 6.2.3: in the order of seconds. */
const IDLE_MS = 10_000
/** As long as resolvers wait for an answer, and a bit. */
const OUTSIDE_MS = 6_000
/** Questions to outside at once. */
const OUTSIDE_MAX = 256
/** What the cluster's server does not take is lost, as datagrams are. */
const WAITING_BYTES_MAX = 1024 * 1024
const RETRY_MS = 50
const LENGTH_BYTES = 2

/**
 * Takes questions at the address of the cluster's DNS: those for the cluster's names go to its server, which is at the Unix
 * socket `path`, all others to the engine's.
 */
export function serveDatagrams(address: DatagramPeer, path: string): { close(): void } {
  const socket = createSocket('udp4')
  const answer = (bytes: Uint8Array, to: DatagramPeer) => socket.send(bytes, to.port, to.host)
  const cluster = stayConnected(path, answer)
  let outside = 0
  socket.on('message', (bytes, { address: host, port }) => {
    const from = { host, port }
    if (isOfCluster(bytes)) {
      cluster.send(bytes, from)
      return
    }
    if (outside >= OUTSIDE_MAX) return
    outside++
    askOutside(bytes, {
      onAnswer: (answered) => answer(answered, from),
      onEnd: () => outside--,
    })
  })
  socket.on('error', complain)
  socket.bind(address.port, address.host)
  return {
    close() {
      socket.close()
      cluster.close()
    },
  }
}

/** A socket is there a moment before anybody listens on it. */
function stayConnected(path: string, onDatagram: (bytes: Uint8Array, to: DatagramPeer) => void) {
  let stream: Socket
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  const open = () => {
    const reader = new DatagramReader(onDatagram)
    stream = connect({ path })
    stream.on('data', (bytes) => reader.add(bytes)).on('error', () => stream.destroy())
    stream.on('close', () => {
      if (!isClosed) timer = setTimeout(open, RETRY_MS)
    })
    return stream
  }
  stream = open()
  return {
    send(bytes: Uint8Array, from: DatagramPeer) {
      if (stream.writableLength < WAITING_BYTES_MAX) stream.write(frameDatagram(from, bytes))
    },
    close() {
      isClosed = true
      clearTimeout(timer)
      stream.destroy()
    },
  }
}

function askOutside(
  question: Uint8Array,
  {
    onAnswer,
    onEnd,
  }: { readonly onAnswer: (bytes: Uint8Array) => void; readonly onEnd: () => void },
): void {
  const socket = createSocket('udp4')
  const timer = setTimeout(() => socket.close(), OUTSIDE_MS)
  socket.on('message', (bytes) => {
    onAnswer(bytes)
    socket.close()
  })
  socket.on('error', () => socket.close())
  socket.on('close', () => {
    clearTimeout(timer)
    onEnd()
  })
  socket.send(question, OUTSIDE.port, OUTSIDE.host)
}

/** The same over TCP; the first question on a connection decides for all of it. */
export function serveConnections(address: DatagramPeer, path: string): Server {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (pod) => {
    readQuestion(pod, (question) => {
      const isInside = isOfCluster(question)
      joinSockets(
        pod,
        isInside
          ? connect({ path, allowHalfOpen: true })
          : connect({ ...OUTSIDE, allowHalfOpen: true, noDelay: true }),
      )
    })
  })
  server.on('error', complain)
  return server.listen(address.port, address.host)
}

/** Leaves what it has read to whoever reads next. */
function readQuestion(pod: Socket, onQuestion: (question: Uint8Array) => void): void {
  let read = Buffer.alloc(0)
  const onData = (bytes: Buffer) => {
    read = Buffer.concat([read, bytes])
    if (read.length < LENGTH_BYTES || read.length < LENGTH_BYTES + read.readUInt16BE()) return
    pod.pause().off('data', onData).setTimeout(0)
    pod.unshift(read)
    onQuestion(read.subarray(LENGTH_BYTES))
  }
  pod.on('data', onData).on('error', () => pod.destroy())
  pod.setTimeout(IDLE_MS, () => pod.destroy())
}

function complain(error: Error): void {
  process.stderr.write(`${String(error)}\n`)
}
