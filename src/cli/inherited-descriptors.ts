import { closeSync, fstatSync, readdirSync, readFileSync } from 'node:fs'

/** open(2), O_CLOEXEC as proc_pid_fdinfo(5) writes it, in octal; the same on all of Linux's architectures that Node runs on. */
const CLOSE_ON_EXECUTION = 0o2000000
/** `/dev/fd/63`, as shells name the pipe of `<(…)`; not in a longer path, nor those of another process. */
const NAMED = /(?<![\w./-])\/(dev|proc\/self)\/fd\/(\d+)(?!\w)/g

/**
 * Closes the files that whoever started this process had open and left to it: programs in pods would inherit them, and
 * hold a lock or a pipe that nobody knows of. What Node opens itself is closed on execution, and of the first 16
 * it has seen to that. Those that `words`, which the user gave, name stay. Before anything else opens files.
 */
export function closeInherited(words: readonly string[]): void {
  const named = new Set(namedDescriptors(words))
  for (const descriptor of openDescriptors()) {
    if (descriptor > 2 && !named.has(descriptor) && isInherited(descriptor)) close(descriptor)
  }
}

/**
 * For a child that is to read those: its arguments, which name them by numbers from `first` on, as its own stand where they
 * are here, and what lies at those numbers.
 */
export function handOver(
  args: readonly string[],
  first: number,
): { readonly args: readonly string[]; readonly descriptors: readonly number[] } {
  const descriptors = [...new Set(namedDescriptors(args))].filter(isOpen)
  const rename = (name: string, directory: string, number: string) => {
    const at = descriptors.indexOf(Number(number))
    return at === -1 ? name : `/${directory}/fd/${first + at}`
  }
  return { args: args.map((arg) => arg.replaceAll(NAMED, rename)), descriptors }
}

function isOpen(descriptor: number): boolean {
  try {
    fstatSync(descriptor)
    return true
  } catch {
    return false
  }
}

function namedDescriptors(words: readonly string[]): readonly number[] {
  return words.flatMap((word) => [...word.matchAll(NAMED)].map(([, , number]) => Number(number)))
}

function openDescriptors(): readonly number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number)
  } catch {
    // No Linux: pods are then run by something else, or as plain processes without any promise.
    return []
  }
}

function isInherited(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(
      readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'),
    )
    return flags !== null && (Number.parseInt(flags[1] ?? '', 8) & CLOSE_ON_EXECUTION) === 0
  } catch {
    // Closed since; the directory itself was open while it was read.
    return false
  }
}

function close(descriptor: number): void {
  try {
    closeSync(descriptor)
  } catch {
    // It is closed either way: close(2).
  }
}
