import type { Processes } from '../../world/processes.ts'
import { SCRIPT_ENVIRONMENT } from '../process/shell.ts'
import { MARKER_VARIABLE } from './commands.ts'
import type { ListeningSocket } from '../process/listening-sockets.ts'
import type { LoopbackTools } from './tools.ts'

const LOOK_TIMEOUT_MS = 10_000

/** Finds out whose containers' the sockets are that listen on all addresses. Each is looked for once. */
export class WildcardOwners {
  readonly #processes: Processes
  readonly #tools: LoopbackTools
  readonly #directory: string
  /** By the socket's inode: the container's id; undefined for a program that is no container's. */
  readonly #owners = new Map<string, Promise<string | undefined>>()

  /** `directory`: what the markers of this run's containers begin with. */
  constructor(processes: Processes, tools: LoopbackTools, directory: string) {
    this.#processes = processes
    this.#tools = tools
    this.#directory = directory
  }

  async ownerOf({ inode }: ListeningSocket): Promise<string | undefined> {
    const known = this.#owners.get(inode) ?? this.#find(inode)
    this.#owners.set(inode, known)
    return known
  }

  /** Inodes are used again. */
  keepOnly(sockets: readonly ListeningSocket[]): void {
    const inodes = new Set(sockets.map(({ inode }) => inode))
    for (const inode of this.#owners.keys()) if (!inodes.has(inode)) this.#owners.delete(inode)
  }

  async #find(inode: string): Promise<string | undefined> {
    const script = `
for file in $(grep -l -a -F -e "${MARKER_VARIABLE}=$1/" /proc/[0-9]*/environ 2>/dev/null); do
  process=\${file#/proc/}
  process=\${process%/environ}
  ls -l "/proc/$process/fd" 2>/dev/null | grep -q -F -e "socket:[$2]" || continue
  tr '\\0' '\\n' <"$file" | grep -F -e "${MARKER_VARIABLE}="
  exit 0
done
`
    const command = [this.#tools.sh, '-c', script, 'hitless', this.#directory, inode]
    const { stdout } = await this.#processes.run(command, {
      timeoutMs: LOOK_TIMEOUT_MS,
      env: SCRIPT_ENVIRONMENT,
    })
    const [, id] = /^[^=]+=.*\/([^/]*)\.$/m.exec(stdout.trim()) ?? []
    return id
  }
}
