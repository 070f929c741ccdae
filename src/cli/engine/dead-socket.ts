import { rmSync } from 'node:fs'
import { connect } from 'node:net'

/** A Unix socket outlives a process that was killed, and would keep the next one from listening. */
export async function removeDeadSocket(path: string): Promise<void> {
  if ((await knock(path)) === 'ECONNREFUSED') rmSync(path, { force: true })
}

/** What comes of connecting: an errno, or that somebody is there. */
export function knock(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('error', (error) => resolve('code' in error ? String(error.code) : 'unknown'))
    socket.once('connect', () => {
      socket.destroy()
      resolve('connected')
    })
  })
}
