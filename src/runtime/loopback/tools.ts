import { LOWEST_PORT_SCRIPT } from '../process/lowest-port.ts'

/** The programs that containers are started with, by absolute path. */
export interface LoopbackTools {
  readonly sh: string
  readonly env: string
  /** What only some do without: terminals need these two. */
  readonly script?: string
  readonly stty?: string
}

/**
 * Prints `system=NAME`, `directory=PATH` of a new directory for pipes, `lowest=PORT`, the lowest port that this user may
 * listen on, and `name=path` of tools.
 */
export const SETUP_SCRIPT = `
echo "system=$(uname -s)"
directory=$(mktemp -d "\${TMPDIR:-/tmp}/hitless-loopback-XXXXXX") || exit 1
echo "directory=$directory"
${LOWEST_PORT_SCRIPT}
echo "lowest=$lowest"
for name in sh env script stty; do
  echo "$name=$(command -v "$name")"
done
`

export interface LoopbackMachine {
  readonly isLinux: boolean
  readonly directory: string
  readonly lowestPort: number
  readonly tools: LoopbackTools
}

/** Reads what SETUP_SCRIPT printed. */
export function parseMachine(text: string): LoopbackMachine | undefined {
  const found = new Map<string, string>()
  for (const line of text.split('\n')) {
    const separator = line.indexOf('=')
    const value = line.slice(separator + 1)
    if (separator > 0 && value !== '') found.set(line.slice(0, separator), value)
  }
  const directory = found.get('directory')
  if (directory === undefined) return undefined
  const [script, stty] = [found.get('script'), found.get('stty')]
  return {
    isLinux: found.get('system') === 'Linux',
    directory,
    lowestPort: Number(found.get('lowest') ?? 1024),
    tools: {
      sh: found.get('sh') ?? '/bin/sh',
      env: found.get('env') ?? '/usr/bin/env',
      ...(script === undefined ? {} : { script }),
      ...(stty === undefined ? {} : { stty }),
    },
  }
}
