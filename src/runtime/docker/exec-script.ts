import { REFUSE_UNLESS_EXECUTABLE, quote } from '../process/shell.ts'

/**
 * Runs a command through the container's shell, which first tells on a line of its own `started PID`, so that the command
 * can be ended with all that it starts (the engine has no way to end it), or `refused REASON`.
 */
export function execScript(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  size?: { readonly columns: number; readonly rows: number },
): readonly string[] {
  const setSize =
    size === undefined ? '' : `stty cols ${size.columns} rows ${size.rows} 2>/dev/null`
  const script = `
refuse() { echo "refused $1"; exit 126; }
search_path=$PATH
${REFUSE_UNLESS_EXECUTABLE}
${setSize}
echo "started $$"
exec ${keepOddVariables(env)}"$@"
`
  return ['/bin/sh', '-c', script, 'hitless', ...command]
}

/** A shell loses variables that are no shell names (`spring.datasource.url`). */
function keepOddVariables(env: Readonly<Record<string, string>>): string {
  const odd = Object.entries(env).filter(([name]) => !/^[A-Za-z_]\w*$/.test(name))
  if (odd.length === 0) return ''
  return `env ${odd.map(([name, value]) => quote(`${name}=${value}`)).join(' ')} `
}

/**
 * Ends the process group of a command that was started so, and ends itself when none of it runs any more, or after
 * two seconds: what waits for a device cannot be ended. The dead whom nobody asks after (Z) do not run.
 */
export function killScript(processId: number): readonly string[] {
  const script = `
group=$1
kill -9 "-$group" 2>/dev/null || kill -9 "$group" 2>/dev/null || exit 0
is_running() {
  for stat in /proc/[0-9]*/stat; do
    { read -r line <"$stat"; } 2>/dev/null || continue
    # Behind the name, which is in brackets and may hold anything: state, parent, process group.
    set -- \${line##*) }
    case $1 in [ZX]) ;; *) [ "$3" != "$group" ] || return 0 ;; esac
  done
  return 1
}
tries=0
while [ "$tries" -lt 200 ] && is_running; do
  tries=$((tries + 1))
  sleep 0.01 2>/dev/null
done
`
  return ['/bin/sh', '-c', script, 'hitless', String(processId)]
}

/** Joins a command's streams to a port of the pod's own loopback. */
export function loopbackScript(port: number): readonly string[] {
  const script = `
exec 5<>"/dev/tcp/127.0.0.1/$1" 6<&0 2>/dev/null || exit 1
echo open
cat <&6 >&5 &
cat <&5
kill $!
`
  return ['bash', '-c', script, 'hitless', String(port)]
}

/** Takes the first line off a stream. */
export class FirstLine {
  readonly #onLine: (line: string) => void
  #text: string | undefined = ''

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  /** What comes behind it. */
  add(bytes: Uint8Array): Uint8Array {
    if (this.#text === undefined) return bytes
    const newline = bytes.indexOf(NEWLINE)
    this.#text += new TextDecoder().decode(bytes.subarray(0, newline === -1 ? undefined : newline))
    if (newline === -1) return new Uint8Array(0)
    const line = this.#text.replace(/\r$/, '')
    this.#text = undefined
    this.#onLine(line)
    return bytes.subarray(newline + 1)
  }
}

const NEWLINE = 0x0a
