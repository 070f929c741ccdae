/** The version whose output is the first one of each step; others are listed only where they differ. */
export const BASE_VERSION = '1.33'

/** What one command printed, after masking. */
export interface Printed {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

/** What the older kubectls of these minor versions print instead. */
export interface Variant {
  readonly versions: readonly string[]
  readonly printed: Printed
}

export interface Step {
  /** Lines above the command, with their `#`. */
  readonly comments: readonly string[]
  readonly command: string
  readonly stdin: string
  /** Nothing before the first recording. */
  readonly printed: Printed | undefined
  readonly variants: readonly Variant[]
}

/** A script of kubectl commands and what they printed against a real control plane. */
export interface Session {
  readonly name: string
  /** The namespace of the kubeconfig's context; made before and deleted after. */
  readonly namespace: string
  /** It would see or disturb what other sessions do: a line `alone` in its head. */
  readonly alone: boolean
  readonly head: readonly string[]
  readonly steps: readonly Step[]
}

const NO_NEWLINE = '\\ no newline at the end'

export function parseSession(name: string, text: string): Session {
  const [head = '', ...blocks] = text.split(/(?<=\n)\n(?=(?:#.*\n)*\$ )/)
  return {
    name,
    namespace: /^namespace (.*)$/m.exec(head)?.[1] ?? `session-${name}`,
    alone: /^alone$/m.test(head),
    head: linesOf(head.trimEnd()),
    steps: blocks.map(parseStep),
  }
}

export function renderSession({ head, steps }: Session): string {
  return [head.map((line) => `${line}\n`).join(''), ...steps.map(renderStep)].join('\n')
}

/** What this version of kubectl is expected to print. */
export function expectedOf(step: Step, version: string): Printed | undefined {
  return step.variants.find(({ versions }) => versions.includes(version))?.printed ?? step.printed
}

function parseStep(block: string): Step {
  const lines = linesOf(block.replace(/\n$/, ''))
  const start = lines.findIndex((line) => line.startsWith('$ '))
  const comments = lines.slice(0, start)
  const sections: { readonly title: string; readonly lines: string[] }[] = [
    { title: 'command', lines: [] },
  ]
  for (const line of lines.slice(start)) {
    const title = /^----(?: (.*))?$/.exec(line)
    if (title === null) sections.at(-1)?.lines.push(line)
    else sections.push({ title: title[1] ?? '', lines: [] })
  }
  const [input, ...outputs] = sections
  const { command, stdin } = parseInput(input?.lines ?? [])
  return { comments, command, stdin, ...parseOutputs(outputs) }
}

/** The command goes on in the next line after a backslash; the lines after it are its input. */
function parseInput(lines: readonly string[]): { command: string; stdin: string } {
  const last = lines.findIndex((line) => !line.endsWith('\\'))
  return {
    command: lines
      .slice(0, last + 1)
      .join('\n')
      .replace(/^\$ /, ''),
    stdin: lines
      .slice(last + 1)
      .map((line) => `${line}\n`)
      .join('')
      .replace(/\n+$/, '\n'),
  }
}

function parseOutputs(
  sections: readonly { readonly title: string; readonly lines: readonly string[] }[],
): Pick<Step, 'printed' | 'variants'> {
  const printed: { versions: readonly string[]; printed: Printed }[] = []
  for (const { title, lines } of sections) {
    const [word, ...rest] = title.split(' ')
    const last = printed.at(-1)
    if (word === '' || word === 'kubectl') {
      const stdout = textOf(lines)
      printed.push({ versions: rest, printed: { stdout, stderr: '', exitCode: 0 } })
    } else if (last === undefined) {
      throw new Error(`output begins with ---- ${title}`)
    } else if (word === 'stderr') {
      last.printed = { ...last.printed, stderr: textOf(lines) }
    } else {
      last.printed = { ...last.printed, exitCode: Number(rest[0]) }
    }
  }
  const [base, ...variants] = printed
  return { printed: base?.printed, variants }
}

function renderStep({ comments, command, stdin, printed, variants }: Step): string {
  const outputs = printed === undefined ? [] : [renderPrinted('----', printed)]
  for (const variant of variants) {
    outputs.push(renderPrinted(`---- kubectl ${variant.versions.join(' ')}`, variant.printed))
  }
  return [...comments.map((line) => `${line}\n`), `$ ${command}\n`, stdin, ...outputs].join('')
}

function renderPrinted(title: string, { stdout, stderr, exitCode }: Printed): string {
  return [
    `${title}\n`,
    renderText(stdout),
    ...(stderr === '' ? [] : ['---- stderr\n', renderText(stderr)]),
    ...(exitCode === 0 ? [] : [`---- exit ${exitCode}\n`]),
  ].join('')
}

/** A line of the output that looks like one of the session's own gets a backslash. */
function renderText(text: string): string {
  const escaped = text.replace(/^(?=\\*(?:\$ |----))/gm, '\\')
  return text === '' || text.endsWith('\n') ? escaped : `${escaped}\n${NO_NEWLINE}\n`
}

function textOf(lines: readonly string[]): string {
  const plain = lines.map((line) => line.replace(/^\\(?=\\*(?:\$ |----))/, ''))
  if (plain.at(-1) === NO_NEWLINE) return plain.slice(0, -1).join('\n')
  return plain.map((line) => `${line}\n`).join('')
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n')
}
