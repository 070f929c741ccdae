/** Administrators' programs are often missing from an ordinary user's PATH. */
export const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * The scripts run with hitless's own few variables, and `env` gives the program its own: a shell would
 * add to them (PWD, SHLVL) and lose those that are no shell names (`spring.datasource.url`).
 */
export const SCRIPT_ENVIRONMENT: Readonly<Record<string, string>> = { PATH: USUAL_PATH }

/** Linux takes 128 KiB in one argument (MAX_ARG_STRLEN), and a character may be four bytes. */
const PART_CHARACTERS_MAX = 30_000

const PARTS = new RegExp(`.{1,${PART_CHARACTERS_MAX}}`, 'gsu')

const JOIN_PARTS = `count=$1 script=
shift
while [ "$count" -gt 0 ]; do script=$script$1 count=$((count - 1)); shift; done
eval "$script"`

/**
 * What runs a script, whose `$1` and so on are what follows. One that is longer than an argument may be, as the variables
 * of a pod beside hundreds of Services make it, is handed over in parts.
 */
export function scriptCommand(sh: string, script: string): readonly string[] {
  if (script.length <= PART_CHARACTERS_MAX) return [sh, '-c', script, 'hitless']
  const parts = script.match(PARTS) ?? []
  return [sh, '-c', JOIN_PARTS, 'hitless', String(parts.length), ...parts]
}

/**
 * Looks for `$1` as execvp does, and ends the script through `refuse MESSAGE` when it cannot be run,
 * in the words of container runtimes.
 */
export const REFUSE_UNLESS_EXECUTABLE = `
program=
case $1 in
  */*)
    [ -e "$1" ] || refuse "exec: \\"$1\\": stat $1: no such file or directory"
    program=$1
    ;;
  *)
    search_path=$search_path:
    while [ -z "$program" ] && [ -n "$search_path" ]; do
      candidate=\${search_path%%:*}
      candidate=\${candidate:-.}/$1
      search_path=\${search_path#*:}
      if [ -f "$candidate" ] && [ -x "$candidate" ]; then program=$candidate; fi
    done
    [ -n "$program" ] || refuse "exec: \\"$1\\": executable file not found in \\$PATH"
    ;;
esac
if [ ! -f "$program" ] || [ ! -x "$program" ]; then refuse "exec: \\"$1\\": permission denied"; fi
`

/** A container without PATH gets the usual one, as container runtimes give it. */
export function withEnvironment(
  tools: { readonly env: string },
  env: Readonly<Record<string, string>>,
): string {
  const variables = Object.entries({ ...env, PATH: pathOf(env) })
  return [tools.env, '-i', ...variables.map(([name, value]) => quote(`${name}=${value}`))].join(' ')
}

/** Where a program is looked for. */
export function pathOf(env: Readonly<Record<string, string>>): string {
  return env['PATH'] ?? USUAL_PATH
}

/** One word of a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
