/**
 * The keys that an object of a JSON text has more than once, as Kubernetes names them in `duplicate field "data.a"`:
 * each once, in the order in which the second is met; items of lists are told by number. The text must be
 * JSON (RFC 8259) that is not nested without end: the scanner believes it. What it meets costs no more than its length.
 */
export function findDuplicateKeys(text: string): readonly string[] {
  const found = new Set<string>()
  meetKeys(text, (_key, times, path) => {
    if (times === 2 && found.size < FOUND_MAX) found.add(path())
  })
  return [...found]
}

/**
 * The paths in the order in which a reader of the text complains of them: of a key that is there twice at its
 * second place, of all others at the first.
 */
export function inOrderOfText(
  text: string,
  { once, twice }: { readonly once: readonly string[]; readonly twice: readonly string[] },
): readonly string[] {
  const wanted = [new Set(once), new Set(twice)]
  // Most keys are none of them, and need no path.
  const ends = new Set([...once, ...twice].map(endOf))
  const met = new Set<string>()
  meetKeys(text, (key, times, path) => {
    if (!ends.has(endOf(key))) return
    const known = path()
    if (wanted[times - 1]?.has(known) === true) met.add(known)
  })
  return [...new Set([...met, ...twice, ...once])]
}

function endOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}

type Meet = (key: string, times: number, path: () => string) => void

/** Tells of each key how often its object has had it by now, and where it is. */
function meetKeys(text: string, meet: Meet): void {
  const open: Container[] = []
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    const inner = open.at(-1)
    if (character === '{') open.push({ type: 'object', keys: new Map(), key: undefined })
    else if (character === '[') open.push({ type: 'list', at: 0 })
    else if (character === '}' || character === ']') open.pop()
    else if (character === ',' && inner?.type === 'list') inner.at += 1
    else if (character === ',' && inner?.type === 'object') inner.key = undefined
    else if (character === '"') {
      const end = endOfString(text, index)
      if (inner?.type === 'object' && inner.key === undefined) {
        inner.key = String(JSON.parse(text.slice(index, end + 1)))
        const times = (inner.keys.get(inner.key) ?? 0) + 1
        inner.keys.set(inner.key, times)
        meet(inner.key, times, () => pathOf(open))
      }
      index = end
    }
  }
}

/** More help nobody. */
const FOUND_MAX = 100

type Container =
  /** `key` is absent between a comma and the next name. */
  | { type: 'object'; keys: Map<string, number>; key: string | undefined }
  | { type: 'list'; at: number }

function endOfString(text: string, start: number): number {
  let index = start + 1
  while (index < text.length && text.charAt(index) !== '"') {
    index += text.charAt(index) === '\\' ? 2 : 1
  }
  return index
}

function pathOf(open: readonly Container[]): string {
  return open
    .map((container) =>
      container.type === 'list' ? `[${container.at}]` : `.${container.key ?? ''}`,
    )
    .join('')
    .slice(1)
}
