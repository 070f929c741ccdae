import { ContainerStartError, type ContainerConfig } from '../../runtime/runtime.ts'

/** What Linux takes in one argument or `NAME=value`, without its end: MAX_ARG_STRLEN, execve(2). */
const STRING_BYTES_MAX = 131_071
/** It counts a pointer and an end for each. */
const STRING_OVERHEAD_BYTES = 9
/** What it takes in all of them (2 MiB, a quarter of the usual stack), less what the programs need that start a container. */
const BYTES_MAX = 2_000_000

/** Throws ContainerStartError, in the words with which a container runtime's log ends, for what Linux would refuse as too large. */
export function refuseTooLarge({ command, env }: ContainerConfig): void {
  let total = 0
  const take = (text: string, name: () => string) => {
    const bytes = byteLength(text)
    total += bytes + STRING_OVERHEAD_BYTES
    if (bytes > STRING_BYTES_MAX) throw tooLarge(command, `${name()} has`, bytes, STRING_BYTES_MAX)
  }
  for (const [at, word] of command.entries()) take(word, () => `argument ${at}`)
  for (const [name, value] of Object.entries(env)) {
    take(`${name}=${value}`, () => `variable ${name}`)
  }
  if (total > BYTES_MAX) {
    throw tooLarge(command, 'all arguments and variables take', total, BYTES_MAX)
  }
}

function tooLarge(
  [program = '']: readonly string[],
  what: string,
  bytes: number,
  max: number,
): ContainerStartError {
  const sizes = `${what} ${bytes} bytes, ${max} are possible`
  return new ContainerStartError(`exec ${program}: argument list too long: ${sizes}`)
}

/** In UTF-8. */
function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}
