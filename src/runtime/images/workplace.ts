import type { Processes } from '../../world/processes.ts'
import { SCRIPT_ENVIRONMENT } from '../process/shell.ts'

/** A directory to unpack in, on the disk where the images are to be. */
export interface Workplace {
  readonly path: string
  /** Resolves when it is removed. */
  close(): Promise<void>
}

/**
 * Whoever unpacks holds a shared lock on the directory of the images, which ends with its shell, however that ends. Who
 * gets the lock alone is the only one, and what lies there was left by a machine that stopped or by a kill of everything
 * at once; a kill of hitless alone is the end of the shell's stdin. Without `flock` such leftovers stay.
 */
const SCRIPT = `cd "$1" || exit 1
if command -v flock >/dev/null; then
  exec 9<.
  if flock -n -x 9; then rm -rf ./unpacking.*; fi
  flock -s 9
fi
made=$(mktemp -d "$1/unpacking.XXXXXX") || exit 1
printf '%s\\n' "$made" >&3
exec 3>&-
read -r line
rm -rf "$made"
`

/** Rejects when none can be made. */
export async function openWorkplace(processes: Processes, directory: string): Promise<Workplace> {
  const made = Promise.withResolvers<string>()
  const ended = Promise.withResolvers<void>()
  let [report, said] = ['', '']
  const shell = processes.spawn(
    {
      command: ['/bin/sh', '-c', SCRIPT, 'sh', directory],
      env: SCRIPT_ENVIRONMENT,
      stdin: true,
      report: true,
    },
    {
      onOutput: (_stream, bytes) => {
        said += new TextDecoder().decode(bytes)
      },
      onReport: (text) => {
        report += text ?? ''
        if (text === null && report.endsWith('\n')) made.resolve(report.slice(0, -1))
      },
      onExit: ({ startError }) => {
        made.reject(new Error(startError ?? said.trim()))
        ended.resolve()
      },
    },
  )
  const path = await made.promise
  return {
    path,
    close: () => {
      shell.endInput()
      return ended.promise
    },
  }
}
