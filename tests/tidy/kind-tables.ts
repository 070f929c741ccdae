import { lineAt } from './source-text.ts'
import { isTestCode, type CodeFile, type Offence } from './tree.ts'

/** The rooms that treat objects of every kind alike, and are told by its definition where one differs. */
const ROOMS = /^src\/(api|apiserver|client|manifest|store)\//
const DEFINITION = /^src\/api\/kinds(?:\/([\w-]+))?\.ts$/

/**
 * Places that say something of several kinds by name, in an object, a list or a switch. What is so of a kind belongs into its own
 * file, so that a new kind is one file and its line in `kinds.ts`.
 */
export function findKindTables(files: readonly CodeFile[]): Offence[] {
  const kinds = new Set(files.flatMap(({ path }) => kindDefinedIn(path)))
  return files
    .filter(({ path }) => ROOMS.test(path) && !DEFINITION.test(path) && !isTestCode(path))
    .flatMap((file) =>
      [tableIn(file, kinds), listIn(file, kinds), switchIn(file, kinds)]
        .filter((offset) => offset !== undefined)
        .map(
          (offset) => `${file.path}:${lineAt(file.text, offset)} names kinds: see src/api/kinds`,
        ),
    )
}

/** `config-map.ts` → `ConfigMap`. */
function kindDefinedIn(path: string): readonly string[] {
  const name = DEFINITION.exec(path)?.[1]
  if (name === undefined || isTestCode(path)) return []
  return [name.replaceAll(/(?:^|-)(\w)/g, (_part, letter: string) => letter.toUpperCase())]
}

function tableIn({ source }: CodeFile, kinds: ReadonlySet<string>): number | undefined {
  const keys = [...source.code.matchAll(/(?<=[{,]\s*)(\w+):/g)].filter(([, name = '']) =>
    kinds.has(name),
  )
  return new Set(keys.map(([, name]) => name)).size < 2 ? undefined : keys[0]?.index
}

function listIn({ source, text }: CodeFile, kinds: ReadonlySet<string>): number | undefined {
  return source.strings.find(({ offset, value }, index) => {
    const next = source.strings[index + 1]
    if (next === undefined || !kinds.has(value) || !kinds.has(next.value)) return false
    return text.slice(offset + value.length + 2, next.offset).trim() === ','
  })?.offset
}

function switchIn({ source, text }: CodeFile, kinds: ReadonlySet<string>): number | undefined {
  const cases = source.strings.filter(
    ({ offset, value }) => kinds.has(value) && text.slice(0, offset).endsWith('case '),
  )
  return new Set(cases.map(({ value }) => value)).size < 2 ? undefined : cases[0]?.offset
}
