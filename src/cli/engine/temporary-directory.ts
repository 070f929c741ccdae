import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { knock } from './dead-socket.ts'

const PREFIX = 'hitless-up-'

/** Its owner listens on it, and is known by that to be alive: process ids mean nothing from one container to another. */
const OWNER_SOCKET = 'owner.sock'

/** One without a socket is being made at this moment, or its path was too long for one. */
const OLD_MS = 86_400_000

export interface TemporaryDirectory {
  readonly path: string
  remove(): void
}

/** A directory of this process. Those that killed ones have left are removed now. Throws with the errno in `code`. */
export async function makeTemporaryDirectory(): Promise<TemporaryDirectory> {
  const parent = tmpdir()
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(PREFIX)) continue
    const path = join(parent, name)
    if (await isAbandoned(path)) removeIfOurs(path)
  }
  const path = mkdtempSync(join(parent, PREFIX))
  const close = await listenAsOwner(path)
  return {
    path,
    remove() {
      close()
      rmSync(path, { recursive: true, force: true })
    },
  }
}

async function listenAsOwner(path: string): Promise<() => void> {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => {
    // Without it the directory is left to others for a day.
    server.once('error', () => resolve())
    server.listen(join(path, OWNER_SOCKET), resolve)
  })
  server.unref()
  return () => void server.close()
}

/** Only what is known for sure: what cannot be looked into is somebody else's. */
async function isAbandoned(path: string): Promise<boolean> {
  switch (await knock(join(path, OWNER_SOCKET))) {
    case 'ECONNREFUSED':
      return true
    case 'ENOENT':
      return isOld(path)
    default:
      return false
  }
}

function isOld(path: string): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs > OLD_MS
  } catch {
    return false
  }
}

/** What another user has left is that user's to remove. */
function removeIfOurs(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {
    // It stays, and is in nobody's way.
  }
}
