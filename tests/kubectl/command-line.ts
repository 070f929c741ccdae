/** What a session does with what kubectl printed before it is compared. */
export type Filter =
  | { readonly kind: 'sort' }
  /** The first lines; kubectl is interrupted as soon as it has printed them. */
  | { readonly kind: 'head'; readonly lines: number }
  | { readonly kind: 'tail'; readonly lines: number }

export type CommandLine =
  | KubectlCommand
  /** Waits for the end of the kubectl in the background, and takes its output. */
  | { readonly kind: 'foreground' }
  /** Interrupts the kubectl in the background, and takes its output. */
  | { readonly kind: 'stop' }
  /** Asks the forwarded port of the kubectl in the background. */
  | { readonly kind: 'fetch'; readonly path: string }

export interface KubectlCommand {
  readonly kind: 'kubectl'
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly filters: readonly Filter[]
  /** Reads again until the answer is the expected one: other components are still at work. */
  readonly eventually: boolean
  readonly background: boolean
}

/** One line of a session: words and quotes as in a shell, and nothing else of a shell but `$HOME`, anywhere. */
export function parseCommandLine(line: string): CommandLine {
  const words = splitWords(line.replaceAll('\\\n', ' '))
  const [first, second] = words
  if (first === 'fg') return { kind: 'foreground' }
  if (first === 'stop') return { kind: 'stop' }
  if (first === 'fetch') return { kind: 'fetch', path: second ?? '/' }
  const background = words.at(-1) === '&'
  const [command = [], ...filters] = splitAt(background ? words.slice(0, -1) : words, '|')
  const eventually = command[0] === 'eventually'
  const rest = eventually ? command.slice(1) : command
  const program = rest.findIndex((word) => !/^[A-Z_]+=/.test(word))
  if (rest[program] !== 'kubectl') throw new Error(`not a kubectl command: ${line}`)
  return {
    kind: 'kubectl',
    args: rest.slice(program + 1),
    env: Object.fromEntries(rest.slice(0, program).map(splitAssignment)),
    filters: filters.map(parseFilter),
    eventually,
    background,
  }
}

function splitWords(line: string): string[] {
  const words: string[] = []
  const pattern = /\s*((?:[^\s'"]|'[^']*'|"[^"]*")+)/gy
  let end = 0
  for (const { 0: whole, 1: word = '', index } of line.matchAll(pattern)) {
    end = index + whole.length
    words.push(word.replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double))
  }
  if (words.length === 0 || line.slice(end).trim() !== '')
    throw new Error(`no command in ${JSON.stringify(line)}`)
  return words
}

function splitAt(words: readonly string[], separator: string): string[][] {
  const parts: string[][] = [[]]
  for (const word of words) {
    if (word === separator) parts.push([])
    else parts.at(-1)?.push(word)
  }
  return parts
}

function splitAssignment(word: string): [string, string] {
  const [name = '', ...value] = word.split('=')
  return [name, value.join('=')]
}

function parseFilter([name, count]: readonly string[]): Filter {
  const lines = -Number(count)
  if (name === 'sort') return { kind: 'sort' }
  if (name === 'head' && lines > 0) return { kind: 'head', lines }
  if (name === 'tail' && lines > 0) return { kind: 'tail', lines }
  throw new Error(`no such filter: ${name} ${count}`)
}
